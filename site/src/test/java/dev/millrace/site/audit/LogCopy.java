package dev.millrace.site.audit;

import dev.millrace.domain.event.Message;
import dev.millrace.domain.view.Position;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// All committed records of all topics of envelopes, as they were when it was made.
///
/// Read by a plain consumer from the beginning, so that it shares nothing with what it judges but
/// the serdes.
final class LogCopy {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final int MOST_EMPTY_POLLS = 150;

    private final EventSerdes serdes;
    private final Map<String, List<ConsumerRecord<byte[], byte[]>>> records;
    private final Map<TopicPartition, Long> ends;

    private LogCopy(
            EventSerdes serdes,
            Map<String, List<ConsumerRecord<byte[], byte[]>>> records,
            Map<TopicPartition, Long> ends) {
        this.serdes = serdes;
        this.records = records;
        this.ends = ends;
    }

    static LogCopy of(String bootstrapServers, EventSerdes serdes) {
        try (var consumer = consumer(bootstrapServers)) {
            var partitions = partitions(consumer);
            consumer.assign(partitions);
            var ends = Map.copyOf(consumer.endOffsets(partitions));
            consumer.seekToBeginning(partitions);
            var records = new HashMap<String, List<ConsumerRecord<byte[], byte[]>>>();
            int empty = 0;
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                var polled = consumer.poll(POLL);
                empty = polled.isEmpty() ? empty + 1 : 0;
                if (empty > MOST_EMPTY_POLLS) {
                    throw new IllegalStateException("the log could not be read to its end");
                }
                for (var record : polled) {
                    var place = new TopicPartition(record.topic(), record.partition());
                    if (record.offset() < ends.getOrDefault(place, 0L)) {
                        records.computeIfAbsent(record.topic(), _ -> new ArrayList<>()).add(record);
                    }
                }
            }
            return new LogCopy(serdes, records, ends);
        }
    }

    /// A log of these records alone.
    static LogCopy of(EventSerdes serdes, List<ConsumerRecord<byte[], byte[]>> records) {
        var byTopic = new HashMap<String, List<ConsumerRecord<byte[], byte[]>>>();
        for (var record : records) {
            byTopic.computeIfAbsent(record.topic(), _ -> new ArrayList<>()).add(record);
        }
        return new LogCopy(serdes, byTopic, Map.of());
    }

    /// Whether nothing was committed since.
    boolean isAll(String bootstrapServers) {
        try (var consumer = consumer(bootstrapServers)) {
            consumer.assign(ends.keySet());
            return ends.equals(consumer.endOffsets(ends.keySet()));
        }
    }

    /// The messages of a topic: each partition in order, one partition after the other. What cannot
    /// be read, is sealed or is of a newer version is left out, as the site leaves it out.
    <P extends Message> List<Logged<P>> of(Topic<P> topic) {
        var deserializer = serdes.of(topic).deserializer();
        var messages = new ArrayList<Logged<P>>();
        for (var record : records.getOrDefault(topic.name(), List.of())) {
            try {
                var envelope = deserializer.deserialize(record.topic(), record.value());
                var message = envelope == null ? null : envelope.messageOrNull();
                if (envelope != null && message != null) {
                    messages.add(
                            new Logged<>(
                                    record.topic(),
                                    record.partition(),
                                    record.offset(),
                                    record.timestamp(),
                                    record.headers(),
                                    envelope,
                                    message));
                }
            } catch (SerializationException poison) {
                /* Set aside by whoever reads the topic. */
            }
        }
        messages.sort((a, b) ->
                a.partition() == b.partition()
                        ? Long.compare(a.offset(), b.offset())
                        : Integer.compare(a.partition(), b.partition()));
        return messages;
    }

    /// The last record of each partition of some topics.
    Position last(List<Topic<?>> topics) {
        var position = Position.START;
        for (var topic : topics) {
            for (var record : records.getOrDefault(topic.name(), List.of())) {
                position =
                        position.join(
                                Position.at(record.topic(), record.partition(), record.offset()));
            }
        }
        return position;
    }

    private static List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer) {
        return Topics.events().stream()
                .flatMap(topic -> consumer.partitionsFor(topic.name()).stream())
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
    }

    /// A plain consumer of what is committed, which never skips.
    static KafkaConsumer<byte[], byte[]> consumer(String bootstrapServers) {
        return new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        // An offset that a broker does not have is an error.
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "none",
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }
}
