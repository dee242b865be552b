package dev.millrace.inference.work;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.TaskSignal;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.serde.SchemaUnreachable;
import dev.millrace.schemas.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows `millrace.task-control` from where it ends, on a thread of its own.
///
/// When the consumer breaks, a new one begins a second later, at the end again: what was missed
/// shows in the refusal of a report. Safe for use by many threads.
final class SignalTail implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SignalTail.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final long RESTART_MILLIS = 1_000;
    private static final long CLOSE_MILLIS = 5_000;
    private static final int API_TIMEOUT_MILLIS = 10_000;

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Deserializer<Envelope<TaskSignal>> signals;
    private final Holdings holdings;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable Consumer<byte[], byte[]> consumer;
    private volatile @Nullable Long followingSince;

    SignalTail(
            Supplier<Consumer<byte[], byte[]>> consumers, EventSerdes serdes, Holdings holdings) {
        this.consumers = consumers;
        this.signals = serdes.valuesOf(Topics.TASK_CONTROL);
        this.holdings = holdings;
        this.thread = Thread.ofPlatform().daemon().name("work-signals").unstarted(this::run);
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
        thread.start();
    }

    /// For how long no signal was missed; null if some may be missed just now.
    @Nullable Duration following() {
        var since = followingSince;
        return since == null ? null : Duration.ofNanos(System.nanoTime() - since);
    }

    private void run() {
        while (closing.getCount() > 0) {
            try (var opened = consumers.get()) {
                consumer = opened;
                follow(opened);
            } catch (WakeupException closed) {
                break;
            } catch (RuntimeException | Error broken) { // the top of a thread that must not end
                LOG.atWarn()
                        .setMessage("Following task-control was interrupted and goes on shortly")
                        .addKeyValue("cause", broken.toString())
                        .log();
            } finally {
                followingSince = null;
                consumer = null;
            }
            try {
                var _ = closing.await(RESTART_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    private void follow(Consumer<byte[], byte[]> opened) {
        var topic = Topics.TASK_CONTROL.name();
        var partitions =
                opened.partitionsFor(topic).stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .toList();
        if (partitions.isEmpty()) {
            throw new KafkaException(topic + ": no partitions (expected: a provisioned topic)");
        }
        opened.assign(partitions);
        opened.seekToEnd(partitions);
        for (var partition : partitions) {
            opened.position(partition); // seeking is done when this is asked for
        }
        followingSince = System.nanoTime();
        while (closing.getCount() > 0) {
            for (var record : opened.poll(POLL)) {
                hear(record.value());
            }
        }
    }

    private void hear(byte[] value) {
        try {
            var signal = signals.deserialize(Topics.TASK_CONTROL.name(), value).messageOrNull();
            if (signal != null) {
                holdings.hear(signal);
            }
        } catch (SchemaUnreachable unreachable) {
            throw unreachable; // the signal is sound: begin anew, and say that some were missed
        } catch (SerializationException poison) {
            LOG.atWarn()
                    .setMessage("A signal cannot be read")
                    .addKeyValue("cause", poison.toString())
                    .log();
        }
    }

    @Override
    public void close() {
        closing.countDown();
        var open = consumer;
        if (open != null) {
            open.wakeup();
        }
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
