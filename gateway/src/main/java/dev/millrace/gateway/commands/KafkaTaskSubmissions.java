package dev.millrace.gateway.commands;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskProgress;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.schemas.client.EventSender;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/// Commands and reports by way of Kafka: published to `millrace.task-commands` and
/// `millrace.task-reports`, their outcomes read from `millrace.task-events`.
///
/// ```
/// submit ──▶ await(command id) ──▶ task-commands ──▶ decide ──▶ task-events ──▶ outcome tail
/// report ──▶ await(report id) ───▶ task-reports ───────┘                           │
/// tell ─────────────────────────▶ task-progress                                    │
///                  │                                                               │
///                  └──────────────── outcome, or none within the timeout ◀─────────┘
/// ```
///
/// While Kafka is away submissions fail, each within the timeout; afterwards they go on by
/// themselves.
///
/// Safe for use by many threads.
public final class KafkaTaskSubmissions implements TaskSubmissions, TaskReports, AutoCloseable {

    private static final int API_TIMEOUT_MILLIS = 10_000;
    private static final String CLIENT_ID = "millrace-gateway";

    private final PendingCommands pending;
    private final PendingEnds ends;
    private final OutcomeTail tail;
    private final AwaitedSender<TaskCommand> commands;
    private final AwaitedSender<TaskReport> reports;
    private final EventSender<TaskProgress> progress;

    /// @param kafka how to reach the brokers: `bootstrap.servers` and security
    /// @param serdes shared
    public KafkaTaskSubmissions(
            Map<String, Object> kafka, EventSerdes serdes, SubmissionsConfig config) {
        this(
                EventSender.producers(
                        Topics.TASK_COMMANDS, CLIENT_ID, kafka, serdes, config.timeout()),
                EventSender.producers(
                        Topics.TASK_REPORTS,
                        CLIENT_ID + "-reports",
                        kafka,
                        serdes,
                        config.timeout()),
                EventSender.producers(
                        Topics.TASK_PROGRESS,
                        CLIENT_ID + "-progress",
                        kafka,
                        serdes,
                        config.timeout()),
                consumers(kafka),
                serdes,
                config);
    }

    KafkaTaskSubmissions(
            Supplier<Producer<String, Envelope<TaskCommand>>> commandProducers,
            Supplier<Producer<String, Envelope<TaskReport>>> reportProducers,
            Supplier<Producer<String, Envelope<TaskProgress>>> progressProducers,
            Supplier<Consumer<String, byte[]>> consumers,
            EventSerdes serdes,
            SubmissionsConfig config) {
        this.pending = new PendingCommands(config);
        this.ends = new PendingEnds(config.maxPending());
        this.tail =
                new OutcomeTail(
                        consumers,
                        serdes.of(Topics.TASK_EVENTS).deserializer(),
                        Topics.TASK_EVENTS.name(),
                        pending,
                        ends);
        this.commands =
                new AwaitedSender<>(
                        Topics.TASK_COMMANDS, TaskCommand::task, commandProducers, pending);
        this.reports =
                new AwaitedSender<>(
                        Topics.TASK_REPORTS, TaskReport::task, reportProducers, pending);
        this.progress = new EventSender<>(Topics.TASK_PROGRESS, progressProducers, (_, _) -> {});
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
        return submitAll(List.of(command)).getFirst();
    }

    @Override
    public List<CompletionStage<Outcome>> submitAll(List<Envelope<TaskCommand>> all) {
        return tail.isFollowing()
                ? commands.sendAll(all)
                : all.stream()
                        .map(_ ->
                                CompletableFuture.<Outcome>failedStage(
                                        new SubmissionsUnavailable(
                                                "the log cannot be followed just now")))
                        .toList();
    }

    @Override
    public Optional<DecisionOrder> decisionOrder() {
        var partitions = tail.isFollowing() ? commands.partitions() : OptionalInt.empty();
        return partitions.isEmpty()
                ? Optional.empty()
                : Optional.of((one, other) ->
                        partition(one, partitions.getAsInt())
                                == partition(other, partitions.getAsInt()));
    }

    private static int partition(TaskId task, int partitions) {
        return Topics.TASK_COMMANDS.partition(task.toString(), partitions);
    }

    @Override
    public CompletionStage<Outcome> report(Envelope<TaskReport> report) {
        return tail.isFollowing()
                ? reports.send(report)
                : CompletableFuture.failedStage(
                        new SubmissionsUnavailable("the log cannot be followed just now"));
    }

    @Override
    public void tell(Envelope<TaskProgress> envelope) {
        var said = envelope.messageOrNull();
        if (said != null) {
            progress.send(said.task().toString(), envelope);
        }
    }

    @Override
    public CompletableFuture<TaskEnd> awaitEnd(String tenant, TaskId task, Duration atMost) {
        return tail.isFollowing()
                ? ends.await(tenant, task, atMost)
                : CompletableFuture.failedFuture(
                        new SubmissionsUnavailable("the log cannot be followed just now"));
    }

    /// Fails what is still awaited, and lets go of Kafka within fifteen seconds.
    @Override
    public void close() {
        var closing = new SubmissionsUnavailable("the gateway is closing");
        pending.failAll(closing);
        ends.failAll(closing);
        commands.stop();
        reports.stop();
        progress.stop();
        tail.close();
        commands.close();
        reports.close();
        progress.close();
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
