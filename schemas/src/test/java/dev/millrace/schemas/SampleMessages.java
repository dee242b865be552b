package dev.millrace.schemas;

import dev.millrace.domain.audit.AuditEvent;
import dev.millrace.domain.audit.Difference;
import dev.millrace.domain.document.Chunk;
import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentEvent;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.document.IndexReport;
import dev.millrace.domain.document.Passage;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.kind.TaskKind;
import dev.millrace.domain.kind.TaskKindEvent;
import dev.millrace.domain.search.Model;
import dev.millrace.domain.search.Vector;
import dev.millrace.domain.task.DependencyPolicy;
import dev.millrace.domain.task.DependencyResult;
import dev.millrace.domain.task.DependencyResults;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.Priority;
import dev.millrace.domain.task.Retries;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskProgress;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.domain.task.TaskResult;
import dev.millrace.domain.task.TaskSignal;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.Terms;
import dev.millrace.domain.task.WorkItem;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.generation.ViewEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Messages of every kind, the same for the same seed.
public final class SampleMessages {

    private static final String[] TEXTS = {
        "",
        "plain",
        "Straße, naïve, 日本語",
        "clef 𝄞 and 🧪",
        "{\"a\":\"\\u0000\"}",
        "line\nline\r\n\t"
    };

    private final Random random;
    private final Map<Class<?>, Supplier<Message>> makers = new LinkedHashMap<>();

