package dev.millrace.schemas.topic;

import dev.millrace.domain.audit.AuditEvent;
import dev.millrace.domain.document.Chunk;
import dev.millrace.domain.document.DocumentEvent;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.document.IndexReport;
import dev.millrace.domain.kind.TaskKindEvent;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskProgress;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.domain.task.TaskResult;
import dev.millrace.domain.task.TaskSignal;
import dev.millrace.domain.view.generation.ViewEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;

/// The topic catalogue: every topic of a site, from which they are created. For people it is in
/// `docs/topics.md`, which a test keeps equal to it.
public final class Topics {

    /// The largest batch that the topic of dead letters accepts, in bytes, and so the largest
    /// request of whoever writes them. What is written there is cut to fit.
    public static final int MAX_DEAD_LETTER_BYTES = 2 * TopicConfigs.MAX_MESSAGE_BYTES;

    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration WEEK = Duration.ofDays(7);
    private static final @Nullable Duration FOR_EVER = null;

    public static final Topic<TaskCommand> TASK_COMMANDS =
            new Topic<>(
                    "millrace.task-commands",
                    TaskCommand.class,
                    "task",
                    KeyedBy.KEY,
                    Cleanup.DELETE,
                    WEEK,
                    false,
                    true,
                    Set.of(Writer.GATEWAY, Writer.DECIDE),
                    "what trusted writers ask of tasks");

    public static final Topic<TaskReport> TASK_REPORTS =
            new Topic<>(
                    "millrace.task-reports",
                    TaskReport.class,
                    "task",
                    KeyedBy.KEY,
                    Cleanup.DELETE,
                    WEEK,
                    false,
                    true,
                    Set.of(Writer.DOCUMENTS, Writer.TASK_WORKER, Writer.GATEWAY),
                    "what workers say of an attempt");

    public static final Topic<TaskEvent> TASK_EVENTS =
            new Topic<>(
                    "millrace.task-events",
                    TaskEvent.class,
                    "task",
                    KeyedBy.KEY,
                    Cleanup.DELETE,
                    FOR_EVER,
                    true,
                    true,
                    Set.of(Writer.DECIDE),
                    "what happened to tasks");

    public static final Topic<TaskResult> RESULTS =
            new Topic<>(
                    "millrace.results",
                    TaskResult.class,
                    "task",
                    KeyedBy.KEY,
                    Cleanup.DELETE,
                    FOR_EVER,
                    true,
                    true,
                    Set.of(Writer.DECIDE),
                    "outputs up to 64 KiB, or the address of a blob");

    public static final Topic<TaskSignal> TASK_CONTROL =
            new Topic<>(
                    "millrace.task-control",
                    TaskSignal.class,
                    "task",
                    KeyedBy.KEY,
                    Cleanup.DELETE,
                    DAY,
                    false,
                    true,
                    Set.of(Writer.DECIDE),
                    "what workers are to know of their attempts");

    public static final Topic<TaskKindEvent> TASK_KINDS =
            new Topic<>(
                    "millrace.task-kinds",
                    TaskKindEvent.class,
                    "kind",
                    KeyedBy.KEY,
                    Cleanup.DELETE,
                    FOR_EVER,
                    true,
                    true,
                    Set.of(Writer.GATEWAY),
                    "kinds of task: their versions, schemas and policies");

    public static final Topic<TaskProgress> TASK_PROGRESS =
            new Topic<>(
                    "millrace.task-progress",
                    TaskProgress.class,
                    "task",
                    KeyedBy.KEY,
                    Cleanup.COMPACT,
                    FOR_EVER,
                    false,
                    true,
                    Set.of(Writer.TASK_WORKER, Writer.GATEWAY),
                    "how far attempts are");

    public static final Topic<DocumentEvent> DOCUMENTS =
            new Topic<>(
                    "millrace.documents",
                    DocumentEvent.class,
                    "document",
                    KeyedBy.DOCUMENT,
                    Cleanup.DELETE,
                    FOR_EVER,
                    true,
                    true,
                    Set.of(Writer.DOCUMENTS),
                    "documents taken in, chunked or rejected");

    public static final Topic<Chunk> CHUNKS =
            new Topic<>(
                    "millrace.chunks",
                    Chunk.class,
                    "chunk",
                    KeyedBy.DOCUMENT,
                    Cleanup.DELETE,
                    FOR_EVER,
                    true,
                    true,
                    Set.of(Writer.DOCUMENTS),
                    "pieces of documents to embed");

    public static final Topic<Embedding> EMBEDDINGS =
            new Topic<>(
                    "millrace.embeddings",
                    Embedding.class,
                    "chunk",
                    KeyedBy.DOCUMENT,
                    Cleanup.DELETE,
                    FOR_EVER,
                    true,
                    true,
                    Set.of(Writer.EMBEDDER),
                    "vectors with their text, model and worker");

