package dev.millrace.streams.simulation.views.check;

import dev.millrace.domain.document.DocumentEvent;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.document.IndexReport;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskProgress;
import dev.millrace.domain.view.Position;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.simulation.log.LogRecord;
import dev.millrace.streams.simulation.log.SimulatedLog;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What the log says up to a position, told by hand: on purpose not by the folds of the views,
/// whose faults it is to find.
final class Told {

    private static final int SPAN_MILLIS = 10_000;

    private final Map<String, Task> tasks = new TreeMap<>();
    private final Map<String, TreeSet<Long>> histories = new TreeMap<>();
    private final Map<String, TaskProgress> progress = new TreeMap<>();
    private final Map<String, Document> documents = new TreeMap<>();
    private final Map<String, Map<Long, Map<Span, Long>>> spans = new TreeMap<>();

    private final ToldWork work = new ToldWork();

    private Told() {}

    /// @param position null for all of it
    static Told upTo(SimulatedLog log, @Nullable Position position) {
        var told = new Told();
        each(log, Topics.TASK_EVENTS.name(), position, told::task);
        each(log, Topics.TASK_PROGRESS.name(), position, told::progress);
        for (var topic : List.of(Topics.DOCUMENTS, Topics.EMBEDDINGS, Topics.INDEX_REPORTS)) {
            each(log, topic.name(), position, told::document);
        }
        each(log, Topics.TASK_EVENTS.name(), position, told.work::task);
        each(log, Topics.EMBEDDINGS.name(), position, told.work::embedding);
        return told;
    }

    private static void each(
            SimulatedLog log,
            String topic,
            @Nullable Position position,
            Consumer<LogRecord> listener) {
        for (var record : log.committed(topic)) {
            var place = record.place();
            if (position == null || place.offset() <= position.offset(topic, place.partition())) {
                listener.accept(record);
            }
        }
    }

    private void task(LogRecord record) {
        if (!(record.message() instanceof TaskEvent event)) {
            return;
        }
        var id = event.task().toString();
        var tenant = record.envelope().tenant();
        histories.computeIfAbsent(tenant + " " + id, _ -> new TreeSet<>()).add(event.version());
        var task = tasks.get(id);
        if (task == null) {
            if (event instanceof TaskEvent.Submitted submitted) {
                var first = new Task(tenant, submitted.kind(), record.envelope().time());
                first.version = event.version();
                first.state = submitted.isQueued() ? "queued" : "waiting";
                first.attempt = 1;
                tasks.put(id, first);
            }
            return;
        }
        task.version = event.version();
        boolean wasEnded = task.isEnded;
        switch (event) {
            case TaskEvent.Submitted _, TaskEvent.Refused _, TaskEvent.Watched _ -> {}
            case TaskEvent.DependencyEnded _ -> task.state = "waiting";
            case TaskEvent.Queued queued -> task.at("queued", queued.attempt());
            case TaskEvent.Started started -> task.at("running", started.attempt());
            case TaskEvent.LeaseExtended extended -> task.at("running", extended.attempt());
            case TaskEvent.AttemptFailed failed -> task.at("waiting", failed.attempt() + 1);
            case TaskEvent.Succeeded _ -> task.end("succeeded");
            case TaskEvent.Failed _ -> task.end("failed");
            case TaskEvent.Cancelled _ -> task.end("cancelled");
            case TaskEvent.Expired _ -> task.end("expired");
        }
        if (task.isEnded && !wasEnded) {
            add(task.tenant, record, Span.TASKS_ENDED, 1);
        }
    }

    private void progress(LogRecord record) {
        if (record.message() instanceof TaskProgress news) {
            progress.merge(
                    record.envelope().tenant() + " " + news.task(),
                    news,
                    (before, after) -> after.attempt() < before.attempt() ? before : after);
        }
    }

    private void document(LogRecord record) {
        var tenant = record.envelope().tenant();
        switch (record.message()) {
            case DocumentEvent.Accepted accepted -> {
                var document = document(accepted.document());
                if (document.tenant == null) {
                    document.tenant = tenant;
                    document.created = record.envelope().time();
                    add(tenant, record, Span.DOCUMENTS, 1);
                }
            }
            case DocumentEvent.Chunked chunked -> {
                var document = document(chunked.document());
                document.isRejected = false;
                add(tenant, record, Span.CHUNKS, chunked.chunks() - document.chunks);
                document.chunks = chunked.chunks();
            }
            case DocumentEvent.Rejected rejected -> document(rejected.document()).isRejected = true;
            case Embedding embedding -> {
                var chunk = embedding.chunk();
                if (document(chunk.document()).embedded.add(chunk.index())) {
                    add(tenant, record, Span.EMBEDDINGS, 1);
                }
            }
            case IndexReport report -> {
                var document = document(report.document());
                int more = Math.max(0, report.searchable() - document.searchable);
                document.searchable += more;
                add(tenant, record, Span.SEARCHABLE, more);
            }
            case null, default -> {}
        }
    }

