package dev.millrace.site.audit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentEvent;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The rows that the view `throughput` should have, counted from the log: what was there for the
/// first time, in the span of its record's timestamp.
///
/// The view forgets what is older than 24 hours, so it presumes a log that is younger.
final class ThroughputFold {

    private static final int SPAN_SECONDS = 10;

    private final Map<Long, Span> spans = new TreeMap<>();

    private ThroughputFold() {}

    /// The rows by the start of their spans.
    static Map<String, JsonNode> of(LogCopy log) {
        var fold = new ThroughputFold();
        fold.countDocuments(ours(log, Topics.DOCUMENTS));
        fold.countEmbeddings(ours(log, Topics.EMBEDDINGS));
        var searchable = new HashMap<DocumentId, Integer>();
        for (var report : ours(log, Topics.INDEX_REPORTS)) {
            fold.span(report).searchable +=
                    risen(searchable, report.message().document(), report.message().searchable());
        }
        fold.countEnded(ours(log, Topics.TASK_EVENTS));
        var rows = new TreeMap<String, JsonNode>();
        fold.spans.forEach((second, span) -> {
            if (span.isAny()) {
                var start = Rows.time(Instant.ofEpochSecond(second));
                rows.put(start, span.row(start));
            }
        });
        return rows;
    }

    private static <P extends Message> List<Logged<P>> ours(LogCopy log, Topic<P> topic) {
        return log.of(topic).stream()
                .filter(record -> record.envelope().tenant().equals(Envelope.DEFAULT_TENANT))
                .toList();
    }

    private void countDocuments(List<Logged<DocumentEvent>> events) {
        var accepted = new HashSet<DocumentId>();
        var chunks = new HashMap<DocumentId, Integer>();
        for (var event : events) {
            switch (event.message()) {
                case DocumentEvent.Accepted first ->
                        span(event).documents += accepted.add(first.document()) ? 1 : 0;
                case DocumentEvent.Chunked cut ->
                        span(event).chunks += risen(chunks, cut.document(), cut.chunks());
                case DocumentEvent.Rejected _ -> {}
            }
        }
    }

    private void countEmbeddings(List<Logged<Embedding>> embeddings) {
        var embedded = new HashSet<ChunkId>();
        for (var embedding : embeddings) {
            span(embedding).embeddings += embedded.add(embedding.message().chunk()) ? 1 : 0;
        }
    }

    /// A task ends once, and not before it was submitted.
    private void countEnded(List<Logged<TaskEvent>> events) {
        var submitted = new HashSet<TaskId>();
        var ended = new HashSet<TaskId>();
        for (var event : events) {
            var task = event.message().task();
            switch (event.message()) {
                case TaskEvent.Submitted _ -> submitted.add(task);
                case TaskEvent.Succeeded _,
                        TaskEvent.Failed _,
                        TaskEvent.Cancelled _,
                        TaskEvent.Expired _ ->
                        span(event).tasksEnded +=
                                submitted.contains(task) && ended.add(task) ? 1 : 0;
                case TaskEvent.Queued _,
                        TaskEvent.Watched _,
                        TaskEvent.DependencyEnded _,
                        TaskEvent.Started _,
                        TaskEvent.LeaseExtended _,
                        TaskEvent.AttemptFailed _,
                        TaskEvent.Refused _ -> {}
            }
        }
    }

    /// By how much a count is above the most that was seen of it.
    private static int risen(Map<DocumentId, Integer> most, DocumentId document, int count) {
        int before = most.getOrDefault(document, 0);
        most.put(document, Math.max(before, count));
        return Math.max(0, count - before);
    }

    private Span span(Logged<?> record) {
        long span = Math.floorDiv(record.timestamp(), SPAN_SECONDS * 1000L);
        return spans.computeIfAbsent(span * SPAN_SECONDS, _ -> new Span());
    }

    /// What happened in ten seconds.
    private static final class Span {

        private int documents;
        private int chunks;
        private int embeddings;
        private int searchable;
        private int tasksEnded;

        boolean isAny() {
            return documents + chunks + embeddings + searchable + tasksEnded > 0;
        }

        JsonNode row(String start) {
            return Rows.asRead(
                    Rows.row()
                            .put("start", start)
                            .put("seconds", SPAN_SECONDS)
                            .put("documents", documents)
                            .put("chunks", chunks)
                            .put("embeddings", embeddings)
                            .put("searchable", searchable)
                            .put("tasks_ended", tasksEnded));
        }
    }
}
