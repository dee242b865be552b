package dev.millrace.streams.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.replay.ReplayRequest;
import dev.millrace.domain.view.Moment;
import dev.millrace.domain.view.Position;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.serde.SchemaUnreachable;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.views.fold.Fold;
import dev.millrace.streams.views.fold.ViewsTopology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Reads the topics of one fold into shadow stores, from their beginnings or from a moment, up to
/// one target after another: all there is, or the events of one task alone. Confined to one thread,
/// but for what says so.
final class Reading {

    private static final Duration POLL = Duration.ofMillis(200);

    private final Consumer<byte[], byte[]> consumer;
    private final EventSerdes serdes;
    private final ShadowStores stores;
    private final Course course;
    private final @Nullable String entity;
    private final @Nullable RangeTally tally;
    private final List<Fold> folds = new ArrayList<>();
    private final List<TopicPartition> partitions = new ArrayList<>();
    private final Map<TopicPartition, Long> beginnings;
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final Map<TopicPartition, Long> next = new ConcurrentHashMap<>();
    private final Map<TopicPartition, Long> last = new ConcurrentHashMap<>();
    private @Nullable UUID lastEvent;
    private @Nullable UUID wantedEvent;

    /// @param applied the store of applied offsets of the fold
    /// @param tally counts what is read; null to count nothing
    /// @throws IllegalArgumentException if the log has not come to where it is to begin
    Reading(
            Consumer<byte[], byte[]> consumer,
            EventSerdes serdes,
            ShadowStores stores,
            String applied,
            ReplayRequest request,
            @Nullable RangeTally tally,
            Course course) {
        this.consumer = consumer;
        this.serdes = serdes;
        this.stores = stores;
        this.entity = request.entity();
        this.tally = tally;
        this.course = course;
        for (int partition = 0; partition < stores.partitions(); partition++) {
            int number = partition;
            folds.add(
                    Fold.of(
                            applied,
                            new Fold.StoresOfAPartition() {
                                @Override
                                public <V> KeyValueStore<String, V> get(String name) {
                                    return stores.writer(name, number);
                                }
                            }));
            for (var topic : ViewsTopology.topics(applied)) {
                if (mayHold(topic, partition)) {
                    partitions.add(new TopicPartition(topic, partition));
                }
            }
        }
        consumer.assign(partitions);
        this.beginnings = beginnings(request.from());
        beginnings.forEach(consumer::seek);
        next.putAll(beginnings);
    }

    /// Whether what is to be read may stand in a partition.
    private boolean mayHold(String topic, int partition) {
        return entity == null
                || Objects.requireNonNull(Topics.byName(topic))
                                .partition(entity, stores.partitions())
                        == partition;
    }

    private Map<TopicPartition, Long> beginnings(@Nullable Moment from) {
        var found = new HashMap<>(consumer.beginningOffsets(partitions));
        if (from instanceof Moment.Place(var place)) {
            var there = consumer.endOffsets(partitions);
            for (var partition : partitions) {
                long begin = place.offset(partition.topic(), partition.partition()) + 1;
                long end = there.getOrDefault(partition, 0L);
                if (begin > end) {
                    throw beyond("from", partition, begin, end);
                }
                found.merge(partition, begin, Math::max);
            }
        } else if (from instanceof Moment.Time(var time)) {
            var there = consumer.endOffsets(partitions);
            var first = firstAt(Math.max(0, time.toEpochMilli()));
            for (var partition : partitions) {
                long begin = first.getOrDefault(partition, there.getOrDefault(partition, 0L));
                found.merge(partition, begin, Math::max);
            }
        }
        return Map.copyOf(found);
    }

    /// The first record of each partition that was written at a time or later, if there is one.
    private Map<TopicPartition, Long> firstAt(long millis) {
        var wanted =
                partitions.stream().collect(Collectors.toMap(partition -> partition, _ -> millis));
        var first = new HashMap<TopicPartition, Long>();
        consumer.offsetsForTimes(wanted)
                .forEach((partition, found) -> {
                    if (found != null) {
                        first.put(partition, found.offset());
                    }
                });
        return first;
    }

    private static IllegalArgumentException beyond(
            String name, TopicPartition partition, long next, long end) {
        return new IllegalArgumentException(
                "%s: %s@%d (expected: at most %s@%d, where the log ends just now)"
                        .formatted(name, partition, next - 1, partition, end - 1));
    }

    /// Sets how far to read.
    ///
    /// @param until null for all there is by now
    /// @return so many offsets there are to pass
    /// @throws IllegalArgumentException if the log has not come there yet
    long aim(@Nullable Moment until) {
        ends.putAll(consumer.endOffsets(partitions));
        if (until instanceof Moment.Place(var place)) {
            for (var partition : partitions) {
                long end = place.offset(partition.topic(), partition.partition()) + 1;
                if (end > end(partition)) {
                    throw beyond("until", partition, end, end(partition));
                }
                ends.put(partition, end);
            }
        } else if (until instanceof Moment.Time(var time)) {
            firstAt(Math.max(0, time.toEpochMilli() + 1))
                    .forEach((partition, first) -> ends.merge(partition, first, Math::min));
        } else if (until instanceof Moment.Event(UUID event)) {
            wantedEvent = event;
        }
        return partitions.stream()
                .mapToLong(partition -> Math.max(0, end(partition) - beginning(partition)))
                .sum();
    }

