package dev.millrace.gateway.live;

import dev.millrace.domain.log.EventLog.LoggedEvent;
import dev.millrace.domain.log.LogPartition;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewBehind;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.domain.view.Views;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The views `tasks` and `task-counts` of a [FakeLiveLog], in processes that fold it each at its
/// own pace. A read is answered by any of them, when it is told to. Confined to one thread.
final class FakeRows implements Views {

    private final FakeLiveLog log;
    private final Random random;
    private final List<Instance> instances = new ArrayList<>();
    private final List<Runnable> reads = new ArrayList<>();
    private boolean isBroken;

    FakeRows(FakeLiveLog log, Random random, int instances) {
        this.log = log;
        this.random = random;
        for (int n = 0; n < instances; n++) {
            this.instances.add(new Instance());
        }
    }

    void setBroken(boolean broken) {
        isBroken = broken;
    }

    int waitingReads() {
        return reads.size();
    }

    void answer(int which) {
        reads.remove(which).run();
    }

    /// Lets a process fold some records.
    void fold(int most) {
        instances.get(random.nextInt(instances.size())).fold(most);
    }

    void foldAll() {
        instances.forEach(instance -> instance.fold(Integer.MAX_VALUE));
    }

    /// What the view shows, by key, once everything is folded.
    SortedMap<String, JsonObject> rows(String view, Map<String, String> filters) {
        return instances.getFirst().rows(view, filters);
    }

    @Override
    public List<ViewDescription> describe() {
        return List.of();
    }

    @Override
    public CompletionStage<ViewPage> list(ViewQuery query) {
        return read(
                query.after(),
                instance -> {
                    var token = query.token();
                    var rows = instance.rows(query.view(), query.filters());
                    if (query.reversed()) {
                        rows = rows.reversed();
                    }
                    var rest =
                            rows.entrySet().stream()
                                    .filter(row ->
                                            token == null
                                                    || (query.reversed()
                                                            ? row.getKey().compareTo(token) < 0
                                                            : row.getKey().compareTo(token) > 0))
                                    .toList();
                    var page = rest.subList(0, Math.min(rest.size(), query.limit()));
                    return new ViewPage(
                            page.stream().map(row -> row.getValue().encode()).toList(),
                            page.size() < rest.size() ? page.getLast().getKey() : null,
                            instance.position());
                });
    }

    @Override
    public CompletionStage<ViewRow> get(RowQuery query) {
        return read(
                query.after(),
                instance -> {
                    var row = instance.rows(query.view(), Map.of()).get(query.key());
                    return new ViewRow(
                            query.key(), row == null ? null : row.encode(), instance.position());
                });
    }

    private <T> CompletableFuture<T> read(
            Position after, Function<Instance, T> reading) {
        var result = new CompletableFuture<T>();
        reads.add(() -> {
            var instance = instances.get(random.nextInt(instances.size()));
            var refused = refusal(instance, after);
            if (refused == null) {
                result.complete(reading.apply(instance));
            } else {
                result.completeExceptionally(refused);
            }
        });
        return result;
    }

    private @Nullable Exception refusal(Instance instance, Position after) {
        if (isBroken) {
            return new ViewUnavailable("tasks", "it is broken");
        }
        return instance.position().covers(after)
                ? null
                : new ViewBehind("tasks", instance.position());
    }

    /// One process.
    private final class Instance {

        private final Map<LogPartition, Long> next = new HashMap<>();
        private final SortedMap<String, JsonObject> tasks = new TreeMap<>();
        private Position position = Position.START;

        Position position() {
            return position;
        }

        void fold(int most) {
            int left = most;
            var partitions = new ArrayList<>(log.all());
            Collections.shuffle(partitions, random);
            for (var partition : partitions) {
                long from = next.getOrDefault(partition, 0L);
                for (var record : log.recordsOf(partition)) {
                    if (record.offset() >= from && left > 0) {
                        left--;
                        apply(record.event());
                        next.put(partition, record.offset() + 1);
                        position =
                                position.with(
                                        partition.topic(), partition.partition(), record.offset());
                    }
                }
            }
        }

        /// What matters here of how the view is folded.
        private void apply(LoggedEvent logged) {
            var envelope = logged.envelope();
            if (envelope == null
                    || !(envelope.messageOrNull() instanceof TaskEvent event)
                    || !envelope.tenant().equals("acme")) {
                return;
            }
            var id = event.task().toString();
            if (event instanceof TaskEvent.Submitted submitted) {
                tasks.putIfAbsent(
                        id,
                        new JsonObject()
                                .put("id", id)
                                .put("kind", submitted.kind())
                                .put("state", "queued")
                                .put("version", event.version()));
                return;
            }
            var before = tasks.get(id);
            if (before == null) {
                return;
            }
            var state = before.getString("state");
            boolean isOpen = List.of("waiting", "queued", "running").contains(state);
            tasks.put(
                    id,
                    before.copy()
                            .put("version", event.version())
                            .put("state", isOpen ? after(state, event) : state));
        }

        private static String after(String state, TaskEvent event) {
            return switch (event) {
                case TaskEvent.Queued _ -> "queued";
                case TaskEvent.Started _, TaskEvent.LeaseExtended _ -> "running";
                case TaskEvent.AttemptFailed _, TaskEvent.DependencyEnded _ -> "waiting";
                case TaskEvent.Succeeded _ -> "succeeded";
                case TaskEvent.Failed _ -> "failed";
                case TaskEvent.Cancelled _ -> "cancelled";
                case TaskEvent.Expired _ -> "expired";
                case TaskEvent.Submitted _, TaskEvent.Watched _, TaskEvent.Refused _ -> state;
            };
        }

        SortedMap<String, JsonObject> rows(String view, Map<String, String> filters) {
            var rows = new TreeMap<String, JsonObject>();
            for (var row : (view.equals("tasks") ? tasks : counts()).entrySet()) {
                if (filters.entrySet().stream()
                        .allMatch(one ->
                                one.getValue().equals(row.getValue().getString(one.getKey())))) {
                    rows.put(row.getKey(), row.getValue());
                }
            }
            return rows;
        }

        private SortedMap<String, JsonObject> counts() {
            var counts = new TreeMap<String, JsonObject>();
            for (var task : tasks.values()) {
                var key = task.getString("kind") + ":" + task.getString("state");
                var count =
                        counts.computeIfAbsent(
                                key,
                                _ ->
                                        new JsonObject()
                                                .put("kind", task.getString("kind"))
                                                .put("state", task.getString("state"))
                                                .put("count", 0));
                count.put("count", count.getInteger("count") + 1);
            }
            return counts;
        }
    }
}
