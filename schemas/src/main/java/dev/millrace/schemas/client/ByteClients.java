package dev.millrace.schemas.client;

import dev.millrace.schemas.topic.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Kafka clients that speak bytes: what cannot be read is their user's to put aside.
///
/// @param kafka where the cluster is and how to log in to it
/// @param clientId names them in Kafka's own metrics
public record ByteClients(Map<String, Object> kafka, String clientId) {

    private static final int MAX_BLOCK_MILLIS = 5_000;
    private static final int REQUEST_TIMEOUT_MILLIS = 5_000;
    private static final int DELIVERY_TIMEOUT_MILLIS = 10_000;

    public ByteClients {
        kafka = Map.copyOf(kafka);
    }

    /// A producer without transactions, whose records may be dead letters.
    public Producer<byte[], byte[]> producer() {
        var settings = common();
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_DEAD_LETTER_BYTES);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MILLIS);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MILLIS);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /// A session of a member of a group, which begins at the earliest record and commits by itself,
    /// and a producer.
    ///
    /// @param most records at a time
    /// @param isolation whether records are read before the transaction that they are part of is
    ///   committed; they may come to nothing then
    /// @param session takes the clients over
    public <S> S session(
            String group,
            int most,
            IsolationLevel isolation,
            BiFunction<Consumer<byte[], byte[]>, Producer<byte[], byte[]>, S> session) {
        var consumer = consumer(group, most, isolation);
        try {
            return session.apply(consumer, producer());
        } catch (KafkaException failure) {
            consumer.close();
            throw failure;
        }
    }

    private Consumer<byte[], byte[]> consumer(String group, int most, IsolationLevel isolation) {
        var settings = common();
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation.toString());
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, most);
        return new KafkaConsumer<>(
                settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private HashMap<String, Object> common() {
        var settings = new HashMap<>(kafka);
        settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
        settings.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
        return settings;
    }

    @Override
    public String toString() {
        return "ByteClients[" + clientId + "]";
    }
}
