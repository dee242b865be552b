package dev.millrace.schemas.registry.embedded;

import dev.millrace.schemas.registry.RegistryUnavailable;
import dev.millrace.schemas.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The registry's log in the only partition of the compacted topic `_schemas`.
///
/// Every append is one transaction under one transactional id, so a permanent deletion is all or
/// nothing, a registry that was replaced or had given up cannot write behind its successor's back,
/// and of two registries on one topic only the one that read to the end last can append.
///
/// Each call waits at most [#PATIENCE] for each of the two or three answers it needs of Kafka, and
/// gives up at once when its thread is interrupted.
final class KafkaRegistryLog implements RegistryLog {

    private static final String TOPIC = Topics.REGISTRY_STORE;

    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int FETCH_WAIT_MILLIS = 5;
    // Room for a schema of 1 MiB in JSON escapes; compressed, it fits Kafka's usual 1 MiB a batch.
    private static final int MAX_REQUEST_BYTES = 4 * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(KafkaRegistryLog.class);

    private final Map<String, Object> client;
    private @Nullable KafkaConsumer<String, String> consumer;
    private @Nullable KafkaProducer<String, String> producer;

    /// @param client how to reach Kafka: `bootstrap.servers` and security settings
    KafkaRegistryLog(Map<String, Object> client) {
        this.client = Map.copyOf(client);
    }

    @Override
    public void read(Consumer<LogEntry> reader) throws RegistryUnavailable {
        try {
            var source = consumer();
            long end = source.endOffsets(List.of(PARTITION), PATIENCE).getOrDefault(PARTITION, 0L);
            long position = source.position(PARTITION, PATIENCE);
            if (position > end) {
                throw new RegistryUnavailable(
                        "%s: ends at offset %d, but was read to %d (expected: a topic that only grows)"
                                .formatted(TOPIC, end, position),
                        null);
            }
            readTo(end, reader);
        } catch (KafkaException away) {
            throw unavailable(away);
        }
    }

    @Override
    public void readToWrite(Consumer<LogEntry> reader) throws RegistryUnavailable {
        try {
            producer();
        } catch (KafkaException away) {
            throw unavailable(away);
        }
        read(reader);
    }

    @Override
    public void append(List<LogEntry> entries, Consumer<LogEntry> reader)
            throws RegistryUnavailable, WriterReplaced {
        try {
            readTo(send(entries) + 1, reader);
        } catch (KafkaException failed) {
            dropProducer();
            if (isFenced(failed)) {
                throw new WriterReplaced(
                        TOPIC + ": another registry writes to it as well (try again)", failed);
            }
            throw unavailable(failed);
        }
    }

    @Override
    public void close() {
        dropProducer();
        if (consumer != null) {
            consumer.close();
            consumer = null;
        }
    }

    /* Returns the offset of the last entry. A commit can be answered before the consumer may read
     * what it committed, so the caller waits for that offset, not for the end of the topic. */
    private long send(List<LogEntry> entries) {
        var target = producer();
        target.beginTransaction();
        var sent = new ArrayList<Future<RecordMetadata>>();
        for (var entry : entries) {
            var line = LogEntryJson.written(entry);
            sent.add(target.send(new ProducerRecord<>(TOPIC, 0, line.key(), line.value())));
        }
        target.commitTransaction();
        try {
            return sent.getLast().get().offset();
        } catch (ExecutionException failed) {
            throw new KafkaException(failed.getCause());
        } catch (InterruptedException stopped) {
            throw new InterruptException(stopped);
        }
    }

    private void readTo(long end, Consumer<LogEntry> reader) throws RegistryUnavailable {
        var source = consumer();
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (source.position(PARTITION, PATIENCE) < end) {
            for (var record : source.poll(POLL)) {
                read(record, reader);
            }
            if (System.nanoTime() - giveUp > 0) {
                throw new RegistryUnavailable(
                        "%s: read to offset %d of %d in %s"
                                .formatted(TOPIC, source.position(PARTITION), end, PATIENCE),
                        null);
            }
        }
    }

    private static void read(ConsumerRecord<String, String> record, Consumer<LogEntry> reader) {
        LogEntry entry;
        try {
            entry = LogEntryJson.read(record.key(), record.value());
        } catch (IOException malformed) {
            // It stays in the topic, where it can be looked at; no topic is further back than this.
            LOG.atError()
                    .setMessage("a record of the schema topic is not one: left out")
                    .addKeyValue("origin", TOPIC + "-0@" + record.offset())
                    .addKeyValue("cause", malformed.getMessage())
                    .log();
            return;
        }
        if (entry != null) {
            reader.accept(entry);
        }
    }

    private KafkaConsumer<String, String> consumer() {
        if (consumer == null) {
            var settings = new HashMap<>(client);
            settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
            settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
            settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
            // A write waits for its own record, so Kafka is not to sit on an answer.
            settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MILLIS);
            settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
            settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis() / 2);
            var json = new StringDeserializer();
            consumer = new KafkaConsumer<>(settings, json, json);
            consumer.assign(List.of(PARTITION));
            consumer.seekToBeginning(List.of(PARTITION));
        }
        return consumer;
    }

    private KafkaProducer<String, String> producer() {
        if (producer == null) {
            var settings = new HashMap<>(client);
            int patience = (int) PATIENCE.toMillis();
            settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "millrace.schema-registry");
            settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, patience);
            settings.put(ProducerConfig.ACKS_CONFIG, "all");
            settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
            settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, patience);
            settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, patience);
            settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, patience / 2);
            settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
            settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
            var json = new StringSerializer();
            var fresh = new KafkaProducer<String, String>(settings, json, json);
            producer = fresh;
            try {
                fresh.initTransactions();
            } catch (KafkaException away) {
                dropProducer();
                throw away;
            }
        }
        return producer;
    }

    /* Kafka tells it by the one or the other, or by an error that one of them has caused. */
    private static boolean isFenced(Throwable failed) {
        for (var cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProducerFencedException
                    || cause instanceof InvalidProducerEpochException) {
                return true;
            }
        }
        return false;
    }

    private void dropProducer() {
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }

    private static RegistryUnavailable unavailable(KafkaException cause) {
        var hint = cause instanceof TimeoutException ? " (is Kafka up, and the topic there?)" : "";
        return new RegistryUnavailable(TOPIC + ": " + cause.getMessage() + hint, cause);
    }
}
