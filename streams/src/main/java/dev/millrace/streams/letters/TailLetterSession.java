package dev.millrace.streams.letters;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.kind.TaskKindEvent;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.view.generation.ViewEvent;
import dev.millrace.schemas.client.Causes;
import dev.millrace.schemas.client.SessionLoop;
import dev.millrace.schemas.serde.DeadLetters;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.serde.SchemaUnreachable;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/// One membership of the group: reads a batch, writes the letters of what nobody can read, and
/// commits once they are written. Confined to one thread, but for [#wakeUp].
final class TailLetterSession implements SessionLoop.Session {

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final Consumer<byte[], byte[]> consumer;
    private final Producer<byte[], byte[]> producer;
    private final Map<String, Reading<?>> readings;

    /// Takes the clients over.
    TailLetterSession(
            Consumer<byte[], byte[]> consumer,
            Producer<byte[], byte[]> producer,
            EventSerdes serdes) {
        this.consumer = consumer;
        this.producer = producer;
        this.readings =
                Map.of(
                        Topics.TASK_KINDS.name(), Reading.of(Topics.TASK_KINDS, serdes),
                        Topics.TASK_CONTROL.name(), Reading.of(Topics.TASK_CONTROL, serdes),
                        Topics.VIEW_EVENTS.name(), Reading.of(Topics.VIEW_EVENTS, serdes));
    }

    @Override
    public void open() {
        consumer.subscribe(readings.keySet());
    }

    @Override
    public void wakeUp() {
        consumer.wakeup();
    }

    @Override
    public void step() throws InterruptedException {
        var batch = consumer.poll(POLL);
        if (batch.isEmpty()) {
            return;
        }
        for (var written : putAside(batch)) {
            await(written);
        }
        consumer.commitSync(batch.nextOffsets(), CLOSE);
    }

    private List<Future<RecordMetadata>> putAside(ConsumerRecords<byte[], byte[]> batch) {
        var sent = new ArrayList<Future<RecordMetadata>>();
        for (var record : batch) {
            var reading = readings.get(record.topic());
            var flaw = reading == null ? null : reading.flaw(record);
            if (flaw != null) {
                var cause = new Failure("unreadable", flaw);
                sent.add(producer.send(DeadLetters.of(record, cause, TailLetters.GROUP)));
            }
        }
        return sent;
    }

    private static void await(Future<RecordMetadata> written) throws InterruptedException {
        try {
            var _ = written.get();
        } catch (ExecutionException failure) {
            throw Causes.ofKafka(failure);
        }
    }

    @Override
    public void close() {
        try {
            producer.close(CLOSE);
        } finally {
            consumer.close(CloseOptions.timeout(CLOSE));
        }
    }

    /// How a topic is read by those who follow it.
    private record Reading<P extends Message>(
            Deserializer<String> keys, Deserializer<Envelope<P>> values) {

        static <P extends Message> Reading<P> of(Topic<P> topic, EventSerdes serdes) {
            return new Reading<>(serdes.keysOf(topic), serdes.valuesOf(topic));
        }

        /// Why nobody can read it; null if they can. What is sealed or of a newer version is sound.
        ///
        /// @throws SchemaUnreachable if that cannot be told just now
        @Nullable String flaw(ConsumerRecord<byte[], byte[]> record) {
            try {
                var key = keys.deserialize(record.topic(), record.key());
                var message = values.deserialize(record.topic(), record.value()).messageOrNull();
                var expected = message == null ? key : keyOf(message, key);
                return expected.equals(key)
                        ? null
                        : "key: %s (expected: %s)".formatted(key, expected);
            } catch (SchemaUnreachable passing) {
                throw passing;
            } catch (SerializationException poison) {
                return String.valueOf(poison.getMessage());
            }
        }

        private static String keyOf(Message message, String usual) {
            return switch (message) {
                case TaskKindEvent event -> event.name();
                case ViewEvent _ -> ViewEvent.KEY;
                default -> usual;
            };
        }
    }
}
