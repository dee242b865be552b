package dev.millrace.streams.runtime;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Makes consumers that read the log for whoever wants to know: committed records only, as bytes,
/// in no group and without positions of their own.
public final class PlainConsumers {

    private static final int API_TIMEOUT_MILLIS = 10_000;
    private static final int FEW_BYTES = 64 * 1024;
    private static final int NEARLY_AT_ONCE_MILLIS = 10;

    private PlainConsumers() {}

    /// A consumer that begins at the earliest record where there is none at an offset.
    ///
    /// @param client how Kafka is reached: `bootstrap.servers` and whatever else its clients need
    /// @param most records at a time
    public static Consumer<byte[], byte[]> fromEarliest(Map<String, Object> client, int most) {
        return consumer(client, "earliest", most, Map.of());
    }

    /// A consumer that looks at a few records near the end: it begins at the earliest where there
    /// is none at an offset, and does not wait for more to come.
    ///
    /// @param client how Kafka is reached: `bootstrap.servers` and whatever else its clients need
    /// @param most records at a time
    public static Consumer<byte[], byte[]> nearTheEnd(Map<String, Object> client, int most) {
        return consumer(
                client,
                "earliest",
                most,
                Map.of(
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        NEARLY_AT_ONCE_MILLIS,
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                        FEW_BYTES));
    }

    /// A consumer that fails where there is no record at an offset.
    ///
    /// @param client how Kafka is reached: `bootstrap.servers` and whatever else its clients need
    /// @param most records at a time
    /// @param more settings
    public static Consumer<byte[], byte[]> exact(
            Map<String, Object> client, int most, Map<String, Object> more) {
        return consumer(client, "none", most, more);
    }

    private static Consumer<byte[], byte[]> consumer(
            Map<String, Object> client, String reset, int most, Map<String, Object> more) {
        var properties = new HashMap<>(client);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, reset);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, most);
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, API_TIMEOUT_MILLIS);
        properties.putAll(more);
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