    private Document document(Object id) {
        return documents.computeIfAbsent(id.toString(), _ -> new Document());
    }

    private void add(String tenant, LogRecord record, Span what, long count) {
        if (count != 0) {
            long start = Math.floorDiv(record.timestamp(), SPAN_MILLIS) * (SPAN_MILLIS / 1_000);
            spans.computeIfAbsent(tenant, _ -> new TreeMap<>())
                    .computeIfAbsent(start, _ -> new EnumMap<>(Span.class))
                    .merge(what, count, Long::sum);
        }
    }

    /// What workers and models did, and what for whom.
    ToldWork work() {
        return work;
    }

    /// By id.
    Map<String, Task> tasks() {
        return tasks;
    }

    /// The versions of the events of a task that a tenant may see.
    Set<Long> history(String tenant, String task) {
        return histories.getOrDefault(tenant + " " + task, new TreeSet<>());
    }

    /// What was last said of a task by its latest attempt; null if nothing was.
    @Nullable TaskProgress progress(String tenant, String task) {
        return progress.get(tenant + " " + task);
    }

    /// How many tasks of a tenant something was said of.
    long progressRows(String tenant) {
        return progress.keySet().stream().filter(key -> key.startsWith(tenant + " ")).count();
    }

    /// By id.
    Map<String, Document> documents() {
        return documents;
    }

    /// By start, in seconds since 1970; each has a count for each [Span].
    Map<Long, Map<Span, Long>> spans(String tenant) {
        return spans.getOrDefault(tenant, Map.of());
    }

    /// How many tasks of a tenant are in a state, by `<kind>:<state>`.
    Map<String, Long> counts(String tenant) {
        var counts = new TreeMap<String, Long>();
        for (var task : tasks.values()) {
            if (task.tenant.equals(tenant)) {
                counts.merge(task.kind + ":" + task.state, 1L, Long::sum);
            }
        }
        return counts;
    }

    /// What is counted over time, by the name that a row has for it.
    enum Span {
        DOCUMENTS("documents"),
        CHUNKS("chunks"),
        EMBEDDINGS("embeddings"),
        SEARCHABLE("searchable"),
        TASKS_ENDED("tasks_ended");

        private final String field;

        Span(String field) {
            this.field = field;
        }

        String field() {
            return field;
        }
    }

    static final class Task {

        private final String tenant;
        private final String kind;
        private final Instant created;
        private String state = "";
        private int attempt;
        private long version;
        private boolean isEnded;

        Task(String tenant, String kind, Instant created) {
            this.tenant = tenant;
            this.kind = kind;
            this.created = created;
        }

        private void at(String newState, int newAttempt) {
            state = newState;
            attempt = newAttempt;
        }

        private void end(String newState) {
            state = newState;
            isEnded = true;
        }

        String tenant() {
            return tenant;
        }

        String kind() {
            return kind;
        }

        Instant created() {
            return created;
        }

        String state() {
            return state;
        }

        int attempt() {
            return attempt;
        }

        long version() {
            return version;
        }

        boolean isEnded() {
            return isEnded;
        }
    }

    static final class Document {

        private @Nullable String tenant;
        private Instant created = Instant.EPOCH;
        private int chunks;
        private final TreeSet<Integer> embedded = new TreeSet<>();
        private int searchable;
        private boolean isRejected;

        /// Whether a tenant gets to see it.
        boolean isOf(String whom) {
            return Objects.equals(tenant, whom);
        }

        Instant created() {
            return created;
        }

        int chunks() {
            return chunks;
        }

        int embedded() {
            return embedded.size();
        }

        int searchable() {
            return searchable;
        }

        String state() {
            if (isRejected) {
                return "failed";
            }
            if (chunks == 0) {
                return "accepted";
            }
            if (searchable >= chunks) {
                return "searchable";
            }
            return embedded.size() >= chunks ? "embedded" : "chunked";
        }
    }
}