    public SampleMessages(Random random) {
        this.random = random;
        makers.put(
                TaskCommand.Submit.class,
                () ->
                        new TaskCommand.Submit(
                                task(), text(), content(), digest(), terms(), tasks()));
        makers.put(TaskCommand.Cancel.class, () -> new TaskCommand.Cancel(task(), text()));
        makers.put(TaskCommand.Watch.class, () -> new TaskCommand.Watch(task(), task(), count()));
        makers.put(
                TaskCommand.Settle.class,
                () -> new TaskCommand.Settle(task(), task(), count(), stage(), contentOrNull()));
        makers.put(TaskCommand.Wake.class, () -> new TaskCommand.Wake(task(), moment()));
        makers.put(
                TaskReport.Started.class,
                () ->
                        new TaskReport.Started(
                                task(),
                                count(),
                                textOrNull(),
                                text(),
                                random.nextBoolean() ? lease() : null));
        makers.put(
                TaskReport.Heartbeat.class,
                () -> new TaskReport.Heartbeat(task(), count(), textOrNull(), lease()));
        makers.put(
                TaskReport.Succeeded.class,
                () -> new TaskReport.Succeeded(task(), count(), textOrNull(), content()));
        makers.put(
                TaskReport.Failed.class,
                () ->
                        new TaskReport.Failed(
                                task(), count(), textOrNull(), failure(), random.nextBoolean()));
        makers.put(
                TaskReport.Released.class,
                () -> new TaskReport.Released(task(), count(), textOrNull()));
        makers.put(
                TaskEvent.Submitted.class,
                () ->
                        new TaskEvent.Submitted(
                                task(),
                                size(),
                                text(),
                                content(),
                                digest(),
                                terms(),
                                momentOrNull(),
                                momentOrNull(),
                                tasks()));
        makers.put(TaskEvent.Watched.class, () -> new TaskEvent.Watched(task(), size(), task()));
        makers.put(
                TaskEvent.DependencyEnded.class,
                () ->
                        new TaskEvent.DependencyEnded(
                                task(), size(), task(), count(), stage(), count(), momentOrNull()));
        makers.put(
                TaskEvent.Queued.class,
                () ->
                        new TaskEvent.Queued(
                                task(),
                                size(),
                                count(),
                                text(),
                                content(),
                                terms(),
                                momentOrNull(),
                                dependencies()));
        makers.put(
                TaskEvent.Started.class,
                () ->
                        new TaskEvent.Started(
                                task(), size(), count(), text(), momentOrNull(), momentOrNull()));
        makers.put(
                TaskEvent.LeaseExtended.class,
                () -> new TaskEvent.LeaseExtended(task(), size(), count(), moment()));
        makers.put(
                TaskEvent.AttemptFailed.class,
                () -> new TaskEvent.AttemptFailed(task(), size(), count(), failure(), moment()));
        makers.put(
                TaskEvent.Succeeded.class,
                () -> new TaskEvent.Succeeded(task(), size(), count(), content()));
        makers.put(
                TaskEvent.Failed.class,
                () -> new TaskEvent.Failed(task(), size(), count(), failure()));
        makers.put(
                TaskEvent.Cancelled.class,
                () -> new TaskEvent.Cancelled(task(), size(), count(), text()));
        makers.put(
                TaskEvent.Expired.class,
                () -> new TaskEvent.Expired(task(), size(), count(), moment()));
        makers.put(
                TaskEvent.Refused.class,
                () -> new TaskEvent.Refused(task(), size(), text(), reason(), text()));
        makers.put(TaskSignal.Granted.class, () -> new TaskSignal.Granted(task(), count(), text()));
        makers.put(
                TaskSignal.Withdrawn.class,
                () -> new TaskSignal.Withdrawn(task(), count(), textOrNull(), text()));
        makers.put(
                TaskProgress.class,
                () -> new TaskProgress(task(), count(), random.nextDouble(), text()));
        makers.put(
                WorkItem.class,
                () ->
                        new WorkItem(
                                task(),
                                count(),
                                text(),
                                content(),
                                terms(),
                                text(),
                                dependencies()));
        makers.put(TaskResult.class, () -> new TaskResult(task(), count(), content()));
        makers.put(TaskKindEvent.Registered.class, () -> new TaskKindEvent.Registered(kind()));
        makers.put(
                TaskKindEvent.Retired.class, () -> new TaskKindEvent.Retired(kindName(), text()));
        makers.put(
                DocumentEvent.Accepted.class,
                () ->
                        new DocumentEvent.Accepted(
                                document(), task(), text(), text(), digest(), size(), content()));
        makers.put(
                DocumentEvent.Chunked.class,
                () -> new DocumentEvent.Chunked(document(), count(), text()));
        makers.put(
                DocumentEvent.Rejected.class,
                () -> new DocumentEvent.Rejected(document(), failure()));
        makers.put(Chunk.class, () -> new Chunk(chunk(), passage(), texts(), digest()));
        makers.put(
                Embedding.class,
                () ->
                        new Embedding(
                                chunk(),
                                passage(),
                                vector(),
                                new Model(text(), text(), 1 + count()),
                                text(),
                                digest()));
        makers.put(
                IndexReport.class, () -> new IndexReport(document(), text(), count(), position()));
        makers.put(AuditEvent.Differed.class, () -> new AuditEvent.Differed(difference()));
        makers.put(
                AuditEvent.Recovered.class,
                () ->
                        new AuditEvent.Recovered(
                                text(), count(), count(), size(), size(), size(), moment(),
                                text()));
        makers.put(
                ViewEvent.RebuildRequested.class,
                () -> new ViewEvent.RebuildRequested(2 + count()));
        makers.put(ViewEvent.Switched.class, () -> new ViewEvent.Switched(2 + count()));
        makers.put(
                ViewEvent.RebuildCancelled.class,
                () -> new ViewEvent.RebuildCancelled(2 + count()));
    }

    /// The kinds of message there are samples of.
    public List<Class<?>> kinds() {
        return List.copyOf(makers.keySet());
    }

    /// A message of a kind.
    public Message message(Class<?> kind) {
        var maker = makers.get(kind);
        if (maker == null) {
            throw new IllegalArgumentException(kind + " has no sample here: add one");
        }
        return maker.get();
    }

    /// Any text, empty and outside Unicode's first plane among them.
    public String text() {
        return TEXTS[random.nextInt(TEXTS.length)];
    }

    public @Nullable String textOrNull() {
        return random.nextBoolean() ? text() : null;
    }

    public UUID uuid() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    public Digest digest() {
        return Digest.of("digest " + random.nextInt());
    }

    private TaskId task() {
        return new TaskId(uuid());
    }

    private DocumentId document() {
        return new DocumentId(uuid());
    }

