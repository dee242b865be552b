package dev.millrace.streams.simulation.views.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.streams.simulation.log.LogRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What workers and models did, and what was done for whom, told by hand as in [Told].
final class ToldWork {

    private static final Map<String, List<String>> KEYS =
            Map.of(
                    "workers", List.of("name"),
                    "usage", List.of("day", "kind", "proof", "actor"),
                    "models", List.of("name", "version"));
    private static final Map<String, List<String>> SUMS =
            Map.of(
                    "workers",
                    List.of(
                            "started",
                            "succeeded",
                            "failed",
                            "lost",
                            "undone",
                            "running",
                            "chunks"),
                    "usage",
                    List.of("submitted", "attempts", "succeeded", "failed", "cancelled", "expired"),
                    "models",
                    List.of("chunks", "workers"));

    private final Map<String, Task> tasks = new HashMap<>();
    private final Set<String> embedded = new HashSet<>();
    private final Map<String, Map<String, Map<String, Long>>> rows = new HashMap<>();
    private final Map<String, Set<String>> workersOfModels = new HashMap<>();

    /// The sums of all rows of a view that a tenant sees, by key; of work its microseconds too.
    Map<String, Map<String, Long>> rows(String view, String tenant) {
        return rows.getOrDefault(view + " " + tenant, Map.of());
    }

    /// The key of a row.
    static String key(String view, JsonNode row) {
        return fields(KEYS, view).stream()
                .map(field -> row.path(field).textValue())
                .collect(Collectors.joining(":"));
    }

    /// What a row has instead of [#rows].
    static Map<String, Long> sums(String view, JsonNode row) {
        var sums = new TreeMap<String, Long>();
        for (var field : fields(SUMS, view)) {
            add(sums, field, row.path(field).longValue());
        }
        add(sums, "micros", Math.round(row.path("seconds").doubleValue() * 1e6));
        return sums;
    }

    private static List<String> fields(Map<String, List<String>> of, String view) {
        return Objects.requireNonNull(of.get(view), view);
    }

    private static void add(Map<String, Long> sums, String field, long count) {
        sums.merge(field, count, Long::sum);
        sums.values().removeIf(sum -> sum == 0);
    }

    void embedding(LogRecord record) {
        if (!(record.message() instanceof Embedding embedding)) {
            return;
        }
        var tenant = record.envelope().tenant();
        var model = embedding.model().name() + ":" + embedding.model().version();
        if (embedded.add(embedding.chunk() + " " + model)) {
            var worker = name(embedding.worker());
            add(row("workers", tenant, worker), "chunks", 1);
            add(row("models", tenant, model), "chunks", 1);
            if (workersOfModels
                    .computeIfAbsent(tenant + " " + model, _ -> new HashSet<>())
                    .add(worker)) {
                add(row("models", tenant, model), "workers", 1);
            }
        }
    }

    void task(LogRecord record) {
        if (!(record.message() instanceof TaskEvent event)) {
            return;
        }
        var id = event.task().toString();
        var task = tasks.get(id);
        if (task == null) {
            if (event instanceof TaskEvent.Submitted submitted) {
                var first = new Task(record.envelope(), submitted);
                tasks.put(id, first);
                first.count(record, "submitted", 1);
            }
        } else if (!task.isEnded) {
            task.go(record, event);
        }
    }

    private Map<String, Long> row(String view, String tenant, String key) {
        return rows.computeIfAbsent(view + " " + tenant, _ -> new TreeMap<>())
                .computeIfAbsent(key, _ -> new TreeMap<>());
    }

    private static String name(String worker) {
        return worker.replaceFirst("(?<=.)/[0-9a-fA-F]{12}$", "");
    }

    private static String outcome(Failure failure) {
        return failure.code().equals("lease_expired") ? "lost" : "failed";
    }

    /// An attempt in somebody's hands.
    ///
    /// @param worker null if nobody knows whose
    /// @param since when the worker said so; null if it did not
    private record Hands(@Nullable String worker, @Nullable Instant since) {}

    private final class Task {

        private final String tenant;
        private final String kind;
        private final Actor submitter;
        private boolean isQueued;
        private boolean isEnded;
        private @Nullable Hands hands;

        Task(Envelope<?> envelope, TaskEvent.Submitted submitted) {
            this.tenant = envelope.tenant();
            this.kind = submitted.kind();
            this.submitter = envelope.actor();
            this.isQueued = submitted.isQueued();
        }

        void go(LogRecord record, TaskEvent event) {
            switch (event) {
                case TaskEvent.Submitted _, TaskEvent.Watched _, TaskEvent.Refused _ -> {}
                case TaskEvent.Started started ->
                        take(record, started.worker(), record.envelope().time());
                case TaskEvent.LeaseExtended _ -> {
                    if (hands == null) {
                        take(record, sender(record), null);
                    }
                }
                case TaskEvent.Queued _ -> {
                    lose(record, "undone");
                    isQueued = true;
                }
                case TaskEvent.DependencyEnded _ -> lose(record, "undone");
                case TaskEvent.AttemptFailed failed -> report(record, outcome(failed.failure()));
                case TaskEvent.Succeeded _ -> {
                    report(record, "succeeded");
                    end(record, "succeeded");
                }
                case TaskEvent.Failed failed -> {
                    report(record, outcome(failed.failure()));
                    end(record, "failed");
                }
                case TaskEvent.Cancelled _ -> {
                    lose(record, "undone");
                    end(record, "cancelled");
                }
                case TaskEvent.Expired _ -> {
                    lose(record, "undone");
                    end(record, "expired");
                }
            }
        }

        private @Nullable String sender(LogRecord record) {
            var actor = record.envelope().actor();
            return actor.proof() == Actor.Proof.WORKER ? actor.id() : null;
        }

        private void take(LogRecord record, @Nullable String worker, @Nullable Instant since) {
            var before = hands;
            if (before != null && Objects.equals(before.worker, worker)) {
                hands = new Hands(worker, before.since == null ? since : before.since);
                return;
            }
            if (before != null && before.worker == null) {
                hands = null; // the same hands, which have a name now
            } else {
                lose(record, "undone");
                count(record, "attempts", 1);
            }
            hands = new Hands(worker, since);
            isQueued = false;
            of(worker, "started");
            of(worker, "running");
        }

        private void report(LogRecord record, String outcome) {
            if (hands == null && isQueued) {
                take(record, sender(record), null);
            }
            lose(record, outcome);
        }

        /// It is in nobody's hands any more, nor for anybody to take.
        private void lose(LogRecord record, String outcome) {
            isQueued = false;
            var before = hands;
            hands = null;
            if (before == null) {
                return;
            }
            of(before.worker, outcome);
            if (before.worker != null) {
                add(row("workers", tenant, name(before.worker)), "running", -1);
            }
            if (before.since != null) {
                long micros =
                        Duration.between(before.since, record.envelope().time()).toNanos() / 1_000;
                count(record, "micros", Math.max(0, micros));
            }
        }

        private void end(LogRecord record, String how) {
            isEnded = true;
            count(record, how, 1);
        }

        private void of(@Nullable String worker, String what) {
            if (worker != null) {
                add(row("workers", tenant, name(worker)), what, 1);
            }
        }

        void count(LogRecord record, String what, long count) {
            if (count != 0) {
                var day =
                        Instant.ofEpochMilli(record.timestamp())
                                .atOffset(ZoneOffset.UTC)
                                .toLocalDate();
                var key =
                        "%s:%s:%s:%s"
                                .formatted(day, kind, submitter.proof().wireName(), submitter.id());
                add(row("usage", tenant, key), what, count);
            }
        }
    }
}
