package dev.millrace.inference.work;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Kafka's own fake of a producer, whose records can be waited for, and that may be unwell for a
/// while.
final class LoudProducer extends MockProducer<byte[], byte[]> {

    private static final long PATIENCE_SECONDS = 30;

    private final BlockingQueue<ProducerRecord<byte[], byte[]>> sent = new LinkedBlockingQueue<>();
    private final AtomicInteger failures = new AtomicInteger();

    LoudProducer(Cluster cluster) {
        super(cluster, true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /// So many of the next records do not get through.
    void failNext(int records) {
        failures.set(records);
    }

    /// The next record that got through.
    ProducerRecord<byte[], byte[]> next() throws InterruptedException {
        var record = sent.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (record == null) {
            throw new AssertionError("nothing was written within 30 s");
        }
        return record;
    }

    /// Whether all that got through was asked for.
    boolean isDrained() {
        return sent.isEmpty();
    }

    @Override
    public synchronized Future<RecordMetadata> send(
            ProducerRecord<byte[], byte[]> record, Callback callback) {
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            var away = new TimeoutException("the broker is away");
            callback.onCompletion(new RecordMetadata(null, -1, 0, 0, 0, 0), away);
            return CompletableFuture.failedFuture(away);
        }
        var written = super.send(record, callback);
        sent.add(record);
        return written;
    }
}
