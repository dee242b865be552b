package dev.millrace.inference.work;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.TaskSignal;
import dev.millrace.schemas.client.TopicFollower;
import dev.millrace.schemas.serde.DeadLetters;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.serde.SchemaUnreachable;
import dev.millrace.schemas.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows `millrace.task-control` from where it ends.
///
/// When the consumer breaks, the next one begins at the end again: what was missed shows in the
/// refusal of a report. What cannot be read is passed over; its dead letter is written beside
/// `decide`, once for all workers. Safe for use by many threads.
final class SignalTail implements TopicFollower.Reader<byte[]>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SignalTail.class);
    private static final int API_TIMEOUT_MILLIS = 10_000;

    private final Deserializer<String> keys;
    private final Deserializer<Envelope<TaskSignal>> signals;
    private final Holdings holdings;
    private final TopicFollower<byte[]> follower;
    private volatile long since;

    SignalTail(
            Supplier<Consumer<byte[], byte[]>> consumers, EventSerdes serdes, Holdings holdings) {
        this.keys = serdes.keysOf(Topics.TASK_CONTROL);
        this.signals = serdes.valuesOf(Topics.TASK_CONTROL);
        this.holdings = holdings;
        this.follower =
                new TopicFollower<>("work-signals", Topics.TASK_CONTROL.name(), consumers, this);
    }

    static Supplier<Consumer<byte[], byte[]>> consumers(Map<String, Object> kafka, String worker) {
        var settings = new HashMap<>(kafka);
        settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, "work-signals-" + worker);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, API_TIMEOUT_MILLIS);
        settings.remove(CommonClientConfigs.GROUP_INSTANCE_ID_CONFIG);
        return () ->
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    void start() {
        follower.start();
    }

    /// For how long no signal was missed; null if some may be missed just now.
    @Nullable Duration following() {
        return follower.isFollowing() ? Duration.ofNanos(System.nanoTime() - since) : null;
    }

    @Override
    public void begin(Consumer<byte[], byte[]> opened, List<TopicPartition> partitions) {
        opened.seekToEnd(partitions);
        for (var partition : partitions) {
            opened.position(partition); // seeking is done when this is asked for
        }
        since = System.nanoTime();
    }

    @Override
    public void read(ConsumerRecords<byte[], byte[]> records, Consumer<byte[], byte[]> opened) {
        for (var record : records) {
            hear(record);
        }
    }

    private void hear(ConsumerRecord<byte[], byte[]> record) {
        try {
            var _ = keys.deserialize(record.topic(), record.key());
            var signal = signals.deserialize(record.topic(), record.value()).messageOrNull();
            if (signal != null) {
                holdings.hear(signal);
            }
        } catch (SchemaUnreachable unreachable) {
            throw unreachable; // the signal is sound: begin anew, and say that some were missed
        } catch (SerializationException poison) {
            LOG.atWarn()
                    .setMessage("A signal cannot be read")
                    .addKeyValue("at", DeadLetters.origin(record))
                    .addKeyValue("cause", poison.toString())
                    .log();
        }
    }

    @Override
    public void close() {
        follower.close();
    }
}
