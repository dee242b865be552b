package dev.millrace.gateway.commands;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskId;
import dev.millrace.schemas.serde.EventProducerRecords;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Commands by way of Kafka: published to `millrace.task-commands`, their outcomes read from
/// `millrace.task-events`.
///
/// ```
/// submit ──▶ await(command id) ──▶ task-commands ──▶ decide ──▶ task-events ──▶ outcome tail
///                  │                                                               │
///                  └──────────────── outcome, or none within the timeout ◀─────────┘
/// ```
///
/// While Kafka is away submissions fail, each within the timeout; afterwards they go on by
/// themselves.
///
/// Safe for use by many threads. Commands are sent from virtual threads, no more of them than
/// commands may be pending.
public final class KafkaTaskSubmissions implements TaskSubmissions, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaTaskSubmissions.class);
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final int API_TIMEOUT_MILLIS = 10_000;
    private static final String CLIENT_ID = "millrace-gateway";

    private final Supplier<Producer<String, Envelope<TaskCommand>>> producers;
    private volatile Producer<String, Envelope<TaskCommand>> producer;
    private volatile boolean closed;
    private final PendingCommands pending;
    private final PendingEnds ends;
    private final OutcomeTail tail;
    private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();

    /// @param kafka how to reach the brokers: `bootstrap.servers` and security
    /// @param serdes shared
    public KafkaTaskSubmissions(
            Map<String, Object> kafka, EventSerdes serdes, SubmissionsConfig config) {
        this(() -> producer(kafka, serdes, config), consumers(kafka), serdes, config);
    }

    KafkaTaskSubmissions(
            Supplier<Producer<String, Envelope<TaskCommand>>> producers,
            Supplier<Consumer<String, byte[]>> consumers,
            EventSerdes serdes,
            SubmissionsConfig config) {
        this.producers = producers;
        this.producer = producers.get();
        this.pending = new PendingCommands(config);
        this.ends = new PendingEnds(config.maxPending());
        this.tail =
                new OutcomeTail(
                        consumers,
                        serdes.of(Topics.TASK_EVENTS).deserializer(),
                        Topics.TASK_EVENTS.name(),
                        pending,
                        ends);
    }

    /// Starts following events; completes when submissions will be answered. Until then they are
    /// refused. It goes on trying while Kafka cannot be reached.
    public CompletionStage<Void> start() {
        return tail.start();
    }

    /// Whether outcomes are being followed just now.
    public boolean isReady() {
        return tail.isFollowing();
    }

    @Override
    public CompletionStage<Outcome> submit(Envelope<TaskCommand> command) {
        if (!tail.isFollowing()) {
            return CompletableFuture.failedStage(
                    new SubmissionsUnavailable("the log cannot be followed just now"));
        }
        var outcome = pending.await(command.id());
        if (!outcome.isDone()) {
            try {
                senders.execute(() -> send(command));
            } catch (RejectedExecutionException closed) {
                pending.fail(command.id(), new SubmissionsUnavailable("the gateway is closing"));
            }
        }
        return outcome;
    }

    @Override
    public CompletableFuture<TaskEnd> awaitEnd(String tenant, TaskId task, Duration atMost) {
        return tail.isFollowing()
                ? ends.await(tenant, task, atMost)
                : CompletableFuture.failedFuture(
                        new SubmissionsUnavailable("the log cannot be followed just now"));
    }

    private void send(Envelope<TaskCommand> command) {
        var message = command.messageOrNull();
        if (message == null) {
            pending.fail(
                    command.id(), new SubmissionsUnavailable("a sealed command cannot be sent"));
            return;
        }
        var using = producer;
        try {
            int partitions = using.partitionsFor(Topics.TASK_COMMANDS.name()).size();
            var key = message.task().toString();
            var _ =
                    using.send(
                            EventProducerRecords.record(
                                    Topics.TASK_COMMANDS, partitions, key, command),
                            (_, failure) -> {
                                if (failure != null) {
                                    failed(command.id(), failure, using);
                                }
                            });
        } catch (KafkaException | IllegalStateException failure) {
            failed(command.id(), failure, using);
        }
    }

    private void failed(
            UUID command, Exception failure, Producer<String, Envelope<TaskCommand>> used) {
        if (isLasting(failure)) {
            replace(used); // first, so that whoever is told can send again at once
        }
        pending.fail(
                command, new SubmissionsUnavailable("the log does not take commands now", failure));
    }

    /// Whether a producer that failed so fails for ever, as one that a broker has forgotten. What
    /// is wrong with one command, or passes, says nothing of the producer.
    private static boolean isLasting(Exception failure) {
        return !(failure instanceof RetriableException
                || failure instanceof SerializationException
                || failure instanceof RecordTooLargeException
                || failure instanceof InterruptException);
    }

    /// Makes a new producer in place of one that is of no more use; once for each.
    @SuppressWarnings("ReferenceEquality") // this very producer, not one like it
    private synchronized void replace(Producer<String, Envelope<TaskCommand>> used) {
        if (closed || used != producer) {
            return;
        }
        LOG.atWarn()
                .setMessage("The producer of commands is of no more use; a new one is made")
                .log();
        producer = producers.get();
        used.close(Duration.ZERO);
    }

    /// Fails what is still awaited, and lets go of Kafka within ten seconds.
    @Override
    public void close() {
        var closing = new SubmissionsUnavailable("the gateway is closing");
        pending.failAll(closing);
        ends.failAll(closing);
        senders.shutdownNow();
        tail.close();
        synchronized (this) {
            closed = true;
        }
        producer.close(CLOSE);
    }

    private static Producer<String, Envelope<TaskCommand>> producer(
            Map<String, Object> kafka, EventSerdes serdes, SubmissionsConfig config) {
        int timeoutMillis = Math.toIntExact(config.timeout().toMillis());
        var properties = new HashMap<>(kafka);
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, CLIENT_ID);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.max(1, timeoutMillis / 2));
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1, timeoutMillis / 2));
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeoutMillis);
        return new KafkaProducer<>(
                properties, new StringSerializer(), serdes.of(Topics.TASK_COMMANDS).serializer());
    }

    private static Supplier<Consumer<String, byte[]>> consumers(Map<String, Object> kafka) {
        var properties = new HashMap<>(kafka);
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, CLIENT_ID + "-outcomes");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, API_TIMEOUT_MILLIS);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        return () ->
                new KafkaConsumer<>(
                        properties, new StringDeserializer(), new ByteArrayDeserializer());
    }
}
