package dev.millrace.inference.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.blob.BlobLost;
import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskSignal.Withdrawn;
import dev.millrace.domain.task.Terms;
import dev.millrace.domain.task.WorkItem;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LettingGoTest {

    private static final String WORKER = "worker-a";
    private static final TaskId TASK = new TaskId(new UUID(0x0190_0000_0000_7000L, 1));
    private static final Site SITE = new Site("12D3KooWSite", new UUID(1, 2));
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final WorkItem ITEM =
            new WorkItem(TASK, 1, "echo", new Content.Inline("{}"), Terms.DEFAULT, "token");

    private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1);
    private final Holdings holdings = new Holdings(WORKER);
    private final Performer<?, ?> performer =
            new Performer<>(
                    new WorkKind<>("echo", Map.class, Map.class, 1, (input, _) -> input),
                    WORKER,
                    holdings,
                    reports(),
                    new NoBlobs(),
                    timers,
                    new WorkMeters(new SimpleMeterRegistry()),
                    new UsualKinds(),
                    () -> NOON);

    @AfterEach
    void stop() {
        timers.shutdownNow();
    }

    @Test
    void attemptThatAnotherHadIsTakenWhenItComesAgain() {
        var held = taken();
        holdings.hear(new Withdrawn(TASK, 1, WORKER, "attempt 1 is held by worker-b"));

        performer.perform(held, true);

        assertThat(held.settled()).isCompletedWithValue(AcknowledgeType.ACCEPT);
        assertThat(holdings.isSpent(ITEM)).isFalse();
    }

    @Test
    void attemptThatIsOverIsNotTakenAgain() {
        var held = taken();
        holdings.hear(new Withdrawn(TASK, 1, null, "cancelled: "));

        performer.perform(held, true);

        assertThat(held.settled()).isCompletedWithValue(AcknowledgeType.ACCEPT);
        assertThat(holdings.isWithdrawn(ITEM)).isTrue();
    }

    @Test
    void attemptThatWasReportedIsNotTakenAgain() {
        var held = taken();

        performer.perform(held, false);

        assertThat(held.settled()).isCompletedWithValue(AcknowledgeType.ACCEPT);
        assertThat(holdings.isSpent(ITEM)).isTrue();
    }

    private Held taken() {
        var envelope =
                Envelope.first(
                        new UUID(3, 4),
                        NOON,
                        Envelope.DEFAULT_TENANT,
                        Labels.DEFAULT,
                        new Actor("dispatch", Actor.Proof.WORKER),
                        SITE,
                        ITEM);
        var held = new Held(envelope, ITEM, new NoBlobs());
        assertThat(holdings.take(held)).isTrue();
        return held;
    }

    private static Reports reports() {
        var broker = new Node(1, "localhost", 9092);
        var topic = Topics.TASK_REPORTS.name();
        var partition =
                new PartitionInfo(topic, 0, broker, new Node[] {broker}, new Node[] {broker});
        var cluster =
                new Cluster("cluster", List.of(broker), List.of(partition), Set.of(), Set.of());
        return new Reports(
                new MockProducer<>(
                        cluster, true, null, new ByteArraySerializer(), new ByteArraySerializer()),
                new EventSerdes(new InMemorySchemaStore()),
                WORKER,
                SITE,
                () -> new UUID(5, 6),
                () -> NOON);
    }

    /// Holds nothing.
    private static final class NoBlobs implements BlobStore {
        @Override
        public Digest put(byte[] content) {
            throw new UnsupportedOperationException("put");
        }

        @Override
        public byte[] get(Digest digest) throws BlobLost {
            throw new BlobLost(digest, "there are none");
        }
    }
}
