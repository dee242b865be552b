package dev.millrace.site.audit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.search.Model;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The rows that the views `workers`, `usage` and `models` should have, counted from the log.
///
/// It presumes less of all than the views remember one by one: a thousand workers, a thousand rows
/// of `usage` a day.
final class WorkFold {

    private final Map<TaskId, Attempts> tasks = new HashMap<>();
    private final Map<String, Worker> workers = new TreeMap<>();
    private final UsageFold usage = new UsageFold();
    private final Map<String, Vectors> models = new TreeMap<>();

    private WorkFold() {}

    static WorkFold of(LogCopy log) {
        var fold = new WorkFold();
        for (var event : ours(log, Topics.TASK_EVENTS)) {
            fold.add(event);
        }
        var embedded = new HashSet<String>();
        for (var record : ours(log, Topics.EMBEDDINGS)) {
            var embedding = record.message();
            if (embedded.add(id(embedding.chunk(), embedding.model()))) {
                fold.embedded(embedding, record.envelope().time());
            }
        }
        return fold;
    }

    private static <P extends Message> List<Logged<P>> ours(LogCopy log, Topic<P> topic) {
        return log.of(topic).stream()
                .filter(record -> record.envelope().tenant().equals(Envelope.DEFAULT_TENANT))
                .toList();
    }

    private static String id(ChunkId chunk, Model model) {
        return chunk + " " + model.name() + " " + model.version();
    }

    /// The rows of `workers` by name.
    Map<String, JsonNode> workers() {
        var rows = new TreeMap<String, JsonNode>();
        workers.forEach((name, worker) -> rows.put(name, Rows.asRead(worker.row(name))));
        return rows;
    }

    /// The rows of `usage` by key.
    Map<String, JsonNode> usage() {
        return usage.rows();
    }

    /// The rows of `models` by name and version.
    Map<String, JsonNode> models() {
        var rows = new TreeMap<String, JsonNode>();
        models.forEach((key, vectors) -> rows.put(key, Rows.asRead(vectors.row())));
        return rows;
    }

    private void embedded(Embedding embedding, Instant at) {
        var name = name(embedding.worker());
        var worker = worker(name, at);
        worker.chunks++;
        var model = embedding.model();
        models.computeIfAbsent(model.name() + ":" + model.version(), _ -> new Vectors(model))
                .add(name, at);
    }

    private Worker worker(String name, Instant at) {
        return workers.computeIfAbsent(name, _ -> new Worker()).seen(at);
    }

    private static String name(String worker) {
        return worker.replaceFirst("(?<=.)/[0-9a-fA-F]{12}$", "");
    }

    private void add(Logged<TaskEvent> logged) {
        var event = logged.message();
        var before = tasks.get(event.task());
        if (before != null) {
            before.add(logged);
        } else if (event instanceof TaskEvent.Submitted submitted) {
            tasks.put(event.task(), new Attempts(submitted, logged));
        }
    }

    /// One task, by who has it in their hands.
    private final class Attempts {

        private final UsageFold.Whose whose;
        private final String kind;
        private boolean canBegin;
        private boolean isOver;
        private boolean isHeld;
        private @Nullable String holder;
        private @Nullable Instant since;

        Attempts(TaskEvent.Submitted submitted, Logged<TaskEvent> logged) {
            this.kind = submitted.kind();
            this.whose = new UsageFold.Whose(kind, logged.envelope().actor());
            this.canBegin = submitted.isQueued();
            usage.row(logged, whose).submitted++;
        }

        void add(Logged<TaskEvent> logged) {
            if (isOver) {
                return;
            }
            var at = logged.envelope().time();
            switch (logged.message()) {
                case TaskEvent.Submitted _, TaskEvent.Watched _, TaskEvent.Refused _ -> {}
                case TaskEvent.LeaseExtended _ -> {
                    if (!isHeld) {
                        begin(logged, logged.workerOrNull(), null);
                    } else if (holder != null) {
                        var _ = worker(name(holder), at);
                    }
                }
                case TaskEvent.Started started -> started(logged, started.worker(), at);
                case TaskEvent.Queued _ -> {
                    leave(logged, null, null);
                    canBegin = true;
                }
                case TaskEvent.DependencyEnded _ -> leave(logged, null, null);
                case TaskEvent.AttemptFailed failed -> reported(logged, "failed", failed.failure());
                case TaskEvent.Failed failed -> {
                    reported(logged, "failed", failed.failure());
                    over(logged).failed++;
                }
                case TaskEvent.Succeeded _ -> {
                    reported(logged, "succeeded", null);
                    over(logged).succeeded++;
                }
                case TaskEvent.Cancelled _ -> {
                    leave(logged, null, null);
                    over(logged).cancelled++;
                }
                case TaskEvent.Expired _ -> {
                    leave(logged, null, null);
                    over(logged).expired++;
                }
            }
        }

