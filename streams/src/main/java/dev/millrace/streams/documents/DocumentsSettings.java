package dev.millrace.streams.documents;

import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.runtime.BoundedRocksDb;
import dev.millrace.streams.runtime.DeadLetterHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.GroupProtocol;
import org.apache.kafka.streams.StreamsConfig;

/// How documents are taken in: exactly once, tuned for throughput.
///
/// @param threads how many documents are cut at a time; each holds one in memory
public record DocumentsSettings(int threads) {

    /// The consumer group, the prefix of the changelogs and of the transactional ids.
    public static final String APPLICATION_ID = "millrace-documents";

    /* The chunks of one document are one transaction: the largest hostile text takes seconds on an
     * idle machine, and must not be given up on a busy one. */
    private static final Duration LONGEST_TRANSACTION = Duration.ofMinutes(5);
    private static final Duration LONGEST_POLL_INTERVAL = Duration.ofMinutes(10);

    private static final int COMMIT_MILLIS = 100;
    private static final int LINGER_MILLIS = 5;
    private static final int BATCH_BYTES = 64 * 1024;

    /* A record of `documents` may carry 64 KiB of text. */
    private static final int BUFFERED_RECORDS = 100;

    public DocumentsSettings {
        if (threads < 1) {
            throw new IllegalArgumentException("threads: " + threads + " (expected: >= 1)");
        }
    }

    /// The properties for Kafka Streams.
    ///
    /// @param client how Kafka is reached
    /// @param stateDirectory where the stores lie
    Map<String, Object> properties(Map<String, Object> client, Path stateDirectory) {
        var properties = new HashMap<>(client);
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION_ID);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, GroupProtocol.STREAMS.name);
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_MILLIS);
        properties.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, BUFFERED_RECORDS);
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
        properties.put(
                StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
                DeadLetterHandler.class);
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
                Topics.MAX_DEAD_LETTER_BYTES);
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
                (int) LONGEST_TRANSACTION.toMillis());
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), LINGER_MILLIS);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), BATCH_BYTES);
        properties.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG),
                BUFFERED_RECORDS);
        properties.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG),
                (int) LONGEST_POLL_INTERVAL.toMillis());
        properties.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        return properties;
    }
}
