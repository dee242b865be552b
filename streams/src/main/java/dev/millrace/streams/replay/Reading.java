package dev.millrace.streams.replay;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Reads the topics of one fold from their beginnings into shadow stores, up to one target after
/// another. Confined to one thread, but for what says so.
final class Reading {

    private static final Duration POLL = Duration.ofMillis(200);

    private final Consumer<byte[], byte[]> consumer;
    private final EventSerdes serdes;
    private final ShadowStores stores;
    private final Course course;
    private final List<Fold> folds = new ArrayList<>();
    private final List<TopicPartition> partitions = new ArrayList<>();
    private final Map<TopicPartition, Long> beginnings;
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final Map<TopicPartition, Long> next = new ConcurrentHashMap<>();
    private final Map<TopicPartition, Long> last = new ConcurrentHashMap<>();

    /// @param applied the store of applied offsets of the fold
    Reading(
            Consumer<byte[], byte[]> consumer,
            EventSerdes serdes,
            ShadowStores stores,
            String applied,
            Course course) {
        this.consumer = consumer;
        this.serdes = serdes;
        this.stores = stores;
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
                partitions.add(new TopicPartition(topic, partition));
            }
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        this.beginnings = Map.copyOf(consumer.beginningOffsets(partitions));
        next.putAll(beginnings);
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
                    throw new IllegalArgumentException(
                            "until: %s@%d (expected: at most %s@%d, where the log ends just now)"
                                    .formatted(partition, end - 1, partition, end(partition) - 1));
                }
                ends.put(partition, end);
            }
        } else if (until instanceof Moment.Time(var time)) {
            long after = Math.max(0, time.toEpochMilli() + 1);
            var wanted =
                    partitions.stream()
                            .collect(Collectors.toMap(partition -> partition, _ -> after));
            consumer.offsetsForTimes(wanted)
                    .forEach((partition, found) -> {
                        if (found != null) {
                            ends.merge(partition, found.offset(), Math::min);
                        }
                    });
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
            partitions.forEach(partition -> next.put(partition, consumer.position(partition)));
        }
        stores.flush();
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
            course.pass(stores::flush);
            apply(record);
            next.put(partition, record.offset() + 1);
            last.put(partition, record.offset());
        }
    }

    private boolean isThere() {
        var over =
                partitions.stream()
                        .filter(partition -> consumer.position(partition) >= end(partition))
                        .toList();
        // What has come to its end is not fetched any further.
        consumer.resume(partitions.stream().filter(one -> !over.contains(one)).toList());
        consumer.pause(over);
        return over.size() == partitions.size();
    }

    private void apply(ConsumerRecord<byte[], byte[]> record) {
        var origin = new Origin(record.topic(), record.partition(), record.offset());
        stores.write(origin.toString(), Math.max(0, record.serializedValueSize()));
        folds.get(record.partition()).apply(envelope(record), record.timestamp(), origin);
    }

    /// @return null if the record cannot be read: the live view has passed it over, too
    private @Nullable Envelope<? extends Message> envelope(ConsumerRecord<byte[], byte[]> record) {
        Topic<?> topic = Objects.requireNonNull(Topics.byName(record.topic()));
        try {
            return record.value() == null
                    ? null
                    : serdes.valuesOf(topic).deserialize(record.topic(), record.value());
        } catch (SchemaUnreachable away) {
            throw away;
        } catch (SerializationException poison) {
            return null;
        }
    }

    private long end(TopicPartition partition) {
        return Objects.requireNonNull(ends.get(partition));
    }

    private long beginning(TopicPartition partition) {
        return Objects.requireNonNull(beginnings.get(partition));
    }

    /// The last record that was applied, for each partition. By any thread.
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
