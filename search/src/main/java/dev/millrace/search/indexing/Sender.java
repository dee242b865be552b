package dev.millrace.search.indexing;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;

/// Writes records and waits until the brokers have them.
final class Sender implements AutoCloseable {

    private static final long LOOK_UP_MILLIS = 100;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final Producer<byte[], byte[]> producer;
    private final BooleanSupplier stopping;

    /// @param stopping ends a wait early
    Sender(Producer<byte[], byte[]> producer, BooleanSupplier stopping) {
        this.producer = producer;
        this.stopping = stopping;
    }

    /// Returns when all records are acknowledged. After a failure any number of them may be in the
    /// log; delivering all of them again is right, as readers tolerate repeats.
    ///
    /// @throws org.apache.kafka.common.errors.RetriableException if trying again may help
    /// @throws WakeupException if the process is to stop before that
    /// @throws KafkaException if it cannot help
    void deliver(List<ProducerRecord<byte[], byte[]>> records) {
        var acknowledgements = records.stream().map(producer::send).toList();
        try {
            for (var acknowledgement : acknowledgements) {
                await(acknowledgement);
            }
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof KafkaException cause
                    ? cause
                    : new KafkaException("could not write a record", failed.getCause());
        } catch (InterruptedException stop) {
            throw new InterruptException(stop); // restores the interrupt
        }
    }

    private void await(Future<RecordMetadata> acknowledgement)
            throws ExecutionException, InterruptedException {
        while (true) {
            try {
                acknowledgement.get(LOOK_UP_MILLIS, TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException notYet) {
                if (stopping.getAsBoolean()) {
                    throw new WakeupException();
                }
            }
        }
    }

    @Override
    public void close() {
        producer.close(CLOSE_TIMEOUT);
    }
}
