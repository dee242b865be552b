package dev.millrace.schemas.kind;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.kind.KindsUnavailable;
import dev.millrace.domain.kind.TaskKindEvent;
import dev.millrace.schemas.serde.EventProducerRecords;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Appends records to `millrace.task-kinds`, each once, from virtual threads.
///
/// A producer that is of no more use is replaced. The producer is made at the first record: most
/// processes never register a kind. Safe for use by many threads.
final class KindSender implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KindSender.class);
    private static final Duration CLOSE = Duration.ofSeconds(4);

    private final Supplier<Producer<String, Envelope<TaskKindEvent>>> producers;
    private final BiConsumer<UUID, KindsUnavailable> failing;
    private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
    private Lazy current;
    private boolean closed;

    /// @param failing told of a record that was not taken, by its id
    KindSender(
            Supplier<Producer<String, Envelope<TaskKindEvent>>> producers,
            BiConsumer<UUID, KindsUnavailable> failing) {
        this.producers = producers;
        this.failing = failing;
        this.current = new Lazy(producers);
    }

    /// Sends a record and returns at once.
    void send(String key, Envelope<TaskKindEvent> envelope) {
        try {
            senders.execute(() -> sendNow(key, envelope));
        } catch (RejectedExecutionException _) {
            failing.accept(envelope.id(), new KindsUnavailable("the gateway is closing"));
        }
    }

    private void sendNow(String key, Envelope<TaskKindEvent> envelope) {
        var using = current();
        try {
            var producer = using.get();
            int partitions = producer.partitionsFor(Topics.TASK_KINDS.name()).size();
            var _ =
                    producer.send(
                            EventProducerRecords.record(
                                    Topics.TASK_KINDS, partitions, key, envelope),
                            (_, failure) -> {
                                if (failure != null) {
                                    failed(envelope.id(), failure, using);
                                }
                            });
        } catch (KafkaException | IllegalStateException failure) {
            failed(envelope.id(), failure, using);
        }
    }

    private void failed(UUID id, Exception failure, Lazy used) {
        if (isLasting(failure)) {
            replace(used); // first, so that whoever is told can send again at once
        }
        failing.accept(id, new KindsUnavailable("the log takes none just now", failure));
    }

    /// Whether a producer that failed so fails for ever, as one that a broker has forgotten. What
    /// is wrong with one record, or passes, says nothing of the producer.
    private static boolean isLasting(Exception failure) {
        return !(failure instanceof RetriableException
                || failure instanceof SerializationException
                || failure instanceof RecordTooLargeException
                || failure instanceof InterruptException);
    }

    private synchronized Lazy current() {
        return current;
    }

    /// Makes a new producer in place of one that is of no more use; once for each.
    @SuppressWarnings("ReferenceEquality") // this very producer, not one like it
    private synchronized void replace(Lazy used) {
        if (closed || used != current) {
            return;
        }
        LOG.atWarn().setMessage("The producer of kinds is of no more use; a new one is made").log();
        current = new Lazy(producers);
        used.close(Duration.ZERO);
    }

    @Override
    public void close() {
        senders.shutdownNow();
        synchronized (this) {
            closed = true;
            current.close(CLOSE);
        }
    }

    static Producer<String, Envelope<TaskKindEvent>> producer(
            Map<String, Object> kafka, EventSerdes serdes, String clientId, Duration timeout) {
        int millis = Math.toIntExact(timeout.toMillis());
        var properties = new HashMap<>(kafka);
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis / 2);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis / 2);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis);
        return new KafkaProducer<>(
                properties, new StringSerializer(), serdes.of(Topics.TASK_KINDS).serializer());
    }

    /// A producer that is made when it is first asked for.
    private static final class Lazy {

        private final Supplier<Producer<String, Envelope<TaskKindEvent>>> making;
        private @Nullable Producer<String, Envelope<TaskKindEvent>> made;
        private boolean closed;

        Lazy(Supplier<Producer<String, Envelope<TaskKindEvent>>> making) {
            this.making = making;
        }

        synchronized Producer<String, Envelope<TaskKindEvent>> get() {
            if (closed) {
                throw new IllegalStateException("the producer is closed");
            }
            if (made == null) {
                made = making.get();
            }
            return made;
        }

        synchronized void close(Duration longest) {
            closed = true;
            if (made != null) {
                made.close(longest);
            }
        }
    }
}
