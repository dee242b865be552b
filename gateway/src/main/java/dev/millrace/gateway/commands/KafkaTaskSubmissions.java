package dev.millrace.gateway.commands;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.schemas.serde.EventProducerRecords;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
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
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Commands by way of Kafka: published to `millrace.task-commands`, their outcomes read from
/// `millrace.task-events`.
///
/// ```
/// submit ──▶ await(command id) ──▶ task-commands ──▶ decide ──▶ task-events ──▶ outcome tail
///                  │                                                               │
///                  └──────────────── outcome, or none within the timeout ◀─────────┘
/// ```
///
/// Safe for use by many threads. Commands are sent from virtual threads, no more of them than
/// commands may be pending.
public final class KafkaTaskSubmissions implements TaskSubmissions, AutoCloseable {

    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final String CLIENT_ID = "millrace-gateway";

    private final Producer<String, Envelope<TaskCommand>> producer;
    private final PendingCommands pending;
    private final OutcomeTail tail;
    private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();

    /// @param kafka how to reach the brokers: `bootstrap.servers` and security
    /// @param serdes shared
    public KafkaTaskSubmissions(
            Map<String, Object> kafka, EventSerdes serdes, SubmissionsConfig config) {
        this(producer(kafka, serdes, config), consumers(kafka), serdes, config);
    }

    KafkaTaskSubmissions(
            Producer<String, Envelope<TaskCommand>> producer,
            Supplier<Consumer<String, byte[]>> consumers,
            EventSerdes serdes,
            SubmissionsConfig config) {
        this.producer = producer;
        this.pending = new PendingCommands(config);
        this.tail =
                new OutcomeTail(
                        consumers,
                        serdes.of(Topics.TASK_EVENTS).deserializer(),
                        Topics.TASK_EVENTS.name(),
                        pending);
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
            return java.util.concurrent.CompletableFuture.failedStage(
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

    private void send(Envelope<TaskCommand> command) {
        var message = command.messageOrNull();
        if (message == null) {
            pending.fail(
                    command.id(), new SubmissionsUnavailable("a sealed command cannot be sent"));
            return;
        }
        try {
            int partitions = producer.partitionsFor(Topics.TASK_COMMANDS.name()).size();
            var key = message.task().toString();
            producer.send(
                    EventProducerRecords.record(Topics.TASK_COMMANDS, partitions, key, command),
                    (_, failure) -> {
                        if (failure != null) {
                            failed(command.id(), failure);
                        }
                    });
        } catch (KafkaException | IllegalStateException failure) {
            failed(command.id(), failure);
        }
    }

    private void failed(UUID command, Exception failure) {
        pending.fail(
                command, new SubmissionsUnavailable("the log does not take commands now", failure));
    }

    /// Fails what is still awaited, and lets go of Kafka within ten seconds.
    @Override
    public void close() {
        pending.failAll(new SubmissionsUnavailable("the gateway is closing"));
        senders.shutdownNow();
        tail.close();
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
                properties,
                new StringSerializer(),
                serdes.of(Topics.TASK_COMMANDS).serializer());
    }

    private static Supplier<Consumer<String, byte[]>> consumers(Map<String, Object> kafka) {
        var properties = new HashMap<>(kafka);
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, CLIENT_ID + "-outcomes");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        return () ->
                new KafkaConsumer<>(
                        properties, new StringDeserializer(), new ByteArrayDeserializer());
    }
}