        private UsageFold.Row over(Logged<TaskEvent> logged) {
            isOver = true;
            return usage.row(logged, whose);
        }

        private void started(Logged<TaskEvent> logged, String worker, Instant at) {
            if (isHeld && worker.equals(holder)) {
                since = since == null ? at : since;
                var _ = worker(name(worker), at);
                return;
            }
            boolean isNamed = isHeld && holder == null;
            if (isHeld && !isNamed) {
                leave(logged, null, null);
            }
            begin(logged, worker, at);
            if (isNamed) {
                usage.row(logged, whose).attempts--;
            }
        }

        private void begin(
                Logged<TaskEvent> logged, @Nullable String worker, @Nullable Instant said) {
            usage.row(logged, whose).attempts++;
            canBegin = false;
            isHeld = true;
            holder = worker;
            since = said;
            if (worker != null) {
                var who = worker(name(worker), logged.envelope().time());
                who.kinds.add(kind);
                who.started++;
                who.running++;
            }
        }

        private void reported(Logged<TaskEvent> logged, String outcome, @Nullable Failure failure) {
            if (!isHeld && canBegin) {
                begin(logged, logged.workerOrNull(), null);
            }
            leave(logged, outcome, failure);
        }

        /// @param outcome what its worker said came of it; null if it said nothing
        private void leave(
                Logged<TaskEvent> logged, @Nullable String outcome, @Nullable Failure failure) {
            canBegin = false;
            if (!isHeld) {
                return;
            }
            var at = logged.envelope().time();
            if (holder != null) {
                worker(name(holder), at).over(outcome, failure, at);
            }
            if (since != null) {
                usage.row(logged, whose).worked(since, at);
            }
            isHeld = false;
            holder = null;
            since = null;
        }
    }

    private static final class Worker {

        private final Set<String> kinds = new TreeSet<>();
        private long started;
        private long succeeded;
        private long failed;
        private long lost;
        private long undone;
        private long running;
        private long chunks;
        private @Nullable Instant first;
        private Instant last = Instant.MIN;
        private @Nullable JsonNode error;
        private Instant failedAt = Instant.MIN;

        Worker seen(Instant at) {
            first = first == null || at.isBefore(first) ? at : first;
            last = at.isAfter(last) ? at : last;
            return this;
        }

        void over(@Nullable String outcome, @Nullable Failure failure, Instant at) {
            running--;
            if (failure != null) {
                boolean isLost = failure.code().equals("lease_expired");
                lost += isLost ? 1 : 0;
                failed += isLost ? 0 : 1;
                fail(failure, at);
            } else if (outcome == null) {
                undone++;
            } else {
                succeeded++;
            }
        }

        private void fail(Failure failure, Instant at) {
            if (error != null && at.isBefore(failedAt)) {
                return;
            }
            var detail = failure.detail();
            var news =
                    Rows.row()
                            .put("code", failure.code())
                            .put("detail", detail.substring(0, Math.min(200, detail.length())))
                            .put("time", Rows.time(at));
            var before = error;
            boolean isLast =
                    before == null
                            || at.isAfter(failedAt)
                            || before.toString().compareTo(news.toString()) <= 0;
            error = isLast ? news : before;
            failedAt = at;
        }

        JsonNode row(String name) {
            var row = Rows.row().put("name", name);
            kinds.forEach(row.putArray("kinds")::add);
            row.put("started", started)
                    .put("succeeded", succeeded)
                    .put("failed", failed)
                    .put("lost", lost)
                    .put("undone", undone)
                    .put("running", running)
                    .put("chunks", chunks)
                    .put("first_seen", first == null ? null : Rows.time(first))
                    .put("last_seen", Rows.time(last));
            row.set("error", error);
            return row;
        }
    }

    private static final class Vectors {

        private final Model model;
        private final Set<String> workers = new HashSet<>();
        private int dimensions;
        private long chunks;
        private @Nullable Instant first;
        private Instant last = Instant.MIN;

        Vectors(Model model) {
            this.model = model;
        }

        void add(String worker, Instant at) {
            workers.add(worker);
            dimensions = Math.max(dimensions, model.dimensions());
            chunks++;
            first = first == null || at.isBefore(first) ? at : first;
            last = at.isAfter(last) ? at : last;
        }

        JsonNode row() {
            return Rows.row()
                    .put("name", model.name())
                    .put("version", model.version())
                    .put("dimensions", dimensions)
                    .put("chunks", chunks)
                    .put("workers", workers.size())
                    .put("first_used", first == null ? null : Rows.time(first))
                    .put("last_used", Rows.time(last));
        }
    }
}
