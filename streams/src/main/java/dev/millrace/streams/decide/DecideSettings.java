package dev.millrace.streams.decide;

import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.runtime.BoundedRocksDb;
import dev.millrace.streams.runtime.DeadLetterHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.GroupProtocol;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/// How `decide` runs: exactly once, tuned for the latency of a single command.
///
/// @param standbyReplicas copies of the state kept warm on other machines; 0 where there is one
/// @param instance names this process, the same after every start, so that after a crash it takes
///   its partitions back at once instead of waiting for the session of its dead self to end; unique
///   in the site; null for none
/// @param patience how long a task is queued before it is queued once more
public record DecideSettings(int standbyReplicas, @Nullable String instance, Duration patience) {

    /// The consumer group, the prefix of the changelogs and of the transactional ids.
    public static final String APPLICATION_ID = "millrace-decide-v1";

    /// Goes up with every store that is added or taken away.
    ///
    /// A member that comes back under its name gets what it had, without an assignment; but it is
    /// the assignment that makes the topics behind new stores. Under another name it is a new
    /// member.
    private static final String TOPOLOGY_VERSION = ".4";

    /* For the applied offsets, which change with each record and are written once a commit. */
    private static final long CACHE_BYTES = 1L << 20;

    private static final int COMMIT_MILLIS = 5;
    private static final int POLL_MILLIS = 3;
    private static final int LINGER_MILLIS = 20;
    private static final int SESSION_MILLIS = 6_000;
    private static final int HEARTBEAT_MILLIS = 1_500;
    private static final int FIRST_BACKOFF_MILLIS = 2;

    public DecideSettings {
        if (standbyReplicas < 0) {
            throw new IllegalArgumentException(
                    "standby-replicas: " + standbyReplicas + " (expected: >= 0)");
        }
    }

    /// The properties for Kafka Streams.
    ///
    /// A group without offsets begins at the earliest record: state knows what it has applied, so
    /// after a reset the replayed records are skipped. The first back-off of the producer is short
    /// because it is what a transaction waits while the one before is still being completed
    /// (CONCURRENT_TRANSACTIONS); it doubles up to Kafka's default of one second, so nothing spins
    /// when the broker is gone. One request at a time, because a second one would overtake the
    /// first while that waits, only to be refused for its sequence number. What is written waits
    /// for the commit, which comes first and does not linger: one request for all partitions of a
    /// transaction, so they join it together.
    ///
    /// @param client how Kafka is reached
    /// @param stateDirectory where the stores lie
    Map<String, Object> properties(Map<String, Object> client, Path stateDirectory) {
        var properties = new HashMap<>(client);
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION_ID);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, GroupProtocol.CLASSIC.name);
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, standbyReplicas);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_MILLIS);
        properties.put(StreamsConfig.POLL_MS_CONFIG, POLL_MILLIS);
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, CACHE_BYTES);
        properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
        properties.put(
                StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
                DeadLetterHandler.class);
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
                Topics.MAX_DEAD_LETTER_BYTES);
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), LINGER_MILLIS);
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION),
                1);
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG),
                FIRST_BACKOFF_MILLIS);
        properties.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG),
                SESSION_MILLIS);
        properties.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
                HEARTBEAT_MILLIS);
        properties.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        if (instance != null) {
            properties.put(
                    CommonClientConfigs.GROUP_INSTANCE_ID_CONFIG, instance + TOPOLOGY_VERSION);
        }
        return properties;
    }
}
