package dev.millrace.schemas.client;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.schemas.serde.EventProducerRecords;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Appends events to one topic from virtual threads, so that nobody waits for Kafka.
///
/// A producer that is of no more use is replaced. How much is under way is for its user to bound.
/// Safe for use by many threads.
///
/// @param <P> what the topic's records say
public final class EventSender<P extends Message> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventSender.class);
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final Topic<P> topic;
    private final Supplier<Producer<String, Envelope<P>>> producers;
    private final Failing failing;
    private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
    private Lazy<P> current;
    private boolean closed;

    /// @param producers asked for one at the first event, or by [#prepare], and for others in place
    ///   of those that are worn out
    public EventSender(
            Topic<P> topic, Supplier<Producer<String, Envelope<P>>> producers, Failing failing) {
        this.topic = topic;
        this.producers = producers;
        this.failing = failing;
        this.current = new Lazy<>(producers);
    }

    /// How such producers are made.
    ///
    /// @param kafka how to reach the brokers: `bootstrap.servers` and security
    /// @param timeout after which an event is known to be written, or failed
    public static <P extends Message> Supplier<Producer<String, Envelope<P>>> producers(
            Topic<P> topic,
            String clientId,
            Map<String, Object> kafka,
            EventSerdes serdes,
            Duration timeout) {
        int millis = Math.toIntExact(timeout.toMillis());
        var properties = new HashMap<>(kafka);
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.max(1, millis / 2));
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1, millis / 2));
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis);
        return () ->
                new KafkaProducer<>(
                        properties, new StringSerializer(), serdes.of(topic).serializer());
    }

    /// Makes the producer now, so that the first event does not wait for it.
    public void prepare() {
        var _ = current().get();
    }

    /// Sends an event and returns at once.
    ///
    /// @param key the text form of the id that keys the topic
    public void send(String key, Envelope<P> envelope) {
        sendAll(List.of(new Keyed<>(key, envelope)));
    }

    /// Sends events and returns at once. Those of one partition come to stand in the log in their
    /// order. What follows one that cannot be sent is not sent either.
    public void sendAll(List<Keyed<P>> events) {
        if (events.isEmpty()) {
            return; // nobody is to wait for Kafka because of nothing
        }
        try {
            senders.execute(() -> sendNow(events));
        } catch (RejectedExecutionException stopped) {
            events.forEach(event -> failing.failed(event.envelope.id(), null));
        }
    }

    private void sendNow(List<Keyed<P>> events) {
        var using = current();
        int sent = 0;
        try {
            var producer = using.get();
            int partitions = producer.partitionsFor(topic.name()).size();
            for (var event : events) {
                var written = sendNow(producer, partitions, event, using);
                sent++;
                /* A producer tells so of what it refuses; its callback was told as well. */
                if (written.state() == Future.State.FAILED) {
                    var refused =
                            new KafkaException(
                                    "an event before it could not be sent", written.exceptionNow());
                    events.subList(sent, events.size())
                            .forEach(next -> failing.failed(next.envelope.id(), refused));
                    return;
                }
            }
        } catch (KafkaException | IllegalStateException failure) {
            for (var event : events.subList(sent, events.size())) {
                failed(event.envelope.id(), failure, using);
            }
        }
    }

    private Future<RecordMetadata> sendNow(
            Producer<String, Envelope<P>> producer, int partitions, Keyed<P> event, Lazy<P> using) {
        return producer.send(
                EventProducerRecords.record(topic, partitions, event.key, event.envelope),
                (_, failure) -> {
                    if (failure != null) {
                        failed(event.envelope.id(), failure, using);
                    }
                });
    }

    /// How many partitions the topic has. May wait for Kafka, until it fails with a
    /// [KafkaException].
    public int partitions() {
        return current().get().partitionsFor(topic.name()).size();
    }

    private void failed(UUID id, Exception failure, Lazy<P> used) {
        if (isLasting(failure)) {
            replace(used); // first, so that whoever is told can send again at once
        }
        failing.failed(id, failure);
    }

    /// Whether a producer that failed so fails for ever, as one that a broker has forgotten. What
    /// is wrong with one event, or passes, says nothing of the producer.
    private static boolean isLasting(Exception failure) {
        return !(failure instanceof RetriableException
                || failure instanceof SerializationException
                || failure instanceof RecordTooLargeException
                || failure instanceof InterruptException);
    }

    private synchronized Lazy<P> current() {
        return current;
    }

    /// Makes a new producer in place of one that is of no more use; once for each.
    @SuppressWarnings("ReferenceEquality") // this very producer, not one like it
    private synchronized void replace(Lazy<P> used) {
        if (closed || used != current) {
            return;
        }
        LOG.atWarn()
                .setMessage("A producer is of no more use; a new one is made")
                .addKeyValue("topic", topic.name())
                .log();
        current = new Lazy<>(producers);
        used.close(Duration.ZERO);
    }

    /// Takes nothing more.
    public void stop() {
        senders.shutdownNow();
    }

    /// Lets go of Kafka within five seconds.
    @Override
    public void close() {
        stop();
        Lazy<P> last;
        synchronized (this) {
            closed = true;
            last = current;
        }
        last.close(CLOSE);
    }

    /// An event on its way.
    ///
    /// @param key the text form of the id that keys the topic
    public record Keyed<P extends Message>(String key, Envelope<P> envelope) {}

    /// Is told of an event that is not known to be written.
    @FunctionalInterface
    public interface Failing {

        /// Takes notice.
        ///
        /// @param id of the event
        /// @param cause null if the sender is being closed
        void failed(UUID id, @Nullable Exception cause);
    }

    /// A producer that is made when it is first asked for.
    private static final class Lazy<P extends Message> {

        private final Supplier<Producer<String, Envelope<P>>> making;
        private @Nullable Producer<String, Envelope<P>> made;
        private boolean closed;

        Lazy(Supplier<Producer<String, Envelope<P>>> making) {
            this.making = making;
        }

        synchronized Producer<String, Envelope<P>> get() {
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
