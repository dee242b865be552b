package dev.millrace.schemas.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows all partitions of a topic, without a group, on a thread of its own.
///
/// When the consumer breaks, or its reader does, a new consumer begins a second later, where the
/// reader wants it to. Safe for use by many threads.
///
/// @param <K> how keys are read
public final class TopicFollower<K> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final int RESTART_SECONDS = 1;

    private final Supplier<Consumer<K, byte[]>> consumers;
    private final String topic;
    private final Reader<K> reader;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable Consumer<K, byte[]> consumer;
    private volatile boolean following;

    /// @param name of the thread
    /// @param consumers makes one without automatic commits, at the start and after each failure
    public TopicFollower(
            String name, String topic, Supplier<Consumer<K, byte[]>> consumers, Reader<K> reader) {
        this.consumers = consumers;
        this.topic = topic;
        this.reader = reader;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    /// Begins, in the background.
    public void start() {
        thread.start();
    }

    /// Whether the topic is being followed just now.
    public boolean isFollowing() {
        return following;
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
                        .setMessage("Following a topic was interrupted and goes on shortly")
                        .addKeyValue("topic", topic)
                        .addKeyValue("cause", broken.toString())
                        .log();
            } finally {
                following = false;
                consumer = null;
            }
            try {
                var _ = closing.await(RESTART_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void follow(Consumer<K, byte[]> opened) {
        var partitions =
                opened.partitionsFor(topic).stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
        if (partitions.isEmpty()) {
            throw new KafkaException(topic + ": no partitions (expected: a provisioned topic)");
        }
        opened.assign(partitions);
        reader.begin(opened, partitions);
        following = true;
        reader.following(opened);
        while (closing.getCount() > 0) {
            reader.read(opened.poll(POLL), opened);
        }
    }

    /// Stops, and waits up to five seconds for that.
    @Override
    public void close() {
        closing.countDown();
        var open = consumer;
        if (open != null) {
            open.wakeup();
        }
        if (!thread.isAlive()) {
            return;
        }
        try {
            thread.join(CLOSE);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// What is done with a topic; called on the follower's thread alone. What it throws ends the
    /// consumer.
    public interface Reader<K> {

        /// Places a new consumer, which has all partitions.
        void begin(Consumer<K, byte[]> opened, List<TopicPartition> partitions);

        /// The topic is followed from here on.
        default void following(Consumer<K, byte[]> opened) {}

        /// Takes what came, which may be nothing.
        void read(ConsumerRecords<K, byte[]> records, Consumer<K, byte[]> opened);
    }
}
