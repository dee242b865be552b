package dev.millrace.streams.letters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.event.Message;
import dev.millrace.domain.kind.TaskKindEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskSignal;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.DeadLetters;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.fixtures.Envelopes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TailLetterSessionTest {

    private static final TopicPartition KINDS = new TopicPartition(Topics.TASK_KINDS.name(), 0);
    private static final TopicPartition SIGNALS = new TopicPartition(Topics.TASK_CONTROL.name(), 0);
    private static final TaskId TASK = new TaskId(new UUID(0x7000, 1));
    private static final String KEY = TASK.toString();

    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private final TailLetterSession session = new TailLetterSession(consumer, producer, serdes);

    @BeforeEach
    void open() {
        session.open();
        consumer.updateBeginningOffsets(Map.of(KINDS, 0L, SIGNALS, 0L));
        consumer.rebalance(List.of(KINDS, SIGNALS));
    }

    @AfterEach
    void close() {
        session.close();
    }

    @Test
    void whatCanBeReadIsLeftInPeace() throws Exception {
        add(KINDS, "resize", value(Topics.TASK_KINDS, new TaskKindEvent.Retired("resize", "")));
        add(SIGNALS, KEY, value(Topics.TASK_CONTROL, new TaskSignal.Granted(TASK, 1, "worker-a")));
        session.step();

        assertThat(producer.history()).isEmpty();
        assertThat(committed(KINDS)).isEqualTo(1);
        assertThat(committed(SIGNALS)).isEqualTo(1);
    }

    @Test
    void whatNobodyCanReadIsPutAsideOnceWithItsCause() throws Exception {
        var retired = value(Topics.TASK_KINDS, new TaskKindEvent.Retired("resize", ""));
        add(KINDS, "resize", "no Avro here".getBytes(UTF_8));
        add(KINDS, "resize", null);
        add(KINDS, "another", retired);
        add(SIGNALS, null, value(Topics.TASK_CONTROL, new TaskSignal.Granted(TASK, 1, "a")));
        add(SIGNALS, KEY, retired);
        session.step();

        assertThat(producer.history())
                .extracting(letter -> header(letter, DeadLetters.ORIGIN))
                .containsExactlyInAnyOrder(
                        KINDS + "@0", KINDS + "@1", KINDS + "@2", SIGNALS + "@0", SIGNALS + "@1");
        assertThat(producer.history())
                .allSatisfy(letter -> {
                    assertThat(letter.topic()).isEqualTo(Topics.DEAD_LETTERS);
                    assertThat(header(letter, DeadLetters.CONSUMER)).isEqualTo("millrace-tails");
                });
        assertThat(detail(KINDS + "@0")).contains("magic byte");
        assertThat(detail(KINDS + "@1")).startsWith("value: none");
        assertThat(detail(KINDS + "@2")).isEqualTo("key: another (expected: resize)");
        assertThat(detail(SIGNALS + "@0")).startsWith("key: none");
        assertThat(detail(SIGNALS + "@1")).contains("could not read a record");
        assertThat(committed(KINDS)).isEqualTo(3);
    }

    @Test
    void nothingIsPassedOverBeforeItsLetterIsWritten() {
        add(KINDS, "resize", null);
        producer.sendException = new KafkaException("no broker");

        assertThatThrownBy(session::step).isInstanceOf(KafkaException.class);

        assertThat(consumer.committed(Set.of(KINDS)).get(KINDS)).isNull();
    }

    private <P extends Message> byte[] value(Topic<P> topic, P message) {
        return serdes.of(topic).serializer().serialize(topic.name(), Envelopes.of(1, message));
    }

    private void add(TopicPartition into, @Nullable String key, byte @Nullable [] value) {
        long offset = next.merge(into, 1L, Long::sum) - 1;
        consumer.addRecord(
                new ConsumerRecord<>(
                        into.topic(),
                        into.partition(),
                        offset,
                        key == null ? null : key.getBytes(UTF_8),
                        value));
    }

    private long committed(TopicPartition partition) {
        var offset = consumer.committed(Set.of(partition)).get(partition);
        return offset == null ? 0 : offset.offset();
    }

    private String detail(String origin) {
        return producer.history().stream()
                .filter(letter -> header(letter, DeadLetters.ORIGIN).equals(origin))
                .map(letter -> header(letter, DeadLetters.DETAIL))
                .findFirst()
                .orElseThrow();
    }

    private static String header(ProducerRecord<byte[], byte[]> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), UTF_8);
    }
}
