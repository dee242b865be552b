package dev.millrace.inference.work;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskProgress;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.domain.task.WorkItem;
import dev.millrace.schemas.serde.DeadLetters;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/// Writes what workers say of their attempts to `millrace.task-reports`, and how far they are to
/// `millrace.task-progress`.
///
/// Safe for use by many threads.
final class Reports implements AutoCloseable {

    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final Producer<byte[], byte[]> producer;
    private final Serializer<Envelope<TaskReport>> reports;
    private final Serializer<Envelope<TaskProgress>> progress;
    private final Actor actor;
    private final Site site;
    private final Supplier<UUID> ids;
    private final InstantSource clock;

    /// @param ids makes the ids of reports, UUIDv7
    Reports(
            Producer<byte[], byte[]> producer,
            EventSerdes serdes,
            String worker,
            Site site,
            Supplier<UUID> ids,
            InstantSource clock) {
        this.producer = producer;
        this.reports = serdes.of(Topics.TASK_REPORTS).serializer();
        this.progress = serdes.of(Topics.TASK_PROGRESS).serializer();
        this.actor = new Actor(worker, Actor.Proof.WORKER);
        this.site = site;
        this.ids = ids;
        this.clock = clock;
    }

    /// Says something of an attempt.
    ///
    /// @return completes once it is in the log; fails with a `KafkaException` if it is not known to
    ///   be
    CompletableFuture<@Nullable Void> send(Envelope<WorkItem> item, TaskReport report) {
        return write(Topics.TASK_REPORTS, reports, item, report.task(), report);
    }

    /// Says how far an attempt is. If that cannot be written, it is not.
    void tell(Envelope<WorkItem> item, TaskProgress said) {
        var _ = write(Topics.TASK_PROGRESS, progress, item, said.task(), said);
    }

    private <P extends Message> CompletableFuture<@Nullable Void> write(
            Topic<P> topic,
            Serializer<Envelope<P>> serializer,
            Envelope<WorkItem> item,
            TaskId task,
            P message) {
        var envelope = item.following(ids.get(), clock.instant(), actor, site, message);
        var key = task.toString();
        try {
            var headers = new RecordHeaders();
            var value = serializer.serialize(topic.name(), headers, envelope);
            int partition = topic.partition(key, producer.partitionsFor(topic.name()).size());
            return write(
                    new ProducerRecord<>(
                            topic.name(), partition, key.getBytes(UTF_8), value, headers));
        } catch (KafkaException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    /// Puts a record that nobody can read aside.
    CompletableFuture<@Nullable Void> putAside(
            ConsumerRecord<byte[], byte[]> poison, String cause, String group) {
        return write(DeadLetters.of(poison, new Failure("unreadable", cause), group));
    }

    private CompletableFuture<@Nullable Void> write(ProducerRecord<byte[], byte[]> record) {
        var written = new CompletableFuture<@Nullable Void>();
        try {
            var _ =
                    producer.send(
                            record,
                            (_, failure) -> {
                                if (failure == null) {
                                    written.complete(null);
                                } else {
                                    written.completeExceptionally(failure);
                                }
                            });
        } catch (KafkaException failure) {
            written.completeExceptionally(failure);
        }
        return written;
    }

    @Override
    public void close() {
        producer.close(CLOSE);
    }
}
