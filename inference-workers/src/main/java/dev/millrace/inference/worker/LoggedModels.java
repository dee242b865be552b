package dev.millrace.inference.worker;

import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.search.Model;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.serde.SchemaUnreachable;
import dev.millrace.schemas.topic.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/// Which models the vectors in the log are of, by the first of each partition of `embeddings` that
/// can be read: a site's model is fixed by its first vector, as its partitions are by its topics.
public final class LoggedModels {

    private static final String TOPIC = Topics.EMBEDDINGS.name();
    private static final Duration POLL_TIMEOUT = Duration.ofSeconds(1);
    private static final int MAX_POLLS_WITHOUT_ANY = 30;
    private static final int MAX_RECORDS = 50;
    private static final int MAX_BYTES = 64 * 1024;

    private final Consumer<byte[], byte[]> consumer;
    private final Deserializer<Envelope<Embedding>> embeddings;

    private LoggedModels(Consumer<byte[], byte[]> consumer, EventSerdes serdes) {
        this.consumer = consumer;
        this.embeddings = serdes.valuesOf(Topics.EMBEDDINGS);
    }

    /// Reads them; none if there is no vector yet.
    ///
    /// @param kafka what all Kafka clients of the site share, at least `bootstrap.servers`
    /// @throws org.apache.kafka.common.KafkaException if Kafka does not answer within half a minute
    /// @throws SchemaUnreachable if the registry does not
    public static Set<Model> read(Map<String, Object> kafka, EventSerdes serdes) {
        var config = new HashMap<>(kafka);
        config.put(CommonClientConfigs.CLIENT_ID_CONFIG, "embedder-model");
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_RECORDS);
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, MAX_BYTES);
        try (var consumer =
                new KafkaConsumer<>(
                        config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            return read(consumer, serdes);
        }
    }

    static Set<Model> read(Consumer<byte[], byte[]> consumer, EventSerdes serdes) {
        return new LoggedModels(consumer, serdes).read();
    }

    private Set<Model> read() {
        var partitions =
                consumer.partitionsFor(TOPIC).stream()
                        .map(one -> new TopicPartition(TOPIC, one.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        var ends = consumer.endOffsets(partitions);
        var models = new HashSet<Model>();
        var asked = new HashSet<>(partitions);
        leaveThoseAtTheirEnd(asked, ends);
        for (int idle = 0; !asked.isEmpty(); leaveThoseAtTheirEnd(asked, ends)) {
            var records = consumer.poll(POLL_TIMEOUT);
            idle = records.isEmpty() ? idle + 1 : 0;
            if (idle == MAX_POLLS_WITHOUT_ANY) {
                throw new TimeoutException(TOPIC + ": nothing could be read for half a minute");
            }
            for (var record : records) {
                var partition = new TopicPartition(TOPIC, record.partition());
                if (asked.contains(partition) && addModel(record, models)) {
                    asked.remove(partition);
                    consumer.pause(Set.of(partition));
                }
            }
        }
        return models;
    }

    private void leaveThoseAtTheirEnd(
            Collection<TopicPartition> asked, Map<TopicPartition, Long> ends) {
        asked.removeIf(
                partition -> consumer.position(partition) >= ends.getOrDefault(partition, 0L));
    }

    /// @return whether the record says one
    private boolean addModel(ConsumerRecord<byte[], byte[]> record, Set<Model> models) {
        try {
            var embedding = embeddings.deserialize(TOPIC, record.value()).messageOrNull();
            if (embedding == null) {
                return false; // sealed, or of a newer version
            }
            models.add(embedding.model());
            return true;
        } catch (SchemaUnreachable notItsFault) {
            throw notItsFault;
        } catch (SerializationException unreadable) {
            return false; // whoever indexes it sets it aside
        }
    }
}
