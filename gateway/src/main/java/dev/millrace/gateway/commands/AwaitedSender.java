package dev.millrace.gateway.commands;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.task.TaskId;
import dev.millrace.schemas.serde.EventProducerRecords;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Publishes to one topic what has an outcome, and awaits that.
///
/// Safe for use by many threads. Messages are sent from virtual threads, no more of them than
/// outcomes may be awaited.
final class AwaitedSender<P extends Message> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AwaitedSender.class);
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final Topic<P> topic;
    private final Function<P, TaskId> task;
    private final Supplier<Producer<String, Envelope<P>>> producers;
    private final PendingCommands pending;
    private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
    private volatile Producer<String, Envelope<P>> producer;
    private volatile boolean closed;

    /// @param task what a message speaks of, which is its key
    /// @param producers makes the first one at once, and others in place of one that is worn out
    AwaitedSender(
            Topic<P> topic,
            Function<P, TaskId> task,
            Supplier<Producer<String, Envelope<P>>> producers,
            PendingCommands pending) {
        this.topic = topic;
        this.task = task;
        this.producers = producers;
        this.pending = pending;
        this.producer = producers.get();
    }

    /// How such producers are made.
    ///
    /// @param kafka how to reach the brokers: `bootstrap.servers` and security
    static <P extends Message> Supplier<Producer<String, Envelope<P>>> producers(
            Topic<P> topic,
            String clientId,
            Map<String, Object> kafka,
            EventSerdes serdes,
            SubmissionsConfig config) {
        int timeoutMillis = Math.toIntExact(config.timeout().toMillis());
        var properties = new HashMap<>(kafka);
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.max(1, timeoutMillis / 2));
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1, timeoutMillis / 2));
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeoutMillis);
        return () ->
                new KafkaProducer<>(
                        properties, new StringSerializer(), serdes.of(topic).serializer());
    }

    /// Publishes a message; completes with its outcome, or fails with [SubmissionsUnavailable].
    CompletionStage<Outcome> send(Envelope<P> envelope) {
        var outcome = pending.await(envelope.id());
        if (!outcome.isDone()) {
            try {
                senders.execute(() -> publish(envelope));
            } catch (RejectedExecutionException closed) {
                pending.fail(envelope.id(), new SubmissionsUnavailable("the gateway is closing"));
            }
        }
        return outcome;
    }

    private void publish(Envelope<P> envelope) {
        var message = envelope.messageOrNull();
        if (message == null) {
            pending.fail(
                    envelope.id(), new SubmissionsUnavailable("what is sealed cannot be sent"));
            return;
        }
        var using = producer;
        try {
            int partitions = using.partitionsFor(topic.name()).size();
            var key = task.apply(message).toString();
            var _ =
                    using.send(
                            EventProducerRecords.record(topic, partitions, key, envelope),
                            (_, failure) -> {
                                if (failure != null) {
                                    failed(envelope.id(), failure, using);
                                }
                            });
        } catch (KafkaException | IllegalStateException failure) {
            failed(envelope.id(), failure, using);
        }
    }

    private void failed(UUID message, Exception failure, Producer<String, Envelope<P>> used) {
        if (isLasting(failure)) {
            replace(used); // first, so that whoever is told can send again at once
        }
        pending.fail(
                message, new SubmissionsUnavailable("the log does not take commands now", failure));
    }

    /// Whether a producer that failed so fails for ever, as one that a broker has forgotten. What
    /// is wrong with one message, or passes, says nothing of the producer.
    private static boolean isLasting(Exception failure) {
        return !(failure instanceof RetriableException
                || failure instanceof SerializationException
                || failure instanceof RecordTooLargeException
                || failure instanceof InterruptException);
    }

    /// Makes a new producer in place of one that is of no more use; once for each.
    @SuppressWarnings("ReferenceEquality") // this very producer, not one like it
    private synchronized void replace(Producer<String, Envelope<P>> used) {
        if (closed || used != producer) {
            return;
        }
        LOG.atWarn()
                .setMessage("A producer is of no more use; a new one is made")
                .addKeyValue("topic", topic.name())
                .log();
        producer = producers.get();
        used.close(Duration.ZERO);
    }

    /// Takes nothing more.
    void stop() {
        senders.shutdownNow();
    }

    /// Lets go of Kafka within five seconds.
    @Override
    public void close() {
        stop();
        synchronized (this) {
            closed = true;
        }
        producer.close(CLOSE);
    }
}