    /// Sets how far to read: at least as far as something else has read.
    void follow(Position other) {
        for (var partition : partitions) {
            long end = other.offset(partition.topic(), partition.partition()) + 1;
            ends.merge(partition, end, Math::max);
        }
    }

    /// Reads as far as was set.
    ///
    /// @throws IllegalArgumentException if the event that it is to read to is not in the history
    void go() throws Course.Cancelled, InterruptedException {
        while (!isThere()) {
            course.check(stores::flush);
            var records = consumer.poll(POLL);
            if (records.isEmpty()) {
                stores.flush();
            }
            for (var partition : records.partitions()) {
                apply(partition, records.records(partition));
            }
            if (!hasWantedEvent()) {
                partitions.forEach(partition -> next.put(partition, consumer.position(partition)));
            }
        }
        stores.flush();
        if (wantedEvent != null && !hasWantedEvent()) {
            throw new IllegalArgumentException(
                    "until: %s (expected: an event in the history of task %s)"
                            .formatted(wantedEvent, entity));
        }
    }

    private boolean hasWantedEvent() {
        return wantedEvent != null && wantedEvent.equals(lastEvent);
    }

    private void apply(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records)
            throws Course.Cancelled, InterruptedException {
        long end = end(partition);
        for (var record : records) {
            if (record.offset() >= end) {
                // It is read again if the aim moves.
                consumer.seek(partition, record.offset());
                return;
            }
            if (isWanted(record)) {
                course.pass(stores::flush);
                if (apply(record)) {
                    last.put(partition, record.offset());
                }
            }
            next.put(partition, record.offset() + 1);
            if (hasWantedEvent()) {
                return;
            }
        }
    }

    private boolean isWanted(ConsumerRecord<byte[], byte[]> record) {
        return entity == null || Arrays.equals(entity.getBytes(UTF_8), record.key());
    }

    private boolean isThere() {
        if (hasWantedEvent()) {
            return true;
        }
        var over =
                partitions.stream()
                        .filter(partition -> consumer.position(partition) >= end(partition))
                        .toList();
        // What has come to its end is not fetched any further.
        consumer.resume(partitions.stream().filter(one -> !over.contains(one)).toList());
        consumer.pause(over);
        return over.size() == partitions.size();
    }

    /// The last event that was applied; null if none was.
    @Nullable UUID lastEvent() {
        return lastEvent;
    }

    /// @return false if the record cannot be read: the live view has passed it over, too, and says
    ///   of no record like it that it has come there
    private boolean apply(ConsumerRecord<byte[], byte[]> record) {
        @Nullable Envelope<? extends Message> envelope;
        try {
            envelope = envelope(record);
        } catch (SchemaUnreachable away) {
            throw away;
        } catch (SerializationException poison) {
            return false;
        }
        var origin = new Origin(record.topic(), record.partition(), record.offset());
        stores.write(origin.toString(), Math.max(0, record.serializedValueSize()));
        folds.get(record.partition()).apply(envelope, record.timestamp(), origin);
        if (envelope != null) {
            lastEvent = envelope.id();
            if (tally != null) {
                tally.add(envelope, record.timestamp());
            }
        }
        return true;
    }

    private @Nullable Envelope<? extends Message> envelope(ConsumerRecord<byte[], byte[]> record) {
        Topic<?> topic = Objects.requireNonNull(Topics.byName(record.topic()));
        return record.value() == null
                ? null
                : serdes.valuesOf(topic).deserialize(record.topic(), record.value());
    }

    private long end(TopicPartition partition) {
        return Objects.requireNonNull(ends.get(partition));
    }

    private long beginning(TopicPartition partition) {
        return Objects.requireNonNull(beginnings.get(partition));
    }

    /// The last record that was applied, for each partition: of an entity's, the last that is its
    /// own, as it is not known of others whether the live view can read them. By any thread.
    Position position() {
        var position = Position.START;
        for (var one : last.entrySet()) {
            position =
                    position.with(one.getKey().topic(), one.getKey().partition(), one.getValue());
        }
        return position;
    }

    /// How far it is to read.
    Position target() {
        var target = Position.START;
        for (var partition : partitions) {
            if (end(partition) > beginning(partition)) {
                target = target.with(partition.topic(), partition.partition(), end(partition) - 1);
            }
        }
        return target;
    }

    /// How many offsets it has passed. By any thread.
    long done() {
        return partitions.stream()
                .mapToLong(partition ->
                        Math.max(0, next.getOrDefault(partition, 0L) - beginning(partition)))
                .sum();
    }

    private record Origin(String topic, int partition, long offset) implements RecordMetadata {
        @Override
        public String toString() {
            return topic + "-" + partition + "@" + offset;
        }
    }
}
