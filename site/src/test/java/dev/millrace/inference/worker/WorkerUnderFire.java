package dev.millrace.inference.worker;

import dev.millrace.domain.event.Site;
import dev.millrace.domain.search.Embedder;
import dev.millrace.schemas.serde.EventSerdes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// An embedding worker whose process can be ended between the writing of a batch and its commit,
/// and into which a fault can be planted: no transaction.
///
/// @param kafka what [EmbeddingWorker] takes
/// @param brink runs when the broker has all embeddings of a batch, before they are committed
public record WorkerUnderFire(
        Map<String, Object> kafka,
        EventSerdes serdes,
        Embedder embedder,
        Site site,
        String instance,
        InstantSource clock,
        Runnable brink) {

    private static final Duration EMBED_TIMEOUT = Duration.ofSeconds(60);

    /// The worker as it should be.
    public EmbeddingWorker sound() {
        var clients = new KafkaClients(kafka, instance);
        return worker(clients, consumer -> new Brink(clients.producer(), brink));
    }

    /// A planted fault: what is written shows at once, and the offsets are committed after it.
    public EmbeddingWorker withoutTransaction() {
        var clients = new KafkaClients(kafka, instance);
        return worker(clients, consumer -> new NoTransaction(plainProducer(), consumer, brink));
    }

    private EmbeddingWorker worker(KafkaClients clients, Producers producers) {
        var transcription =
                new Transcription(serdes, embedder, site, instance, clock, EMBED_TIMEOUT);
        return new EmbeddingWorker(
                embedder,
                instance,
                () -> {
                    var consumer = clients.consumer();
                    return new Session(
                            consumer,
                            asProducer(producers.over(consumer)),
                            transcription,
                            new BatchMeters(new SimpleMeterRegistry()));
                });
    }

    private Producer<byte[], byte[]> plainProducer() {
        var config = new HashMap<>(kafka);
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @SuppressWarnings("unchecked")
    private static Producer<byte[], byte[]> asProducer(InvocationHandler calls) {
        return (Producer<byte[], byte[]>)
                Proxy.newProxyInstance(
                        WorkerUnderFire.class.getClassLoader(),
                        new Class<?>[] {Producer.class},
                        calls);
    }

    private static @Nullable Object call(Object on, Method method, Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(on, arguments);
        } catch (InvocationTargetException failed) {
            throw failed.getCause();
        }
    }

    private interface Producers {
        InvocationHandler over(Consumer<byte[], byte[]> consumer);
    }

    /// A transactional producer with a step before its commit.
    private record Brink(Producer<byte[], byte[]> producer, Runnable brink)
            implements InvocationHandler {

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
                throws Throwable {
            if (method.getName().equals("commitTransaction")) {
                producer.flush();
                brink.run();
            }
            return call(producer, method, arguments);
        }
    }

    /// A producer that only plays at transactions.
    private static final class NoTransaction implements InvocationHandler {

        private final Producer<byte[], byte[]> producer;
        private final Consumer<byte[], byte[]> consumer;
        private final Runnable brink;
        private Map<TopicPartition, OffsetAndMetadata> offsets = Map.of();

        NoTransaction(
                Producer<byte[], byte[]> producer,
                Consumer<byte[], byte[]> consumer,
                Runnable brink) {
            this.producer = producer;
            this.consumer = consumer;
            this.brink = brink;
        }

        @Override
        @SuppressWarnings("unchecked")
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
                throws Throwable {
            return switch (method.getName()) {
                case "initTransactions", "beginTransaction", "abortTransaction" -> null;
                case "sendOffsetsToTransaction" -> {
                    if (arguments != null) {
                        offsets = (Map<TopicPartition, OffsetAndMetadata>) arguments[0];
                    }
                    yield null;
                }
                case "commitTransaction" -> {
                    producer.flush();
                    brink.run();
                    consumer.commitSync(offsets);
                    yield null;
                }
                default -> call(producer, method, arguments);
            };
        }
    }
}