    private ChunkId chunk() {
        return new ChunkId(document(), count());
    }

    private Passage passage() {
        int start = count();
        return new Passage(text(), start, start + random.nextInt(1_000), text());
    }

    private List<String> texts() {
        var texts = new ArrayList<String>();
        for (int i = random.nextInt(4); i > 0; i--) {
            texts.add(text());
        }
        return texts;
    }

    private Vector vector() {
        var components = new float[1 + random.nextInt(400)];
        for (int i = 0; i < components.length; i++) {
            components[i] = (float) random.nextGaussian();
        }
        return Vector.of(components);
    }

    private Position position() {
        var position = Position.START;
        for (int i = random.nextInt(4); i > 0; i--) {
            position = position.with("millrace.embeddings", random.nextInt(12), size());
        }
        return position;
    }

    private Content content() {
        return random.nextBoolean()
                ? new Content.Inline(text())
                : new Content.Stored(digest(), size());
    }

    private @Nullable Content contentOrNull() {
        return random.nextBoolean() ? content() : null;
    }

    private DependencyResults dependencies() {
        var results = new ArrayList<DependencyResult>();
        for (int left = random.nextInt(4); left > 0; left--) {
            results.add(new DependencyResult(task(), stage(), contentOrNull()));
        }
        return new DependencyResults(results, random.nextBoolean());
    }

    private Failure failure() {
        return new Failure("not_text", text());
    }

    /// Whole milliseconds, as all moments of tasks are.
    private Instant moment() {
        return Instant.ofEpochMilli(random.nextLong() >>> 22);
    }

    private @Nullable Instant momentOrNull() {
        return random.nextBoolean() ? moment() : null;
    }

    private Duration lease() {
        return Duration.ofMillis(count());
    }

    /// Terms of any sort.
    public Terms terms() {
        var retries = retries();
        return new Terms(
                random.nextBoolean() ? Priority.HIGH : Priority.LOW,
                momentOrNull(),
                momentOrNull(),
                retries,
                random.nextBoolean() ? task() : null,
                policy(),
                random.nextBoolean() ? task() : null,
                random.nextBoolean() ? Duration.ofMillis(count()) : null);
    }

    private List<TaskId> tasks() {
        return random.nextBoolean() ? List.of() : List.of(task(), task());
    }

    private TaskState.Stage stage() {
        var stages = TaskState.Stage.values();
        return stages[random.nextInt(stages.length)];
    }

    private Retries retries() {
        return new Retries(
                1 + random.nextInt(Retries.MOST_ATTEMPTS),
                Duration.ofMillis(1 + random.nextInt(1_000)),
                Duration.ofMillis(1_000 + random.nextInt(1_000_000)),
                Set.copyOf(texts()));
    }

    private Difference difference() {
        var kinds = Difference.Kind.values();
        var kind = kinds[random.nextInt(kinds.length)];
        var expected = random.nextBoolean() ? digest() : null;
        var found = random.nextBoolean() ? digest() : null;
        return new Difference(
                random.nextInt(3) == 0 ? null : text(), count(), size(), kind, expected, found);
    }

    private TaskKind kind() {
        return new TaskKind(
                kindName(),
                1 + count(),
                text(),
                textOrNull(),
                textOrNull(),
                retries(),
                Duration.ofMillis(1_000 + random.nextInt(3_599_000)),
                random.nextBoolean() ? Duration.ofMillis(1_000 + count()) : null,
                random.nextBoolean() ? Set.of("operator", "publisher") : Set.of(),
                random.nextBoolean() ? Set.of("worker") : Set.of());
    }

    private String kindName() {
        return random.nextBoolean() ? "resize" : "image.re-size" + random.nextInt(10);
    }

    private TaskEvent.Reason reason() {
        var reasons = TaskEvent.Reason.values();
        return reasons[random.nextInt(reasons.length)];
    }

    private int count() {
        return random.nextInt(1 << 20);
    }

    private long size() {
        return random.nextLong() >>> 1;
    }

    private DependencyPolicy policy() {
        var policies = DependencyPolicy.values();
        return policies[random.nextInt(policies.length)];
    }
}
