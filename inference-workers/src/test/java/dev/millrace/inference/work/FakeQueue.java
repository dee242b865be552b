package dev.millrace.inference.work;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.AcknowledgementCommitCallback;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.jspecify.annotations.Nullable;

/// A share consumer with explicit acknowledgement, as far as work needs one. Kafka's own fake keeps
/// no record of what it is told.
///
/// What was renewed comes again with the next poll; whoever polls before all is acknowledged fails.
final class FakeQueue implements ShareConsumer<byte[], byte[]> {

    private static final long PATIENCE_SECONDS = 30;

    /// What a record was acknowledged with.
    record Told(long offset, AcknowledgeType type) {}

    private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
    private final LinkedHashMap<Long, ConsumerRecord<byte[], byte[]>> waiting =
            new LinkedHashMap<>();
    private final Map<Long, ConsumerRecord<byte[], byte[]>> open = new HashMap<>();
    private Set<String> subscription = Set.of();
    private @Nullable KafkaException failure;
    private boolean woken;
    private boolean renewed;
    private int heldBack;
    private boolean closed;

    synchronized void add(ConsumerRecord<byte[], byte[]> record) {
        waiting.put(record.offset(), record);
        notifyAll();
    }

    /// The next poll fails.
    synchronized void fail(KafkaException cause) {
        failure = cause;
        notifyAll();
    }

    /// So many polls find nothing once something was renewed, as if the broker took its time.
    synchronized void holdBack(int polls) {
        heldBack = polls;
    }

    /// The next acknowledgement.
    Told told() throws InterruptedException {
        var next = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing was acknowledged within 30 s");
        }
        return next;
    }

    /// Whether nothing is acknowledged for so long.
    boolean isUntouchedFor(Duration time) throws InterruptedException {
        return told.poll(time.toMillis(), TimeUnit.MILLISECONDS) == null;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        if (!open.isEmpty()) {
            throw new IllegalStateException("not acknowledged: " + open.keySet());
        }
        long until = System.nanoTime() + timeout.toNanos();
        while (waiting.isEmpty() && failure == null && !woken) {
            long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            if (left <= 0) {
                return ConsumerRecords.empty();
            }
            try {
                wait(left);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new org.apache.kafka.common.errors.InterruptException(stopped);
            }
        }
        if (failure != null) {
            var cause = failure;
            failure = null;
            throw cause;
        }
        if (woken) {
            woken = false;
            throw new WakeupException();
        }
        if (heldBack > 0 && renewed) {
            heldBack--;
            return ConsumerRecords.empty();
        }
        open.putAll(waiting);
        var records = List.copyOf(waiting.values());
        waiting.clear();
        return new ConsumerRecords<>(
                Map.of(new TopicPartition(records.getFirst().topic(), 0), records), Map.of());
    }

    @Override
    public synchronized void acknowledge(
            ConsumerRecord<byte[], byte[]> record, AcknowledgeType type) {
        if (open.remove(record.offset()) == null) {
            throw new IllegalStateException(record.offset() + " is not locked");
        }
        if (type == AcknowledgeType.RENEW) {
            waiting.put(record.offset(), record);
            renewed = true;
        }
        told.add(new Told(record.offset(), type));
    }

    @Override
    public void acknowledge(ConsumerRecord<byte[], byte[]> record) {
        acknowledge(record, AcknowledgeType.ACCEPT);
    }

    @Override
    public void acknowledge(String topic, int partition, long offset, AcknowledgeType type) {
        throw new UnsupportedOperationException("work is acknowledged by its record");
    }

    @Override
    public synchronized Set<String> subscription() {
        return subscription;
    }

    @Override
    public synchronized void subscribe(Collection<String> topics) {
        subscription = Set.copyOf(new ArrayList<>(topics));
    }

    @Override
    public synchronized void unsubscribe() {
        subscription = Set.of();
    }

    @Override
    public Map<TopicIdPartition, Optional<KafkaException>> commitSync() {
        return Map.of();
    }

    @Override
    public Map<TopicIdPartition, Optional<KafkaException>> commitSync(Duration timeout) {
        return Map.of();
    }

    @Override
    public void commitAsync() {}

    @Override
    public void setAcknowledgementCommitCallback(AcknowledgementCommitCallback callback) {}

    @Override
    public Uuid clientInstanceId(Duration timeout) {
        return Uuid.ONE_UUID;
    }

    @Override
    public Map<MetricName, ? extends Metric> metrics() {
        return Map.of();
    }

    @Override
    public Optional<Integer> acquisitionLockTimeoutMs() {
        return Optional.empty();
    }

    @Override
    public void registerMetricForSubscription(KafkaMetric metric) {}

    @Override
    public void unregisterMetricFromSubscription(KafkaMetric metric) {}

    @Override
    public void close() {
        close(Duration.ZERO);
    }

    @Override
    public synchronized void close(Duration timeout) {
        closed = true;
    }

    @Override
    public synchronized void wakeup() {
        woken = true;
        notifyAll();
    }
}
