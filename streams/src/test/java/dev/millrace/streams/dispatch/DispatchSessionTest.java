package dev.millrace.streams.dispatch;

import static dev.millrace.streams.fixtures.Envelopes.SITE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.task.ClaimKey;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.KafkaWorkQueues;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.fixtures.Envelopes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// When a dispatcher says that it has read something.
class DispatchSessionTest {

    private static final String EVENTS = Topics.TASK_EVENTS.name();
    private static final TopicPartition FIRST = new TopicPartition(EVENTS, 0);
    private static final TopicPartition SECOND = new TopicPartition(EVENTS, 1);
    private static final TaskId TASK = new TaskId(new UUID(1, 1));

    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());
    private final Committing consumer = new Committing();
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final Admin admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:1"));
    private final DispatchSession session =
            new DispatchSession(
                    consumer,
                    producer,
                    serdes,
                    new Hints(new ClaimKey(new byte[32]), SITE),
                    new KafkaWorkQueues(admin, 1, (short) 1),
                    new DispatchMeters(new SimpleMeterRegistry(), InstantSource.system()),
                    () -> this.paused,
                    () -> this.now);

    private boolean paused;
    private long now;

    @BeforeEach
    void open() {
        session.open();
        consumer.updateBeginningOffsets(Map.of(FIRST, 0L, SECOND, 0L));
        consumer.rebalance(List.of(FIRST, SECOND));
    }

    @AfterEach
    void close() {
        if (!consumer.closed()) {
            session.close();
        }
        admin.close(Duration.ZERO);
    }

    @Test
    void itSaysSoTenTimesASecond() throws Exception {
        read(FIRST, 0);
        read(FIRST, 1);
        assertThat(consumer.committed).isEmpty();

        pass(Duration.ofMillis(100));
        session.step();
        assertThat(consumer.committed).isEqualTo(Map.of(FIRST, 2L));

        pass(Duration.ofMillis(100));
        session.step();
        assertThat(consumer.commits).hasSize(1);
    }

    @Test
    void whoIsPausedReadsNothingAndGoesOnThere() throws Exception {
        paused = true;
        read(FIRST, 0);
        pass(Duration.ofMillis(100));
        session.step();
        assertThat(consumer.position(FIRST)).isZero();
        assertThat(consumer.paused()).isEmpty();

        paused = false;
        session.step();
        session.close();
        assertThat(consumer.committed).isEqualTo(Map.of(FIRST, 1L));
    }

    @Test
    void itSaysSoAtTheEnd() throws Exception {
        read(SECOND, 0);

        session.close();

        assertThat(consumer.committed).isEqualTo(Map.of(SECOND, 1L));
    }

    @Test
    void whatAnotherHasByNowIsLeftToThat() throws Exception {
        read(FIRST, 0);
        read(SECOND, 0);

        consumer.rebalance(List.of(SECOND));
        pass(Duration.ofMillis(100));
        session.step();

        assertThat(consumer.committed).isEqualTo(Map.of(SECOND, 1L));
    }

    @Test
    void whatIsNotWrittenIsNotSaidToBeRead() throws Exception {
        read(FIRST, 0);
        producer.sendException = new KafkaException("no broker");
        consumer.addRecord(new ConsumerRecord<>(EVENTS, 0, 1, key(), "poison".getBytes(UTF_8)));

        assertThatThrownBy(session::step).isInstanceOf(KafkaException.class);
        session.close();

        assertThat(consumer.committed).isEqualTo(Map.of(FIRST, 1L));
    }

    private void read(TopicPartition from, long offset) throws Exception {
        var event = Envelopes.of(offset, (TaskEvent) new TaskEvent.Cancelled(TASK, 2, 1, ""));
        var value = serdes.of(Topics.TASK_EVENTS).serializer().serialize(EVENTS, event);
        consumer.addRecord(new ConsumerRecord<>(EVENTS, from.partition(), offset, key(), value));
        session.step();
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private static byte[] key() {
        return TASK.toString().getBytes(UTF_8);
    }

    /// Remembers what was committed, also after its end.
    private static final class Committing extends MockConsumer<byte[], byte[]> {

        private final Map<TopicPartition, Long> committed = new HashMap<>();
        private final List<Map<TopicPartition, OffsetAndMetadata>> commits = new ArrayList<>();

        Committing() {
            super("earliest");
        }

        @Override
        public synchronized void commitAsync(
                Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
            super.commitAsync(offsets, callback);
            note(offsets);
        }

        @Override
        public synchronized void commitSync(
                Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
            super.commitSync(offsets, timeout);
            note(Map.copyOf(offsets));
        }

        private void note(Map<TopicPartition, OffsetAndMetadata> offsets) {
            commits.add(offsets);
            offsets.forEach((partition, offset) -> committed.put(partition, offset.offset()));
        }
    }
}
