package dev.millrace.gateway.queues;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.WorkItem;
import dev.millrace.schemas.serde.DeadLetters;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.serde.SchemaUnreachable;
import dev.millrace.schemas.topic.Topic;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// Reads items; what nobody can read becomes a dead letter.
///
/// Safe for use by many threads.
final class ItemReader implements AutoCloseable {

    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final EventSerdes serdes;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private @Nullable Producer<byte[], byte[]> producer;

    /// @param producers of dead letters; asked for one at the first
    ItemReader(EventSerdes serdes, Supplier<Producer<byte[], byte[]>> producers) {
        this.serdes = serdes;
        this.producers = producers;
    }

    /// Reads one item.
    ///
    /// @param group on whose behalf
    /// @param settled completed by this if nobody can read the item
    /// @return null then
    @Nullable Taken read(
            Topic<WorkItem> queue,
            String group,
            ConsumerRecord<byte[], byte[]> record,
            CompletableFuture<AcknowledgeType> settled) {
        Envelope<WorkItem> envelope;
        try {
            envelope = serdes.valuesOf(queue).deserialize(queue.name(), record.value());
        } catch (SchemaUnreachable passing) {
            settled.complete(AcknowledgeType.RELEASE);
            return null;
        } catch (SerializationException poison) {
            putAside(record, String.valueOf(poison.getMessage()), group, settled);
            return null;
        }
        var item = envelope.messageOrNull();
        if (item == null) {
            putAside(record, "it is sealed or of a newer version", group, settled);
            return null;
        }
        return new Taken(envelope, item, settled);
    }

    private void putAside(
            ConsumerRecord<byte[], byte[]> poison,
            String cause,
            String group,
            CompletableFuture<AcknowledgeType> settled) {
        try {
            var letter = DeadLetters.of(poison, new Failure("unreadable", cause), group);
            var _ =
                    producer()
                            .send(
                                    letter,
                                    (_, failure) ->
                                            settled.complete(
                                                    failure == null
                                                            ? AcknowledgeType.REJECT
                                                            : AcknowledgeType.RELEASE));
        } catch (KafkaException unwritten) {
            settled.complete(AcknowledgeType.RELEASE);
        }
    }

    private synchronized Producer<byte[], byte[]> producer() {
        if (producer == null) {
            producer = producers.get();
        }
        return producer;
    }

    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close(CLOSE);
        }
    }
}
