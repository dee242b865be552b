package dev.millrace.inference.work;

import dev.millrace.domain.blob.BlobLost;
import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.event.Sensitivity;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.task.Priority;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.domain.task.Terms;
import dev.millrace.domain.task.WorkItem;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.topic.WorkTopics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.jspecify.annotations.Nullable;

/// What a worker has around it, with a fake of Kafka's producer and without a clock.
final class Workplace implements AutoCloseable {

    static final String WORKER = "worker-a";
    static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private static final Site SITE = new Site("12D3KooWExample", new UUID(1, 2));

    final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());
    final LoudProducer producer = new LoudProducer(cluster());
    final Holdings holdings = new Holdings(WORKER);
    final BlobStore blobs = new MemoryBlobs();
    final Reports reports =
            new Reports(
                    producer,
                    serdes,
                    WORKER,
                    SITE,
                    () -> DerivedId.of("report", Long.toString(System.nanoTime())),
                    InstantSource.fixed(NOON));
    final ManualTimers timers = new ManualTimers();
    volatile Instant now = NOON;
    final UsualKinds kinds = new UsualKinds();

    <I, O> Performer<I, O> performer(WorkKind<I, O> kind) {
        return new Performer<>(
                kind,
                WORKER,
                holdings,
                reports,
                blobs,
                timers,
                new WorkMeters(new SimpleMeterRegistry()),
                kinds,
                () -> now);
    }

    static WorkKind<?, ?> kind(int concurrency, WorkKind.Work<Map<?, ?>, Map<?, ?>> work) {
        return new WorkKind<>("drill", map(), map(), concurrency, work);
    }

    @SuppressWarnings("unchecked") // a class literal knows nothing of what is in the map
    private static Class<Map<?, ?>> map() {
        return (Class<Map<?, ?>>) (Class<?>) Map.class;
    }

    /// The first attempt of a task with this number.
    static WorkItem item(int task, String input) {
        return new WorkItem(
                new TaskId(new UUID(0x7000, task)),
                1,
                "drill",
                new Content.Inline(input),
                Terms.DEFAULT,
                "token-" + task);
    }

    static Envelope<WorkItem> envelope(WorkItem item) {
        return Envelope.first(
                DerivedId.of("item", item.task().toString()),
                NOON,
                "acme",
                Labels.of(Sensitivity.INTERNAL, List.of()),
                new Actor("dispatch", Actor.Proof.WORKER),
                SITE,
                item);
    }

    /// Takes an item into hand, as whoever reads the queue does.
    Held take(WorkItem item) {
        var held = new Held(envelope(item), item, blobs);
        if (!holdings.take(held)) {
            throw new AssertionError(item + " is in hand already");
        }
        return held;
    }

    /// The next thing that is reported.
    TaskReport report() throws InterruptedException {
        return next(Topics.TASK_REPORTS);
    }

    /// The next thing that is written, which has to be in that topic.
    <P extends Message> P next(Topic<P> topic) throws InterruptedException {
        var record = producer.next();
        if (!record.topic().equals(topic.name())) {
            throw new AssertionError("written to " + record.topic());
        }
        var message =
                serdes.valuesOf(topic).deserialize(topic.name(), record.value()).messageOrNull();
        if (message == null) {
            throw new AssertionError("written unreadably");
        }
        return message;
    }

    @Override
    public void close() {
        timers.shutdownNow();
        reports.close();
    }

    private static Cluster cluster() {
        var node = new Node(0, "unused", 9092);
        var names =
                List.of(
                        Topics.TASK_REPORTS.name(),
                        Topics.TASK_PROGRESS.name(),
                        Topics.DEAD_LETTERS,
                        WorkTopics.of("drill", Priority.NORMAL).name());
        return new Cluster(
                "unused",
                List.of(node),
                names.stream()
                        .map(name ->
                                new PartitionInfo(
                                        name, 0, node, new Node[] {node}, new Node[] {node}))
                        .toList(),
                Set.of(),
                Set.of());
    }

    private static final class MemoryBlobs implements BlobStore {
        private final Map<Digest, byte[]> contents = new ConcurrentHashMap<>();

        @Override
        public Digest put(byte[] content) {
            var digest = Digest.of(content);
            contents.put(digest, content.clone());
            return digest;
        }

        @Override
        public byte[] get(Digest digest) throws BlobLost {
            byte @Nullable [] content = contents.get(digest);
            if (content == null) {
                throw new BlobLost(digest, "there is none");
            }
            return content.clone();
        }
    }
}
