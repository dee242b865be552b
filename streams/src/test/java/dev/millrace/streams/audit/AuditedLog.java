package dev.millrace.streams.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/// The audited topics in memory, each of the same number of partitions, read through Kafka's own
/// consumer for tests. Every third offset is one that no record has, as transactions leave them.
final class AuditedLog {

    static final long NOON = 1_780_000_000_000L;

    /// A poll gives no more of a partition.
    static final int MOST_POLLED = 500;

    private final Map<TopicPartition, Stored> stored = new TreeMap<>(AuditedLog::compare);
    private final Map<String, UUID> ids = new TreeMap<>();

    AuditedLog(int partitions) {
        for (var topic : AuditSession.TOPICS) {
            ids.put(topic, UUID.nameUUIDFromBytes(topic.getBytes(UTF_8)));
            IntStream.range(0, partitions)
                    .forEach(p -> stored.put(new TopicPartition(topic, p), new Stored()));
        }
    }

    /// Appends a record and returns its offset.
    long add(TopicPartition partition, String key, String value) {
        var log = stored(partition);
        long offset = log.end;
        log.records.add(record(partition, offset, key, value));
        log.end += offset % 3 == 1 ? 2 : 1;
        return offset;
    }

    /// Somebody writes another value over that of a record.
    void change(TopicPartition partition, long offset, String value) {
        stored(partition)
                .records
                .replaceAll(record ->
                        record.offset() == offset
                                ? record(partition, offset, new String(record.key(), UTF_8), value)
                                : record);
    }

    /// Somebody takes a record out of the middle.
    void remove(TopicPartition partition, long offset) {
        stored(partition).records.removeIf(record -> record.offset() == offset);
    }

    /// No reader gets a record any more.
    void spoil(TopicPartition partition, long offset) {
        stored(partition).spoilt.add(offset);
    }

    /// Somebody puts a record where there was none.
    void insert(TopicPartition partition, long offset, String value) {
        var log = stored(partition);
        log.records.add(record(partition, offset, "key", value));
        log.records.sort(Comparator.comparingLong(ConsumerRecord::offset));
    }

    private static ConsumerRecord<byte[], byte[]> record(
            TopicPartition partition, long offset, String key, String value) {
        var headers = new RecordHeaders();
        headers.add("ce_id", ("id-" + value).getBytes(UTF_8));
        headers.add(Leaves.COPY_PREFIX + "origin", "elsewhere".getBytes(UTF_8));
        return new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                offset,
                NOON + offset,
                TimestampType.LOG_APPEND_TIME,
                key.length(),
                value.length(),
                key.getBytes(UTF_8),
                value.getBytes(UTF_8),
                headers,
                Optional.empty());
    }

    /// The broker loses everything from an offset on.
    void loseFrom(TopicPartition partition, long offset) {
        var log = stored(partition);
        log.records.removeIf(record -> record.offset() >= offset);
        log.end = Math.min(log.end, offset);
    }

    /// Retention deletes everything before an offset.
    void deleteBefore(TopicPartition partition, long offset) {
        var log = stored(partition);
        log.records.removeIf(record -> record.offset() < offset);
        log.first = offset;
        log.end = Math.max(log.end, offset);
    }

    long end(TopicPartition partition) {
        return stored(partition).end;
    }

    /// A topic is made again under its name.
    void makeAgain(String topic) {
        ids.put(topic, UUID.nameUUIDFromBytes((topic + " again").getBytes(UTF_8)));
        stored.replaceAll((partition, log) -> partition.topic().equals(topic) ? new Stored() : log);
    }

    List<AuditedPartition> partitions() {
        return stored.keySet().stream()
                .map(p -> new AuditedPartition(p.topic(), id(p.topic()), p.partition()))
                .toList();
    }

    long first(TopicPartition partition) {
        return stored(partition).first;
    }

    /// The records that are there, by their offsets.
    List<ConsumerRecord<byte[], byte[]>> records(TopicPartition partition) {
        return List.copyOf(stored(partition).records);
    }

    Consumer<byte[], byte[]> consumer() {
        return new Reader();
    }

    /// A consumer that passes over a record in a hundred.
    Consumer<byte[], byte[]> forgetfulConsumer(Random random) {
        return new Reader() {
            @Override
            public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
                var read = super.poll(timeout);
                var found = new HashMap<TopicPartition, List<ConsumerRecord<byte[], byte[]>>>();
                for (var partition : read.partitions()) {
                    found.put(
                            partition,
                            read.records(partition).stream()
                                    .filter(_ -> random.nextInt(100) > 0)
                                    .toList());
                }
                return new ConsumerRecords<>(found, read.nextOffsets());
            }
        };
    }

    private UUID id(String topic) {
        return Objects.requireNonNull(ids.get(topic));
    }

    private Stored stored(TopicPartition partition) {
        return Objects.requireNonNull(stored.get(partition));
    }

    private static int compare(TopicPartition one, TopicPartition other) {
        int byName = one.topic().compareTo(other.topic());
        return byName != 0 ? byName : Integer.compare(one.partition(), other.partition());
    }

    private static final class Stored {
        final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        final Set<Long> spoilt = new HashSet<>();
        long first;
        long end;
    }

    private class Reader extends MockConsumer<byte[], byte[]> {

        Reader() {
            super("none");
        }

        @Override
        public synchronized Map<TopicPartition, Long> beginningOffsets(
                Collection<TopicPartition> wanted) {
            var offsets = new HashMap<TopicPartition, Long>();
            wanted.forEach(p -> offsets.put(p, stored(p).first));
            return offsets;
        }

        @Override
        public synchronized Map<TopicPartition, Long> endOffsets(
                Collection<TopicPartition> wanted) {
            var offsets = new HashMap<TopicPartition, Long>();
            wanted.forEach(p -> offsets.put(p, stored(p).end));
            return offsets;
        }

        @Override
        public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
                Map<TopicPartition, Long> times) {
            var offsets = new HashMap<TopicPartition, OffsetAndTimestamp>();
            times.forEach((p, time) ->
                    stored(p).records.stream()
                            .filter(record -> record.timestamp() >= time)
                            .findFirst()
                            .ifPresent(record ->
                                    offsets.put(
                                            p,
                                            new OffsetAndTimestamp(
                                                    record.offset(), record.timestamp()))));
            return offsets;
        }

        @Override
        public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            var found = new HashMap<TopicPartition, List<ConsumerRecord<byte[], byte[]>>>();
            var next = new HashMap<TopicPartition, OffsetAndMetadata>();
            for (var partition : assignment()) {
                long position = position(partition);
                var log = stored(partition);
                if (position < log.first || position > log.end) {
                    throw new OffsetOutOfRangeException(Map.of(partition, position));
                }
                var records =
                        log.records.stream()
                                .filter(record -> record.offset() >= position)
                                .limit(MOST_POLLED)
                                .toList();
                int readable = 0;
                while (readable < records.size()
                        && !log.spoilt.contains(records.get(readable).offset())) {
                    readable++;
                }
                if (readable == 0 && !records.isEmpty()) {
                    seek(partition, records.getFirst().offset());
                    throw new KafkaException("the batch is invalid");
                }
                if (readable < records.size()) {
                    seek(partition, records.get(readable).offset());
                    found.put(partition, records.subList(0, readable));
                    continue;
                }
                long end = records.size() < MOST_POLLED ? log.end : records.getLast().offset() + 1;
                seek(partition, end);
                next.put(partition, new OffsetAndMetadata(end));
                if (!records.isEmpty()) {
                    found.put(partition, records);
                }
            }
            return new ConsumerRecords<>(found, next);
        }
    }
}
