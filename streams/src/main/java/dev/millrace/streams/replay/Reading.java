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
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.RecordMetadata;
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
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final long beginning;
    private volatile long done;
    private volatile Position position = Position.START;

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
                                public <V> ShadowStore<V> get(String name) {
                                    return stores.store(name, number);
                                }
                            }));
            for (var topic : ViewsTopology.topics(applied)) {
                partitions.add(new TopicPartition(topic, partition));
            }
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        this.beginning =
                consumer.beginningOffsets(partitions).values().stream()
                        .mapToLong(Long::longValue)
                        .sum();
    }

    /// Sets how far to read.
    ///
    /// @param until null for all there is by now
    /// @return so many offsets there are to pass
    long aim(@Nullable Moment until) {
        var now = consumer.endOffsets(partitions);
        now.forEach((partition, end) -> ends.put(partition, Math.min(end, end(partition, until))));
        if (until instanceof Moment.Time(var time)) {
            long after = time.toEpochMilli() + 1;
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
        return Math.max(0, ends.values().stream().mapToLong(Long::longValue).sum() - beginning);
    }

    private static long end(TopicPartition partition, @Nullable Moment until) {
        return until instanceof Moment.Place(var place)
                ? place.offset(partition.topic(), partition.partition()) + 1
                : Long.MAX_VALUE;
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
            course.check();
            var records = consumer.poll(POLL);
            for (var partition : records.partitions()) {
                apply(partition, records.records(partition));
            }
            progress();
        }
    }

    private void apply(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records)
            throws Course.Cancelled, InterruptedException {
        long end = Objects.requireNonNull(ends.get(partition));
        for (var record : records) {
            if (record.offset() >= end) {
                // It is read again if the aim moves.
                consumer.seek(partition, record.offset());
                return;
            }
            course.pass(1);
            apply(record);
        }
    }

    private boolean isThere() {
        var over =
                partitions.stream()
                        .filter(partition ->
                                consumer.position(partition)
                                        >= Objects.requireNonNull(ends.get(partition)))
                        .toList();
        // What has come to its end is not fetched any further.
        consumer.resume(partitions.stream().filter(one -> !over.contains(one)).toList());
        consumer.pause(over);
        return over.size() == partitions.size();
    }

    private void progress() {
        var read = Position.START;
        long passed = 0;
        for (var partition : partitions) {
            long next = consumer.position(partition);
            passed += next;
            if (next > 0) {
                read = read.with(partition.topic(), partition.partition(), next - 1);
            }
        }
        done = Math.max(0, passed - beginning);
        position = read;
    }

    private void apply(ConsumerRecord<byte[], byte[]> record) {
        var origin = new Origin(record.topic(), record.partition(), record.offset());
        stores.write(origin.toString());
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

    /// How far it has read. By any thread.
    Position position() {
        return position;
    }

    /// How far it is to read.
    Position target() {
        var target = Position.START;
        for (var end : ends.entrySet()) {
            if (end.getValue() > 0) {
                target =
                        target.with(
                                end.getKey().topic(), end.getKey().partition(), end.getValue() - 1);
            }
        }
        return target;
    }

    /// How many offsets it has passed. By any thread.
    long done() {
        return done;
    }

    private record Origin(String topic, int partition, long offset) implements RecordMetadata {
        @Override
        public String toString() {
            return topic + "-" + partition + "@" + offset;
        }
    }
}
