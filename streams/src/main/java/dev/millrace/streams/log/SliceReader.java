package dev.millrace.streams.log;

import dev.millrace.domain.log.EventLog.LoggedEvent;
import dev.millrace.domain.log.LiveLog.Bounds;
import dev.millrace.domain.log.LiveLog.Slice;
import dev.millrace.domain.log.LiveLog.SliceQuery;
import dev.millrace.domain.log.LogPartition;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.serde.SchemaUnreachable;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/// Reads one piece of many partitions. Confined to one thread.
///
/// A piece is over once it holds [#ENOUGH_BYTES], [#MOST_SCANNED] records were looked at, or
/// [#LONGEST_NANOS] have passed; what one poll more brought is in it too.
final class SliceReader {

    /// The payloads of a piece in bytes, more or less.
    static final int ENOUGH_BYTES = 64 * 1024;

    /// The most records looked at for a piece; a batch more may be.
    static final int MOST_SCANNED = 5_000;

    /// The longest that a piece may take, in nanoseconds; one poll more may be.
    static final long LONGEST_NANOS = Duration.ofMillis(250).toNanos();

    private static final Duration POLL = Duration.ofMillis(250);

    private final Consumer<byte[], byte[]> consumer;
    private final EventSerdes serdes;
    private final LongSupplier ticker;
    private final List<LoggedEvent> events = new ArrayList<>();
    private int scanned;
    private int bytes;

    /// @param ticker nanoseconds that only grow
    SliceReader(Consumer<byte[], byte[]> consumer, EventSerdes serdes, LongSupplier ticker) {
        this.consumer = consumer;
        this.serdes = serdes;
        this.ticker = ticker;
    }

    Slice read(SliceQuery query) throws ViewUnavailable {
        var bounds = bounds(query.next().keySet());
        if (query.next().entrySet().stream()
                .anyMatch(place -> isOutside(bounds, place.getKey(), place.getValue()))) {
            return new Slice.Gone(bounds);
        }
        try {
            return read(query, bounds);
        } catch (OffsetOutOfRangeException trimmed) {
            return new Slice.Gone(bounds(query.next().keySet()));
        }
    }

    private static boolean isOutside(Bounds bounds, LogPartition partition, long next) {
        return next < bounds.earliest().getOrDefault(partition, 0L)
                || next > bounds.latest().getOrDefault(partition, 0L);
    }

    private Slice read(SliceQuery query, Bounds bounds) throws ViewUnavailable {
        long begun = ticker.getAsLong();
        var next = new HashMap<>(query.next());
        Set<LogPartition> behind = new HashSet<>(next.keySet());
        behind.removeIf(partition -> hasEnded(partition, next, bounds));
        place(behind, next);
        while (!behind.isEmpty()
                && bytes < ENOUGH_BYTES
                && scanned < MOST_SCANNED
                && ticker.getAsLong() - begun < LONGEST_NANOS) {
            take(consumer.poll(POLL), query);
            for (var partition : consumer.assignment()) {
                next.put(
                        new LogPartition(partition.topic(), partition.partition()),
                        consumer.position(partition));
            }
            behind.removeIf(partition -> hasEnded(partition, next, bounds));
        }
        return new Slice.Read(events, next, behind.isEmpty());
    }

    private static boolean hasEnded(
            LogPartition partition, Map<LogPartition, Long> next, Bounds bounds) {
        return next.getOrDefault(partition, 0L) >= bounds.latest().getOrDefault(partition, 0L);
    }

    private void place(Set<LogPartition> behind, Map<LogPartition, Long> next) {
        if (behind.isEmpty()) {
            return;
        }
        consumer.assign(kafkas(behind));
        behind.forEach(
                partition -> consumer.seek(kafkas(partition), next.getOrDefault(partition, 0L)));
    }

    private void take(ConsumerRecords<byte[], byte[]> records, SliceQuery query)
            throws ViewUnavailable {
        for (var record : records) {
            scanned++;
            if (StoredRecord.hasKey(record, query.filter().key())) {
                take(record, query);
            }
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record, SliceQuery query)
            throws ViewUnavailable {
        try {
            var event =
                    StoredRecord.of(serdes, topic(record.topic()), record).event(query.filter());
            if (event != null) {
                events.add(event);
                bytes += event.payload().length();
            }
        } catch (SchemaUnreachable unreachable) {
            throw new ViewUnavailable("events", "the Schema Registry does not answer");
        }
    }

    /// Where partitions begin and end.
    Bounds bounds(Set<LogPartition> partitions) {
        var wanted = kafkas(partitions);
        /* A consumer complains of what is not its own. */
        consumer.assign(wanted);
        return new Bounds(
                ours(consumer.beginningOffsets(wanted)), ours(consumer.endOffsets(wanted)));
    }

    /// Where to read on for what was written at a time or later.
    Map<LogPartition, Long> at(Set<LogPartition> partitions, Instant time) {
        var latest = bounds(partitions).latest();
        var found =
                consumer.offsetsForTimes(
                        kafkas(partitions).stream()
                                .collect(Collectors.toMap(one -> one, _ -> time.toEpochMilli())));
        var next = new HashMap<>(latest);
        found.forEach((partition, offset) -> {
            if (offset != null) {
                var ours = new LogPartition(partition.topic(), partition.partition());
                /* A record that is not committed yet may stand behind the end. */
                next.merge(ours, offset.offset(), Math::min);
            }
        });
        return next;
    }

    static Topic<?> topic(String name) {
        var topic = Topics.byName(name);
        if (topic == null) {
            throw new IllegalArgumentException(
                    "topic: %s (expected: one that holds events)".formatted(name));
        }
        return topic;
    }

    static Map<LogPartition, Long> ours(Map<TopicPartition, Long> offsets) {
        return offsets.entrySet().stream()
                .collect(
                        Collectors.toMap(
                                entry ->
                                        new LogPartition(
                                                entry.getKey().topic(), entry.getKey().partition()),
                                Map.Entry::getValue));
    }

    private static List<TopicPartition> kafkas(Collection<LogPartition> partitions) {
        return partitions.stream().map(SliceReader::kafkas).toList();
    }

    private static TopicPartition kafkas(LogPartition partition) {
        return new TopicPartition(partition.topic(), partition.partition());
    }
}
