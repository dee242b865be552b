package dev.millrace.gateway.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Actor.Proof;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskEvent.Reason;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskProgress;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.domain.task.TaskState.Stage;
import dev.millrace.domain.task.Terms;
import dev.millrace.domain.view.Position;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KafkaTaskSubmissionsTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final Site SITE = new Site("12D3KooWTest", new UUID(0x7000, 1));
    private static final Actor DECIDE = new Actor("decide", Proof.WORKER);
    private static final TaskId TASK = new TaskId(new UUID(0x8000, 7));
    private static final String COMMANDS = Topics.TASK_COMMANDS.name();
    private static final String REPORTS = Topics.TASK_REPORTS.name();
    private static final String EVENTS = Topics.TASK_EVENTS.name();
    private static final TopicPartition EVENTS_0 = new TopicPartition(EVENTS, 0);
    private static final Failure FAILURE = new Failure("not_text", "byte 2");
    private static final Node NODE = new Node(0, "localhost", 9092);

    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());
    private volatile NoticedProducer<TaskCommand> producer = newProducer();
    private final Semaphore replaced = new Semaphore(0);
    private final NoticedProducer<TaskReport> reportProducer =
            new NoticedProducer<>(Topics.TASK_REPORTS);
    private final NoticedProducer<TaskProgress> progressProducer =
            new NoticedProducer<>(Topics.TASK_PROGRESS);
    private final SteppedConsumer consumer = new SteppedConsumer();
    private final AtomicLong ids = new AtomicLong();
    private final AtomicLong offsets = new AtomicLong(5);

    {
        consumer.updatePartitions(EVENTS, List.of(partition(EVENTS, 0)));
        consumer.updateEndOffsets(Map.of(EVENTS_0, 5L));
    }

    private KafkaTaskSubmissions submissions =
            submissions(new SubmissionsConfig(Duration.ofSeconds(10), 2));

    @AfterEach
    void close() {
        submissions.close();
    }

    @Test
    void commandIsAnsweredByTheEventItCaused() throws Exception {
        start();
        var command = command();

        var outcome = submissions.submit(command).toCompletableFuture();
        happens(event(new UUID(1, 1), submitted()));
        happens(event(command.id(), submitted()));

        assertThat(get(outcome)).isEqualTo(new Outcome.Accepted(Position.at(EVENTS, 0, 6)));
        var sent = producer.awaitHistory(1).getFirst();
        assertThat(sent.topic()).isEqualTo(COMMANDS);
        assertThat(sent.key()).isEqualTo(TASK.toString());
        assertThat(sent.partition()).isEqualTo(Topics.TASK_COMMANDS.partition(sent.key(), 2));
        assertThat(sent.value()).isEqualTo(command);
    }

    @Test
    void reportIsAnsweredWithTheLeaseThatWasDecided() throws Exception {
        start();
        var started = new TaskReport.Started(TASK, 1, "secret", "w", Duration.ofSeconds(5));
        var heartbeat = new TaskReport.Heartbeat(TASK, 1, "secret", Duration.ofSeconds(5));
        var first = report(started);
        var second = report(heartbeat);
        var lease = NOON.plusSeconds(5);

        var granted = submissions.report(first).toCompletableFuture();
        var extended = submissions.report(second).toCompletableFuture();
        happens(event(first.id(), new TaskEvent.Started(TASK, 2, 1, "w", lease, null)));
        happens(event(second.id(), new TaskEvent.LeaseExtended(TASK, 3, 1, lease.plusSeconds(1))));

        assertThat(get(granted)).isEqualTo(new Outcome.Accepted(Position.at(EVENTS, 0, 5), lease));
        assertThat(get(extended))
                .isEqualTo(new Outcome.Accepted(Position.at(EVENTS, 0, 6), lease.plusSeconds(1)));
        var sent = reportProducer.awaitHistory(2);
        assertThat(sent)
                .extracting(record -> record.value())
                .containsExactlyInAnyOrder(first, second);
        assertThat(sent)
                .allSatisfy(record -> {
                    assertThat(record.topic()).isEqualTo(REPORTS);
                    assertThat(record.key()).isEqualTo(TASK.toString());
                    assertThat(record.partition())
                            .isEqualTo(Topics.TASK_REPORTS.partition(record.key(), 2));
                });
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void noReportIsSentBeforeOutcomesAreFollowed() {
        var report = report(new TaskReport.Released(TASK, 1, "secret"));

        assertThat(submissions.report(report).toCompletableFuture()).isCompletedExceptionally();
        assertThat(reportProducer.history()).isEmpty();
    }

    @Test
    void refusalIsAnOutcomeToo() throws Exception {
        start();
        var command = command();

        var outcome = submissions.submit(command).toCompletableFuture();
        happens(
                event(
                        command.id(),
                        new TaskEvent.Refused(
                                TASK, 2, "dev.millrace.task.submit", Reason.DUPLICATE, "again")));

        assertThat(get(outcome))
                .isEqualTo(
                        new Outcome.Refused(Position.at(EVENTS, 0, 5), Reason.DUPLICATE, "again"));
    }

    @Test
    void eventThatCannotBeReadIsPassedOver() throws Exception {
        start();
        var command = command();

        var outcome = submissions.submit(command).toCompletableFuture();
        happens(new byte[] {1, 2, 3});
        happens(event(command.id(), submitted()));

        assertThat(get(outcome)).isEqualTo(new Outcome.Accepted(Position.at(EVENTS, 0, 6)));
    }

    @Test
    void nothingDecidedInTimeIsUnavailable() throws Exception {
        submissions = submissions(new SubmissionsConfig(Duration.ofMillis(20), 2));
        start();

        assertThatThrownBy(() -> get(submissions.submit(command()).toCompletableFuture()))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(SubmissionsUnavailable.class)
                .hasMessageContaining("20 ms");
    }

    @Test
    void noMoreThanTheBoundIsAwaited() throws Exception {
        start();
        var first = command();
        var outcome = submissions.submit(first).toCompletableFuture();
        var _ = submissions.submit(command());

        assertThat(submissions.submit(command()).toCompletableFuture())
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining("too many");

        happens(event(first.id(), submitted()));
        get(outcome);
        assertThat(submissions.submit(command()).toCompletableFuture()).isNotDone();
    }

    @Test
    void whatIsSentTogetherStandsInTheLogInItsOrder() throws Exception {
        start();
        var both = List.of(command(), command());

        var outcomes = submissions.submitAll(both);
        assertThat(producer.awaitHistory(2)).extracting(ProducerRecord::value).isEqualTo(both);
        happens(event(both.getLast().id(), submitted()));

        assertThat(get(outcomes.getLast().toCompletableFuture()))
                .isInstanceOf(Outcome.Accepted.class);
        assertThat(outcomes.getFirst().toCompletableFuture()).isNotDone();
    }

    @Test
    void whatFollowsACommandThatCannotBeSentIsNotSent() throws Exception {
        start();
        producer.sendException = new org.apache.kafka.common.errors.TimeoutException("no broker");

        assertThat(submissions.submitAll(List.of(command(), command())))
                .allSatisfy(outcome ->
                        assertThat(outcome.toCompletableFuture())
                                .failsWithin(10, TimeUnit.SECONDS)
                                .withThrowableOfType(ExecutionException.class)
                                .withCauseInstanceOf(SubmissionsUnavailable.class));
        assertThat(producer.history()).isEmpty();
    }

    /// As a producer tells of what it cannot take: it throws nothing.
    @Test
    void whatFollowsACommandThatIsRefusedByTheProducerIsNotSent() throws Exception {
        start();
        producer.refused.add(
                new org.apache.kafka.common.errors.TimeoutException("the buffer is full"));

        assertThat(submissions.submitAll(List.of(command(), command())))
                .allSatisfy(outcome ->
                        assertThat(outcome.toCompletableFuture())
                                .failsWithin(10, TimeUnit.SECONDS)
                                .withThrowableOfType(ExecutionException.class)
                                .withCauseInstanceOf(SubmissionsUnavailable.class));
        var next = command();
        var _ = submissions.submit(next);
        assertThat(producer.awaitHistory(1))
                .extracting(ProducerRecord::value)
                .containsExactly(next);
    }

    @Test
    void whatFollowsACommandForWhichThereIsNoRoomIsNotSent() throws Exception {
        start();
        var sent = List.of(command(), command());

        var outcomes = submissions.submitAll(List.of(sent.get(0), sent.get(1), command()));
        assertThat(producer.awaitHistory(2)).extracting(ProducerRecord::value).isEqualTo(sent);
        assertThat(outcomes.getLast().toCompletableFuture()).isCompletedExceptionally();

        assertThat(submissions.submitAll(List.of(command(), command())))
                .allMatch(outcome -> outcome.toCompletableFuture().isCompletedExceptionally());
        assertThat(producer.history()).hasSize(2);
    }

    @Test
    void tasksOfOnePartitionAreDecidedInOrder() throws Exception {
        assertThat(submissions.decisionOrder()).as("before the log is followed").isEmpty();
        start();
        var order = submissions.decisionOrder().orElseThrow();
        var all = new ArrayList<TaskId>();
        for (int i = 0; i < 20; i++) {
            all.add(new TaskId(new UUID(0x8000, i)));
        }

        assertThat(all).anyMatch(other -> order.isKept(TASK, other));
        assertThat(all)
                .allSatisfy(other ->
                        assertThat(order.isKept(TASK, other))
                                .isEqualTo(partitionOf(other) == partitionOf(TASK)));
    }

    private static int partitionOf(TaskId task) {
        return Topics.TASK_COMMANDS.partition(task.toString(), 2);
    }

    @Test
    void brokenProducerIsUnavailable() throws Exception {
        start();
        producer.sendException = new org.apache.kafka.common.errors.TimeoutException("no broker");

        assertThat(submissions.submit(command()).toCompletableFuture())
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(SubmissionsUnavailable.class);
    }

    @Test
    void aProducerThatIsOfNoMoreUseIsReplaced() throws Exception {
        start();
        var worn = producer;
        worn.sendException = new KafkaException("the producer id has expired");
        assertThat(submissions.submit(command()).toCompletableFuture())
                .failsWithin(10, TimeUnit.SECONDS);
        var command = command();

        var outcome = submissions.submit(command).toCompletableFuture();
        assertThat(replaced.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        assertThat(producer).isNotSameAs(worn);
        assertThat(producer.awaitHistory(1)).hasSize(1);
        happens(event(command.id(), submitted()));

        assertThat(get(outcome)).isInstanceOf(Outcome.Accepted.class);
        assertThat(worn.closed()).isTrue();
    }

    @Test
    void nothingIsSentBeforeOutcomesAreFollowed() {
        assertThat(submissions.isReady()).isFalse();
        assertThat(submissions.submit(command()).toCompletableFuture()).isCompletedExceptionally();
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void closingFailsWhatIsAwaited() throws Exception {
        start();
        var outcome = submissions.submit(command()).toCompletableFuture();

        submissions.close();

        assertThat(outcome).isCompletedExceptionally();
    }

    @Test
    void whoeverWaitsLearnsHowTheTaskEnded() throws Exception {
        start();
        var tenant = Envelope.DEFAULT_TENANT;
        var other = new TaskId(new UUID(0x8000, 8));
        var end = submissions.awaitEnd(tenant, TASK, Duration.ofSeconds(60));
        var foreign = submissions.awaitEnd("other", TASK, Duration.ofSeconds(60));

        happens(event(new UUID(1, 1), submitted()));
        happens(event(new UUID(1, 2), new TaskEvent.Cancelled(other, 2, 1, "")));
        happens(event(new UUID(1, 3), new TaskEvent.Failed(TASK, 2, 1, FAILURE)));

        assertThat(end.get(10, TimeUnit.SECONDS))
                .isEqualTo(
                        new TaskEnd(
                                TASK, Stage.FAILED, 1, null, FAILURE, Position.at(EVENTS, 0, 7)));
        assertThat(foreign).isNotDone();
    }

    @Test
    void everyKindOfEndIsTold() throws Exception {
        start();
        var output = new Content.Inline("{\"a\":1}");
        for (var event :
                List.of(
                        new TaskEvent.Succeeded(TASK, 2, 3, output),
                        new TaskEvent.Failed(TASK, 2, 3, FAILURE),
                        new TaskEvent.Cancelled(TASK, 2, 3, "why"),
                        new TaskEvent.Expired(TASK, 2, 3, NOON))) {
            var end = submissions.awaitEnd(Envelope.DEFAULT_TENANT, TASK, Duration.ofSeconds(60));
            happens(event(new UUID(1, 1), event));

            var told = end.get(10, TimeUnit.SECONDS);
            assertThat(event.type()).endsWith("." + told.stage().wireName());
            assertThat(told.attempt()).isEqualTo(3);
            assertThat(told.output())
                    .isEqualTo(event instanceof TaskEvent.Succeeded ? output : null);
        }
    }

    @Test
    void anEndBeforeTheOutcomeOfItsOwnCommandIsSeen() throws Exception {
        start();
        var command = command();
        var end = submissions.awaitEnd(Envelope.DEFAULT_TENANT, TASK, Duration.ofSeconds(60));

        happens(event(new UUID(1, 1), new TaskEvent.Cancelled(TASK, 2, 1, "")));
        var outcome = submissions.submit(command).toCompletableFuture();
        happens(event(command.id(), submitted()));

        get(outcome);
        assertThat(end.get(10, TimeUnit.SECONDS).stage()).isEqualTo(Stage.CANCELLED);
    }

    @Test
    void noMoreThanTheBoundWaitForAnEndAndWhoGivesUpMakesRoom() throws Exception {
        start();
        var minute = Duration.ofSeconds(60);
        var tenant = Envelope.DEFAULT_TENANT;
        var first = submissions.awaitEnd(tenant, TASK, minute);
        var second = submissions.awaitEnd(tenant, TASK, minute);

        assertThat(submissions.awaitEnd(tenant, TASK, minute)).isCompletedExceptionally();
        first.cancel(false);
        assertThat(submissions.awaitEnd(tenant, TASK, minute)).isNotDone();

        happens(event(new UUID(1, 1), new TaskEvent.Cancelled(TASK, 2, 1, "")));
        assertThat(second.get(10, TimeUnit.SECONDS).stage()).isEqualTo(Stage.CANCELLED);
    }

    @Test
    void whoeverWaitsLearnsThatTheTimeIsUp() throws Exception {
        start();

        assertThat(submissions.awaitEnd(Envelope.DEFAULT_TENANT, TASK, Duration.ofMillis(10)))
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void nobodyWaitsBeforeEventsAreFollowedOrAfterTheyAre() throws Exception {
        var minute = Duration.ofSeconds(60);
        assertThat(submissions.awaitEnd(Envelope.DEFAULT_TENANT, TASK, minute))
                .isCompletedExceptionally();
        start();
        var end = submissions.awaitEnd(Envelope.DEFAULT_TENANT, TASK, minute);

        submissions.close();

        assertThat(end).isCompletedExceptionally();
    }

    private static Cluster cluster(String topic) {
        return new Cluster(
                "c",
                List.of(NODE),
                List.of(partition(topic, 0), partition(topic, 1)),
                java.util.Set.of(),
                java.util.Set.of());
    }

    private NoticedProducer<TaskCommand> newProducer() {
        return new NoticedProducer<>(Topics.TASK_COMMANDS);
    }

    /// Lets a test wait for what is sent on another thread.
    private final class NoticedProducer<P extends Message>
            extends MockProducer<String, Envelope<P>> {

        private final Semaphore sent = new Semaphore(0);
        private final Queue<Exception> refused = new ConcurrentLinkedQueue<>();

        NoticedProducer(Topic<P> topic) {
            super(
                    cluster(topic.name()),
                    true,
                    new RoundRobinPartitioner(),
                    new StringSerializer(),
                    serdes.of(topic).serializer());
        }

        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized") // what it adds needs no lock
        public Future<RecordMetadata> send(
                ProducerRecord<String, Envelope<P>> record, Callback callback) {
            var refusal = refused.poll();
            if (refusal != null) {
                callback.onCompletion(null, refusal);
                return CompletableFuture.failedFuture(refusal);
            }
            var sending = super.send(record, callback);
            sent.release();
            return sending;
        }

        List<ProducerRecord<String, Envelope<P>>> awaitHistory(int records)
                throws InterruptedException {
            assertThat(sent.tryAcquire(records, 10, TimeUnit.SECONDS)).isTrue();
            return history();
        }
    }

    /// The one there is, and a new one in place of one that failed.
    private NoticedProducer<TaskCommand> producer() {
        if (producer.sendException != null) {
            producer = newProducer();
            replaced.release();
        }
        return producer;
    }

    private KafkaTaskSubmissions submissions(SubmissionsConfig config) {
        return new KafkaTaskSubmissions(
                this::producer,
                () -> reportProducer,
                () -> progressProducer,
                () -> consumer,
                serdes,
                config);
    }

    @Test
    void progressIsWrittenAndNobodyWaitsForAnOutcome() throws Exception {
        start();
        var said = new TaskProgress(TASK, 1, 0.5, "half");
        var envelope =
                Envelope.first(
                        new UUID(0x7000, 77),
                        Instant.parse("2026-11-22T12:00:00Z"),
                        Envelope.DEFAULT_TENANT,
                        Labels.DEFAULT,
                        new Actor("worker", Actor.Proof.LOCAL),
                        new Site("12D3KooWTest", new UUID(0x7000, 2)),
                        said);

        submissions.tell(envelope);

        var written = progressProducer.awaitHistory(1).getFirst();
        assertThat(written.key()).isEqualTo(TASK.toString());
        assertThat(written.value()).isEqualTo(envelope);
        assertThat(producer.history()).isEmpty();
    }

    private void start() throws Exception {
        submissions.start().toCompletableFuture().get(10, TimeUnit.SECONDS);
        assertThat(submissions.isReady()).isTrue();
    }

    private void happens(byte[] event) {
        long offset = offsets.getAndIncrement();
        consumer.steps.add(() ->
                consumer.addRecord(
                        new ConsumerRecord<>(EVENTS, 0, offset, TASK.toString(), event)));
    }

    private byte[] event(UUID cause, TaskEvent event) {
        var envelope =
                command()
                        .<TaskEvent>following(
                                new UUID(0x8000, ids.incrementAndGet()), NOON, DECIDE, SITE, event);
        var caused =
                new Envelope<>(
                        envelope.id(),
                        envelope.type(),
                        envelope.time(),
                        envelope.tenant(),
                        envelope.subject(),
                        envelope.labels(),
                        envelope.actor(),
                        envelope.site(),
                        cause,
                        envelope.correlation(),
                        envelope.trace(),
                        envelope.payload());
        return serdes.of(Topics.TASK_EVENTS).serializer().serialize(EVENTS, caused);
    }

    private Envelope<TaskReport> report(TaskReport report) {
        return Envelope.first(
                new UUID(0x7000, ids.incrementAndGet()),
                NOON,
                Envelope.DEFAULT_TENANT,
                Labels.DEFAULT,
                new Actor("admin", Proof.LOCAL),
                SITE,
                report);
    }

    private Envelope<TaskCommand> command() {
        return Envelope.first(
                new UUID(0x7000, ids.incrementAndGet()),
                NOON,
                Envelope.DEFAULT_TENANT,
                Labels.DEFAULT,
                new Actor("admin", Proof.LOCAL),
                SITE,
                new TaskCommand.Submit(
                        TASK,
                        "ingest",
                        new Content.Inline("{}"),
                        Digest.of("{}"),
                        Terms.DEFAULT,
                        List.of()));
    }

    private static TaskEvent submitted() {
        return new TaskEvent.Submitted(
                TASK,
                1,
                "ingest",
                new Content.Inline("{}"),
                Digest.of("{}"),
                Terms.DEFAULT,
                null,
                null,
                List.of());
    }

    private static Outcome get(CompletableFuture<Outcome> outcome) throws Exception {
        return outcome.get(10, TimeUnit.SECONDS);
    }

    private static PartitionInfo partition(String topic, int partition) {
        return new PartitionInfo(topic, partition, NODE, new Node[] {NODE}, new Node[] {NODE});
    }

    /// Polls as a real consumer does: it waits until there is something, or it is woken up.
    private static final class SteppedConsumer extends MockConsumer<String, byte[]> {

        private final BlockingQueue<Runnable> steps = new LinkedBlockingQueue<>();

        SteppedConsumer() {
            super("latest");
        }

        @Override
        @SuppressWarnings(
                "UnsynchronizedOverridesSynchronized") // it must not hold the lock waiting
        public ConsumerRecords<String, byte[]> poll(Duration timeout) {
            try {
                var step = steps.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
                if (step != null) {
                    step.run();
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            return super.poll(timeout);
        }

        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized")
        public void wakeup() {
            super.wakeup();
            steps.add(() -> {});
        }
    }
}