    public static final Topic<IndexReport> INDEX_REPORTS =
            new Topic<>(
                    "millrace.index-reports",
                    IndexReport.class,
                    "document",
                    KeyedBy.DOCUMENT,
                    Cleanup.COMPACT,
                    FOR_EVER,
                    false,
                    true,
                    Set.of(Writer.SEARCH),
                    "what the search index holds after each commit");

    public static final Topic<AuditEvent> AUDIT_EVENTS =
            new Topic<>(
                    "millrace.audit-events",
                    AuditEvent.class,
                    "partition",
                    KeyedBy.KEY,
                    Cleanup.DELETE,
                    FOR_EVER,
                    true,
                    true,
                    Set.of(Writer.AUDIT),
                    "where log and signed history differ, and what was lost");

    public static final Topic<ViewEvent> VIEW_EVENTS =
            new Topic<>(
                    "millrace.view-events",
                    ViewEvent.class,
                    "views",
                    KeyedBy.KEY,
                    Cleanup.DELETE,
                    FOR_EVER,
                    true,
                    true,
                    Set.of(Writer.GATEWAY, Writer.VIEWS),
                    "rebuilds of the views: which generation answers");

    /// What programs ask for without the gateway; written by anybody, and no envelopes.
    public static final String TASK_REQUESTS = "millrace.task-requests";

    /// The subject of the schema of its values.
    public static final String TASK_REQUESTS_SUBJECT = TASK_REQUESTS + "-value";

    /// Records that could not be read, as the bytes they were, with their cause and origin.
    public static final String DEAD_LETTERS = "millrace.dead-letters";

    /// Every writer schema in use, by its fingerprint.
    public static final String SCHEMAS = "millrace.schemas";

    /// The embedded registry's own store.
    public static final String REGISTRY_STORE = "_schemas";

    private static final String PREFIX = "millrace.";

    private static final List<Topic<?>> EVENTS =
            List.of(
                    TASK_COMMANDS,
                    TASK_REPORTS,
                    TASK_EVENTS,
                    RESULTS,
                    TASK_CONTROL,
                    TASK_KINDS,
                    TASK_PROGRESS,
                    DOCUMENTS,
                    CHUNKS,
                    EMBEDDINGS,
                    INDEX_REPORTS,
                    AUDIT_EVENTS,
                    VIEW_EVENTS);

    private Topics() {}

    /// The topics that hold envelopes.
    public static List<Topic<?>> events() {
        return EVENTS;
    }

    /// The topic of envelopes with this name; null if there is none.
    public static @Nullable Topic<?> byName(String name) {
        for (var topic : EVENTS) {
            if (topic.name().equals(name)) {
                return topic;
            }
        }
        return null;
    }

    /// The topic of envelopes that somebody names, with or without `millrace.`; null if there is
    /// none.
    public static @Nullable Topic<?> named(String name) {
        var topic = byName(name);
        return topic == null ? byName(PREFIX + name) : topic;
    }

    /// Every topic of a site, ready to be created.
    ///
    /// @param partitions of the topics that hold envelopes, requests or dead letters, and of
    ///   `schemas`; fixed for the life of the site. The registry's own store has one, as its order
    ///   is its meaning.
    /// @param replication how many brokers keep each record
    public static List<NewTopic> toCreate(int partitions, short replication) {
        if (partitions < 1) {
            throw new IllegalArgumentException("partitions: " + partitions + " (expected: >= 1)");
        }
        if (replication < 1) {
            throw new IllegalArgumentException("replication: " + replication + " (expected: >= 1)");
        }
        var all = new ArrayList<NewTopic>();
        for (var topic : EVENTS) {
            all.add(
                    TopicConfigs.newTopic(
                            topic.name(),
                            partitions,
                            replication,
                            topic.cleanup(),
                            topic.retention(),
                            topic.logAppendTime(),
                            TopicConfigs.MAX_MESSAGE_BYTES));
        }
        all.add(
                TopicConfigs.newTopic(
                        TASK_REQUESTS,
                        partitions,
                        replication,
                        Cleanup.DELETE,
                        WEEK,
                        true,
                        TopicConfigs.MAX_MESSAGE_BYTES));
        all.add(
                TopicConfigs.newTopic(
                        DEAD_LETTERS,
                        partitions,
                        replication,
                        Cleanup.DELETE,
                        FOR_EVER,
                        false,
                        MAX_DEAD_LETTER_BYTES));
        all.add(compacted(SCHEMAS, partitions, replication));
        all.add(compacted(REGISTRY_STORE, 1, replication));
        return List.copyOf(all);
    }

    private static NewTopic compacted(String name, int partitions, short replication) {
        return TopicConfigs.newTopic(
                name,
                partitions,
                replication,
                Cleanup.COMPACT,
                FOR_EVER,
                false,
                TopicConfigs.MAX_MESSAGE_BYTES);
    }
}
