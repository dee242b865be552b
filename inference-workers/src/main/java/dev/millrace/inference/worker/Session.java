package dev.millrace.inference.worker;

import dev.millrace.inference.worker.Transcription.Transcript;
import dev.millrace.schemas.topic.Topics;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/// One membership of the group and one transactional producer: takes what waits, and commits what
/// follows from it together with how far it has read, or nothing.
///
/// Confined to one thread, but for [#wakeUp]. A `KafkaException` that comes out of it has no remedy
/// but a new session; that one begins at the committed offsets.
final class Session implements AutoCloseable {

    private static final Duration POLL_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final Consumer<byte[], byte[]> consumer;
    private final Producer<byte[], byte[]> producer;
    private final Transcription transcription;
    private final BatchMeters meters;

    /// Takes the clients over.
    Session(
            Consumer<byte[], byte[]> consumer,
            Producer<byte[], byte[]> producer,
            Transcription transcription,
            BatchMeters meters) {
        this.consumer = consumer;
        this.producer = producer;
        this.transcription = transcription;
        this.meters = meters;
    }

    /// Fences older sessions of this worker, ends their transactions, and joins the group.
    void open() {
        producer.initTransactions();
        consumer.subscribe(List.of(Topics.CHUNKS.name()));
    }

    /// Makes the call that waits in [#step] fail with `WakeupException`. From any thread.
    void wakeUp() {
        consumer.wakeup();
    }

    /// Waits up to a second for chunks and works off those that have come, up to
    /// [KafkaClients#MAX_BATCH].
    ///
    /// @return the counts with this batch in them
    /// @throws Postponed if the batch was put back; this session can go on after a pause
    /// @throws ProducerFencedException if another worker of the same name has taken over
    Counts step(Counts counts) throws Postponed, InterruptedException {
        var batch = consumer.poll(POLL_TIMEOUT);
        if (batch.isEmpty()) {
            return counts;
        }
        long began = System.nanoTime();
        try {
            int partitions = producer.partitionsFor(Topics.EMBEDDINGS.name()).size();
            var transcript = transcription.of(batch, partitions);
            commit(batch, transcript);
            meters.note(batch.count(), System.nanoTime() - began);
            return counts.plusBatch(
                    transcript.embeddings().size(),
                    transcript.skipped(),
                    transcript.deadLetters().size());
        } catch (Postponed postponed) {
            putBack(batch);
            throw postponed;
        }
    }

    /// Waits up to a second without taking anything, so that the group does not take this member
    /// for dead.
    Counts rest(Counts counts) {
        consumer.pause(consumer.assignment());
        try {
            var early = consumer.poll(POLL_TIMEOUT);
            putBack(early); // of partitions that came just now
        } finally {
            consumer.resume(consumer.paused());
        }
        return counts;
    }

    private void commit(ConsumerRecords<byte[], byte[]> batch, Transcript transcript)
            throws Postponed {
        producer.beginTransaction();
        try {
            send(transcript.embeddings());
            send(transcript.deadLetters());
            producer.sendOffsetsToTransaction(batch.nextOffsets(), consumer.groupMetadata());
            producer.commitTransaction();
        } catch (ProducerFencedException
                | OutOfOrderSequenceException
                | AuthorizationException
                | UnsupportedVersionException
                | InterruptException fatal) {
            throw fatal;
        } catch (TimeoutException unknown) {
            // Whether it is committed nobody knows, and the producer may be asked for nothing else
            // any more. A new session ends it one way or the other, and begins where that ended.
            throw unknown;
        } catch (KafkaException abortable) {
            producer.abortTransaction();
            throw new Postponed("transaction aborted: " + abortable.getMessage(), abortable);
        }
    }

    /// What becomes of each shows in the commit, which waits for all of them.
    private void send(List<ProducerRecord<byte[], byte[]>> records) {
        for (var record : records) {
            var _ = producer.send(record);
        }
    }

    /// The next poll reads the batch again. Partitions that went to another worker meanwhile are
    /// none of our business: that one begins at the committed offset.
    private void putBack(ConsumerRecords<byte[], byte[]> batch) {
        var assigned = consumer.assignment();
        for (var partition : batch.partitions()) {
            if (assigned.contains(partition)) {
                consumer.seek(partition, batch.records(partition).getFirst().offset());
            }
        }
    }

    @Override
    public void close() {
        try {
            producer.close(CLOSE_TIMEOUT);
        } finally {
            consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
        }
    }
}
