package dev.millrace.streams.log;

import dev.millrace.domain.log.LiveLog.Follower;
import dev.millrace.domain.log.LiveLog.Tail;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows topics from where they end, without a group, on a thread of its own.
///
/// When its consumer breaks, a new one goes on a second later where that stopped. Safe for use by
/// many threads.
final class LogTail implements Tail {

    private static final Logger LOG = LoggerFactory.getLogger(LogTail.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final int RESTART_SECONDS = 1;

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final EventSerdes serdes;
    private final Follower follower;
    private final Set<String> wanted = ConcurrentHashMap.newKeySet();
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private final Semaphore changed = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closing;
    private volatile @Nullable Consumer<byte[], byte[]> consumer;

    /// @param consumers makes consumers that see committed records only, and fail where there is no
    ///   record at an offset
    LogTail(Supplier<Consumer<byte[], byte[]>> consumers, EventSerdes serdes, Follower follower) {
        this.consumers = consumers;
        this.serdes = serdes;
        this.follower = follower;
        this.thread = Thread.ofPlatform().daemon().name("event-tail").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    @Override
    public void include(Set<String> topics) {
        if (wanted.addAll(topics)) {
            wake();
        }
    }

    private void wake() {
        changed.release();
        var open = consumer;
        if (open != null) {
            open.wakeup();
        }
    }

    private void run() {
        while (!closing) {
            try (var opened = consumers.get()) {
                consumer = opened;
                follow(opened);
            } catch (OffsetOutOfRangeException trimmed) {
                lose(trimmed);
            } catch (RuntimeException | Error broken) { // the top of a thread that must not end
                warn(broken);
            } finally {
                consumer = null;
            }
            pause();
        }
    }

    private void lose(OffsetOutOfRangeException trimmed) {
        warn(trimmed);
        next.clear();
        follower.lost();
    }

    private void warn(Throwable broken) {
        if (!closing) {
            LOG.atWarn()
                    .setMessage("Following the log was interrupted and goes on shortly")
                    .addKeyValue("cause", broken.toString())
                    .log();
        }
    }

    private void pause() {
        try {
            while (!closing && changed.tryAcquire(RESTART_SECONDS, TimeUnit.SECONDS)) {
                // What is wanted is looked at by the next consumer; closing ends the pause.
            }
        } catch (InterruptedException stopped) {
            closing = true;
        }
    }

    private void follow(Consumer<byte[], byte[]> opened) {
        Set<String> followed = Set.of();
        while (!closing) {
            try {
                var topics = Set.copyOf(wanted);
                if (!topics.equals(followed)) {
                    begin(opened, topics);
                    followed = topics;
                }
                if (followed.isEmpty()) {
                    var _ = changed.tryAcquire(POLL.toSeconds(), TimeUnit.SECONDS);
                    continue;
                }
            } catch (WakeupException woken) {
                continue; // something else is wanted; what was begun is begun anew
            } catch (InterruptedException stopped) {
                closing = true;
                return;
            }
            poll(opened);
        }
    }

    private void poll(Consumer<byte[], byte[]> opened) {
        ConsumerRecords<byte[], byte[]> records;
        try {
            records = opened.poll(POLL);
        } catch (WakeupException woken) {
            return; // something else is wanted, and nothing was read
        }
        tell(opened, records);
    }

    private void begin(Consumer<byte[], byte[]> opened, Set<String> topics) {
        var partitions = new ArrayList<TopicPartition>();
        for (var topic : topics) {
            var infos = opened.partitionsFor(topic);
            for (var info :
                    infos == null ? List.<org.apache.kafka.common.PartitionInfo>of() : infos) {
                partitions.add(new TopicPartition(info.topic(), info.partition()));
            }
        }
        opened.assign(partitions);
        var begun = new HashMap<>(opened.endOffsets(partitions));
        begun.keySet().removeAll(next.keySet());
        partitions.forEach(partition ->
                opened.seek(
                        partition,
                        next.getOrDefault(partition, begun.getOrDefault(partition, 0L))));
        if (!begun.isEmpty()) {
            next.putAll(begun);
            follower.begun(SliceReader.ours(begun));
        }
    }

    private void tell(Consumer<byte[], byte[]> opened, ConsumerRecords<byte[], byte[]> records) {
        var read = new ArrayList<StoredRecord<?>>(records.count());
        for (var record : records) {
            read.add(stored(record));
        }
        var moved = new HashMap<TopicPartition, Long>();
        for (var partition : opened.assignment()) {
            long position = opened.position(partition);
            if (next.getOrDefault(partition, -1L) != position) {
                moved.put(partition, position);
            }
        }
        if (!moved.isEmpty()) {
            follower.appended(read, SliceReader.ours(moved));
            next.putAll(moved);
        }
    }

    private StoredRecord<?> stored(ConsumerRecord<byte[], byte[]> record) {
        Topic<?> topic = SliceReader.topic(record.topic());
        return StoredRecord.of(serdes, topic, record);
    }

    @Override
    public void close() {
        closing = true;
        wake();
        if (!thread.isAlive() || Thread.currentThread().equals(thread)) {
            return;
        }
        try {
            thread.join(CLOSE);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
