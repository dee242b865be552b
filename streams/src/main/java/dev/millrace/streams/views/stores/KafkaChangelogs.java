package dev.millrace.streams.views.stores;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// The changelogs on the brokers, read by a consumer without a group.
final class KafkaChangelogs implements Changelogs {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int POLLS = 4;
    private static final int MOST_BYTES = 64 << 10;

    private final Consumer<byte[], byte[]> undecided;
    private final Consumer<byte[], byte[]> decided;

    /// @param client how Kafka is reached
    KafkaChangelogs(Map<String, Object> client) {
        this.undecided = consumer(client, "read_uncommitted");
        this.decided = consumer(client, "read_committed");
    }

    private static Consumer<byte[], byte[]> consumer(Map<String, Object> client, String isolation) {
        var settings = new HashMap<>(client);
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "millrace-views-standbys-" + isolation);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, MOST_BYTES);
        settings.put(
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(PATIENCE.toMillis()));
        settings.put(
                ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.toIntExact(PATIENCE.toMillis()));
        return new KafkaConsumer<>(
                settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public Map<TopicPartition, Long> ends(Collection<TopicPartition> changelogs) {
        return undecided.endOffsets(changelogs, PATIENCE);
    }

    /// A consumer that reads what is committed alone comes to the end of a range and has seen
    /// nothing: its place moves over markers and over what was aborted, and stops at what is open.
    @Override
    public Set<TopicPartition> empty(Map<TopicPartition, Range> ranges) {
        decided.assign(ranges.keySet());
        ranges.forEach((changelog, range) -> decided.seek(changelog, range.from()));
        var empty = new HashSet<TopicPartition>();
        var left = new HashSet<>(ranges.keySet());
        for (int polls = 0; polls < POLLS && !left.isEmpty(); polls++) {
            var found = decided.poll(POLL);
            for (var changelog : Set.copyOf(left)) {
                var range = ranges.get(changelog);
                if (range == null || found.records(changelog).stream().anyMatch(isIn(range))) {
                    left.remove(changelog);
                } else if (decided.position(changelog, PATIENCE) >= range.to()) {
                    empty.add(changelog);
                    left.remove(changelog);
                }
            }
        }
        decided.assign(Set.of());
        return empty;
    }

    private static Predicate<ConsumerRecord<byte[], byte[]>> isIn(Range range) {
        return record -> record.offset() < range.to();
    }

    @Override
    public void close() {
        undecided.close();
        decided.close();
    }
}
