package dev.millrace.streams.decide;

import static dev.millrace.streams.fixtures.Envelopes.NOON;
import static dev.millrace.streams.fixtures.Envelopes.SITE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.task.ClaimKey;
import dev.millrace.domain.task.Priority;
import dev.millrace.domain.task.Retries;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskDecider;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.domain.task.TaskResult;
import dev.millrace.domain.task.TaskSignal;
import dev.millrace.domain.task.Terms;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.fixtures.Envelopes;
import dev.millrace.streams.fixtures.Poison;
import dev.millrace.streams.fixtures.TopologyPicture;
import dev.millrace.streams.runtime.ProcessorMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecideTopologyTest {

    private static final ClaimKey CLAIMS = new ClaimKey(new byte[32]);
    private static final TaskId TASK = new TaskId(new UUID(0x0190_0000_0000_7000L, 1));
    private static final Digest DIGEST = Digest.of("{}");
    private static final Content CONTENT = new Content.Inline("{}");
    private static final TaskCommand SUBMIT =
            new TaskCommand.Submit(TASK, "ingest", CONTENT, DIGEST, Terms.DEFAULT, List.of());
    private static final TaskReport STARTED =
            new TaskReport.Started(TASK, 1, null, "documents", null);
    private static final TaskReport SUCCEEDED = new TaskReport.Succeeded(TASK, 1, null, CONTENT);

    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());

    @TempDir Path state;
    private TopologyTestDriver driver;
    private TestInputTopic<String, Envelope<TaskCommand>> commands;
    private TestInputTopic<String, Envelope<TaskReport>> reports;
    private TestOutputTopic<String, Envelope<TaskEvent>> events;
    private TestOutputTopic<String, Envelope<TaskResult>> results;
    private TestOutputTopic<String, Envelope<TaskSignal>> control;
    private TestOutputTopic<String, Envelope<TaskCommand>> commandsWritten;

    @BeforeEach
    void start() {
        start(StreamsConfig.EXACTLY_ONCE_V2);
    }

    private void start(String guarantee) {
        var properties = new Properties();
        var client = Map.<String, Object>of("bootstrap.servers", "unused:9092");
        properties.putAll(
                new DecideSettings(0, null, TaskDecider.USUAL_PATIENCE).properties(client, state));
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, guarantee);
        driver =
                new TopologyTestDriver(
                        new DecideTopology(serdes, new TaskDecider(), CLAIMS, SITE)
                                .build(
                                        new ProcessorMeters(
                                                new SimpleMeterRegistry(), InstantSource.system())),
                        properties);
        commands = input(Topics.TASK_COMMANDS);
        reports = input(Topics.TASK_REPORTS);
        events = output(Topics.TASK_EVENTS);
        results = output(Topics.RESULTS);
        control = output(Topics.TASK_CONTROL);
        commandsWritten = output(Topics.TASK_COMMANDS);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void shapeIsTheCommittedOne() throws IOException {
        TopologyPicture.check(
                "decide",
                new DecideTopology(serdes, new TaskDecider(), CLAIMS, SITE)
                        .build(
                                new ProcessorMeters(
                                        new SimpleMeterRegistry(), InstantSource.system())));
    }

    @Test
    void eventFollowsFromItsCommand() {
        var command = Envelopes.of(1, SUBMIT);

        commands.pipeInput(new TaskId(new UUID(1, 2)).toString(), command, NOON);

        assertThat(events.readRecordsToList())
                .singleElement()
                .satisfies(record -> {
                    assertThat(record.key()).isEqualTo(TASK.toString());
                    assertThat(record.timestamp()).isEqualTo(NOON.toEpochMilli());
                    assertThat(header(record, "cause-topic")).isEqualTo("millrace.task-commands");
                    assertThat(header(record, "cause-partition")).isEqualTo("0");
                    assertThat(header(record, "cause-offset")).isEqualTo("0");
                    assertThat(header(record, "ce_type")).isEqualTo("dev.millrace.task.submitted");
                    assertThat(record.value())
                            .isEqualTo(
                                    command.following(
                                            DerivedId.of(
                                                    "decide",
                                                    command.id().toString(),
                                                    "millrace.task-commands-0@0",
                                                    "0"),
                                            NOON,
                                            command.actor(),
                                            SITE,
                                            new TaskEvent.Submitted(
                                                    TASK,
                                                    1,
                                                    "ingest",
                                                    CONTENT,
                                                    DIGEST,
                                                    Terms.DEFAULT,
                                                    null,
                                                    null,
                                                    List.of())));
                });
        assertThat(results.isEmpty()).isTrue();
    }

    @Test
    void successIsAlsoAResult() {
        var success = Envelopes.of(3, SUCCEEDED);
        commands.pipeInput(TASK.toString(), Envelopes.of(1, SUBMIT), NOON);
        reports.pipeInput(TASK.toString(), Envelopes.of(2, STARTED), NOON);
        reports.pipeInput(TASK.toString(), success, NOON.plusSeconds(5));

        assertThat(messages())
                .containsExactly(
                        new TaskEvent.Submitted(
                                TASK,
                                1,
                                "ingest",
                                CONTENT,
                                DIGEST,
                                Terms.DEFAULT,
                                null,
                                null,
                                List.of()),
                        new TaskEvent.Started(TASK, 2, 1, "documents", null, null),
                        new TaskEvent.Succeeded(TASK, 3, 1, CONTENT));
        assertThat(results.readValuesToList())
                .containsExactly(
                        success.following(
                                DerivedId.of(
                                        "decide",
                                        success.id().toString(),
                                        "millrace.task-reports-0@1",
                                        "1"),
                                NOON.plusSeconds(5),
                                success.actor(),
                                SITE,
                                new TaskResult(TASK, 1, CONTENT)));
    }

    @Test
    void recordThatWasAppliedBeforeIsSkipped() {
        driver.<String, Long>getKeyValueStore(DecideTopology.APPLIED)
                .put("millrace.task-commands-0", 1L);

        commands.pipeInput(TASK.toString(), Envelopes.of(0, SUBMIT), NOON);
        commands.pipeInput(TASK.toString(), Envelopes.of(1, SUBMIT), NOON);
        assertThat(events.isEmpty()).isTrue();
        commands.pipeInput(TASK.toString(), Envelopes.of(2, SUBMIT), NOON);

        assertThat(messages())
                .containsExactly(
                        new TaskEvent.Submitted(
                                TASK,
                                1,
                                "ingest",
                                CONTENT,
                                DIGEST,
                                Terms.DEFAULT,
                                null,
                                null,
                                List.of()));
        assertThat(
                        driver.<String, Long>getKeyValueStore(DecideTopology.APPLIED)
                                .get("millrace.task-commands-0"))
                .isEqualTo(2);
    }

    @Test
    void aTaskIsQueuedWhenItsMomentComesAndExpiresAtItsDeadline() {
        var start = Instant.now();
        var terms =
                new Terms(
                        Priority.NORMAL,
                        start.plusSeconds(3_600).truncatedTo(ChronoUnit.MILLIS),
                        start.plusSeconds(7_200).truncatedTo(ChronoUnit.MILLIS),
                        Retries.DEFAULT,
                        null);
        var submit = new TaskCommand.Submit(TASK, "ingest", CONTENT, DIGEST, terms, List.of());
        commands.pipeInput(TASK.toString(), Envelopes.of(1, submit), start);
        driver.advanceWallClockTime(Duration.ofMinutes(59));
        assertThat(messages()).singleElement().isInstanceOf(TaskEvent.Submitted.class);

        driver.advanceWallClockTime(Duration.ofMinutes(2));
        assertThat(messages())
                .containsExactly(new TaskEvent.Queued(TASK, 2, 1, "ingest", CONTENT, terms, null));

        driver.advanceWallClockTime(Duration.ofMinutes(60));
        var expired = events.readRecordsToList().getFirst().value();
        assertThat(expired.messageOrNull()).isInstanceOf(TaskEvent.Expired.class);
        assertThat(expired.tenant()).isEqualTo(Envelopes.of(1, submit).tenant());
        assertThat(expired.correlation()).isEqualTo(Envelopes.of(1, submit).correlation());
        assertThat(expired.actor().id()).isEqualTo("decide");
        assertThat(timers()).isZero();
    }

    @Test
    void aReportNeedsTheClaimTokenOfItsAttempt() {
        var submit =
                new TaskCommand.Submit(TASK, "echo", CONTENT, DIGEST, Terms.DEFAULT, List.of());
        var token = CLAIMS.token(TASK, 1);
        commands.pipeInput(TASK.toString(), Envelopes.of(1, submit));
        for (var wrong : new String[] {null, "", CLAIMS.token(TASK, 2), token + "x"}) {
            reports.pipeInput(
                    TASK.toString(),
                    Envelopes.of(2, new TaskReport.Succeeded(TASK, 1, wrong, CONTENT)));
        }
        assertThat(messages().stream().skip(1))
                .hasSize(4)
                .allSatisfy(event ->
                        assertThat(((TaskEvent.Refused) event).reason())
                                .isEqualTo(TaskEvent.Reason.BAD_CLAIM));
        assertThat(control.isEmpty()).as("whoever guesses is told nothing").isTrue();

        reports.pipeInput(
                TASK.toString(),
                Envelopes.of(3, new TaskReport.Succeeded(TASK, 1, token, CONTENT)));

        assertThat(messages()).containsExactly(new TaskEvent.Succeeded(TASK, 6, 1, CONTENT));
    }

    @Test
    void workersAreToldOfWhatConcernsTheirAttempts() {
        var submit =
                new TaskCommand.Submit(TASK, "echo", CONTENT, DIGEST, Terms.DEFAULT, List.of());
        var token = CLAIMS.token(TASK, 1);
        commands.pipeInput(TASK.toString(), Envelopes.of(1, submit));
        for (var worker : List.of("worker-a", "worker-b")) {
            reports.pipeInput(
                    TASK.toString(),
                    Envelopes.of(2, new TaskReport.Started(TASK, 1, token, worker, null)));
        }
        commands.pipeInput(TASK.toString(), Envelopes.of(3, new TaskCommand.Cancel(TASK, "no")));

        assertThat(control.readValuesToList().stream().map(Envelope::messageOrNull))
                .containsExactly(
                        new TaskSignal.Granted(TASK, 1, "worker-a"),
                        new TaskSignal.Withdrawn(
                                TASK, 1, "worker-b", "attempt 1 is held by worker-a"),
                        new TaskSignal.Withdrawn(TASK, 1, null, "cancelled: no"));
    }

    @Test
    void whatNoWorkerTakesIsQueuedOnceMore() {
        var submit =
                new TaskCommand.Submit(TASK, "echo", CONTENT, DIGEST, Terms.DEFAULT, List.of());
        commands.pipeInput(TASK.toString(), Envelopes.of(1, submit), Instant.now());
        assertThat(timers()).isEqualTo(1);

        driver.advanceWallClockTime(Duration.ofSeconds(61));

        assertThat(messages().stream().skip(1))
                .singleElement()
                .isInstanceOfSatisfying(
                        TaskEvent.Queued.class,
                        queued -> assertThat(queued.attempt()).isEqualTo(1));
        assertThat(timers()).isEqualTo(1);
    }

    @Test
    void aTaskIsQueuedOnceThoseItWaitsForHaveSucceeded() {
        var early = new TaskId(new UUID(3, 3));
        submit(early, List.of());
        succeed(early);
        var running = new TaskId(new UUID(3, 4));
        submit(running, List.of());
        submit(TASK, List.of(early, running));
        assertThat(messages().getLast())
                .isInstanceOfSatisfying(
                        TaskEvent.DependencyEnded.class,
                        ended -> assertThat(ended.dependency()).isEqualTo(early));

        succeed(running);

        assertThat(messages().getLast())
                .isInstanceOfSatisfying(
                        TaskEvent.Queued.class,
                        queued -> assertThat(queued.version()).isEqualTo(3));
        assertThat(watchers()).isZero();
    }

    @Test
    void aTaskThatWaitsForNoneThereIsFails() {
        submit(TASK, List.of(new TaskId(new UUID(3, 5))));

        assertThat(messages().getLast())
                .isInstanceOfSatisfying(
                        TaskEvent.Failed.class,
                        failed ->
                                assertThat(failed.failure().code()).isEqualTo("dependency_failed"));
    }

    @Test
    void whatFollowsForTasksOfThePartitionIsDecidedInTheSameStep() {
        var before = new TaskId(new UUID(3, 4));
        submit(before, List.of());
        submit(TASK, List.of(before));
        succeed(before);

        var all = events.readRecordsToList();
        assertThat(all)
                .extracting(event -> event.value().type())
                .containsExactly(
                        "dev.millrace.task.submitted",
                        "dev.millrace.task.submitted",
                        "dev.millrace.task.watched",
                        "dev.millrace.task.succeeded",
                        "dev.millrace.task.queued");
        assertThat(all)
                .extracting(
                        event -> header(event, "cause-topic") + "@" + header(event, "cause-offset"))
                .containsExactly(
                        "millrace.task-commands@0",
                        "millrace.task-commands@1",
                        "millrace.task-commands@1",
                        "millrace.task-reports@0",
                        "millrace.task-reports@0");
        assertThat(all.subList(1, 5))
                .extracting(event -> event.value().causation())
                .doesNotHaveDuplicates();
        assertThat(commandsWritten.isEmpty()).isTrue();
    }

    @Test
    void whatFollowsForManyGoesByCommands() {
        var before = new TaskId(new UUID(3, 4));
        submit(before, List.of());
        int many = DecideProcessor.MOST_FOLLOWING + 1;
        for (int i = 0; i < many; i++) {
            submit(new TaskId(new UUID(4, i)), List.of(before));
        }
        succeed(before);

        assertThat(messages().stream().filter(TaskEvent.Queued.class::isInstance)).hasSize(many);
        assertThat(commandsWritten.readValuesToList())
                .singleElement()
                .satisfies(command ->
                        assertThat(command.messageOrNull()).isInstanceOf(TaskCommand.Settle.class));
        assertThat(watchers()).isZero();
    }

    @Test
    void aChainOfTasksRunsToItsEnd() {
        var chain = new ArrayList<TaskId>();
        for (int i = 0; i < 200; i++) {
            chain.add(new TaskId(new UUID(4, i)));
            submit(chain.getLast(), i == 0 ? List.of() : List.of(chain.get(i - 1)));
        }
        chain.forEach(this::succeed);

        assertThat(messages().stream().filter(TaskEvent.Succeeded.class::isInstance)).hasSize(200);
        assertThat(watchers()).isZero();
    }

    private void submit(TaskId task, List<TaskId> after) {
        commands.pipeInput(
                task.toString(),
                Envelopes.of(
                        1,
                        new TaskCommand.Submit(
                                task, "ingest", CONTENT, DIGEST, Terms.DEFAULT, after)));
    }

    private void succeed(TaskId task) {
        reports.pipeInput(
                task.toString(), Envelopes.of(2, new TaskReport.Succeeded(task, 1, null, CONTENT)));
    }

    private long watchers() {
        long rows = 0;
        try (var all = driver.getKeyValueStore(DecideTopology.WATCHERS).all()) {
            for (; all.hasNext(); all.next()) {
                rows++;
            }
        }
        return rows;
    }

    @Test
    void whatEndsEarlyLeavesNoTimer() {
        var deadline = Instant.now().plusSeconds(60).truncatedTo(ChronoUnit.MILLIS);
        var terms = new Terms(Priority.LOW, null, deadline, Retries.DEFAULT, null);
        commands.pipeInput(
                TASK.toString(),
                Envelopes.of(
                        1,
                        new TaskCommand.Submit(TASK, "ingest", CONTENT, DIGEST, terms, List.of())));
        assertThat(timers()).isEqualTo(1);

        commands.pipeInput(
                TASK.toString(), Envelopes.of(2, new TaskCommand.Cancel(TASK, "not wanted")));

        assertThat(timers()).isZero();
        driver.advanceWallClockTime(Duration.ofMinutes(5));
        assertThat(messages())
                .satisfiesExactly(
                        first -> assertThat(first).isInstanceOf(TaskEvent.Submitted.class),
                        second -> assertThat(second).isInstanceOf(TaskEvent.Cancelled.class));
    }

    @Test
    void tenThousandTasksThatAreDueTogetherAllComeUp() {
        var due = Instant.now().plusSeconds(60).truncatedTo(ChronoUnit.MILLIS);
        var terms = new Terms(Priority.NORMAL, due, null, Retries.DEFAULT, null);
        int many = 10_000;
        for (int i = 0; i < many; i++) {
            var task = new TaskId(new UUID(7, i));
            var submit = new TaskCommand.Submit(task, "ingest", CONTENT, DIGEST, terms, List.of());
            commands.pipeInput(task.toString(), Envelopes.of(i, submit));
        }
        assertThat(messages()).hasSize(many);

        for (int looks = 0; looks <= 1 + many / Timers.MOST_AT_ONCE; looks++) {
            driver.advanceWallClockTime(Duration.ofMinutes(1));
        }

        assertThat(messages()).hasSize(many).allMatch(TaskEvent.Queued.class::isInstance);
        assertThat(timers()).isZero();
    }

    /// Every look is a commit, so an idle site must not look.
    @Test
    void nobodyLooksWhileNoTaskWaits() {
        var context = new MockProcessorContext<String, Placed<? extends Message>>();
        var processor = new DecideProcessor(new TaskDecider(), CLAIMS, SITE);
        context.addStateStore(driver.getKeyValueStore(DecideTopology.TASKS));
        context.addStateStore(driver.getKeyValueStore(DecideTopology.APPLIED));
        context.addStateStore(driver.getKeyValueStore(DecideTopology.TIMERS));
        context.setCurrentSystemTimeMs(NOON.toEpochMilli());
        processor.init(context);
        context.setRecordMetadata("millrace.task-commands", 0, 1);
        processor.process(record(Envelopes.of(1, SUBMIT)));
        assertThat(context.scheduledPunctuators()).isEmpty();

        var late = NOON.plusSeconds(120);
        var soon = NOON.plusSeconds(60);
        long offset = 1;
        for (var deadline : List.of(late, soon)) {
            var terms = new Terms(Priority.NORMAL, null, deadline, Retries.DEFAULT, null);
            var task = new TaskId(new UUID(7, deadline.toEpochMilli()));
            context.setRecordMetadata("millrace.task-commands", 0, ++offset);
            processor.process(
                    record(
                            Envelopes.of(
                                    2,
                                    new TaskCommand.Submit(
                                            task, "ingest", CONTENT, DIGEST, terms, List.of()))));
        }

        assertThat(context.scheduledPunctuators())
                .filteredOn(look -> !look.cancelled())
                .singleElement()
                .satisfies(
                        look -> assertThat(look.getInterval()).isEqualTo(Duration.ofSeconds(60)));
    }

    private static Record<String, Envelope<? extends Message>> record(
            Envelope<TaskCommand> command) {
        return new Record<>(TASK.toString(), command, NOON.toEpochMilli());
    }

    @Test
    void anotherTenantFindsNoSuchTask() {
        commands.pipeInput(TASK.toString(), Envelopes.of(1, SUBMIT), NOON);
        var stranger = foreign(Envelopes.of(2, new TaskCommand.Cancel(TASK, "mine now")));
        commands.pipeInput(TASK.toString(), stranger, NOON);

        var refused = events.readRecordsToList().getLast().value();
        assertThat(refused.tenant()).isEqualTo("somebody-else");
        assertThat(refused.messageOrNull())
                .isInstanceOfSatisfying(
                        TaskEvent.Refused.class,
                        event ->
                                assertThat(event.reason())
                                        .isEqualTo(TaskEvent.Reason.UNKNOWN_TASK));
    }

    private static Envelope<TaskCommand> foreign(Envelope<TaskCommand> envelope) {
        return new Envelope<>(
                envelope.id(),
                envelope.type(),
                envelope.time(),
                "somebody-else",
                envelope.subject(),
                envelope.labels(),
                envelope.actor(),
                envelope.site(),
                envelope.causation(),
                envelope.correlation(),
                envelope.trace(),
                envelope.payload());
    }

    private int timers() {
        int count = 0;
        try (var rows = driver.<String, Long>getKeyValueStore(DecideTopology.TIMERS).all()) {
            for (; rows.hasNext(); rows.next()) {
                count++;
            }
        }
        return count;
    }

    @Test
    void sealedCommandIsRefusedAndItsSenderIsTold() {
        commands.pipeInput(TASK.toString(), Envelopes.of(1, SUBMIT), NOON);
        Envelope<TaskCommand> sealed = Envelopes.sealed(2);
        commands.pipeInput(TASK.toString(), sealed, NOON);
        reports.pipeInput(TASK.toString(), Envelopes.of(3, STARTED), NOON);

        var all = events.readRecordsToList();
        assertThat(all).hasSize(3);
        assertThat(all.get(1).key()).isEqualTo(TASK.toString());
        assertThat(all.get(1).value().causation()).isEqualTo(sealed.id());
        assertThat(all.get(1).value().messageOrNull())
                .isEqualTo(
                        new TaskEvent.Refused(
                                TASK,
                                2,
                                "dev.millrace.secret",
                                TaskEvent.Reason.UNREADABLE,
                                "it is sealed, and this site opens nothing here; send it in the"
                                        + " clear"));
        assertThat(all.get(2).value().messageOrNull())
                .as("the task goes on")
                .isEqualTo(new TaskEvent.Started(TASK, 3, 1, "documents", null, null));
    }

    @Test
    void commandOfANewerVersionIsRefused() {
        var context = new MockProcessorContext<String, Placed<? extends Message>>();
        var processor = new DecideProcessor(new TaskDecider(), CLAIMS, SITE);
        context.addStateStore(driver.getKeyValueStore(DecideTopology.TASKS));
        context.addStateStore(driver.getKeyValueStore(DecideTopology.APPLIED));
        context.addStateStore(driver.getKeyValueStore(DecideTopology.TIMERS));
        processor.init(context);
        context.setRecordMetadata("millrace.task-commands", 0, 7);

        processor.process(
                new Record<>(
                        TASK.toString(),
                        Envelopes.<TaskCommand>unknown(1, "dev.millrace.CancelRecord"),
                        NOON.toEpochMilli()));

        assertThat(context.forwarded())
                .singleElement()
                .extracting(sent -> sent.record().value().envelope().messageOrNull())
                .isEqualTo(
                        new TaskEvent.Refused(
                                TASK,
                                1,
                                "dev.millrace.unknown",
                                TaskEvent.Reason.UNREADABLE,
                                "dev.millrace.CancelRecord is of a newer version; send it again"
                                        + " once this site is updated"));
    }

    @Test
    void poisonGoesToTheDeadLettersAndTheRestFlowsOn() {
        driver.close();
        /* In a transaction, this driver forgets what is sent before a record is processed. */
        start(StreamsConfig.AT_LEAST_ONCE);
        var key = TASK.toString();
        for (var topic : List.of(Topics.TASK_COMMANDS, Topics.TASK_REPORTS)) {
            Poison.requireDeadLetters(driver, serdes, topic, key, DecideSettings.APPLICATION_ID);
        }
        commands.pipeInput(key, Envelopes.of(1, SUBMIT), NOON);

        assertThat(messages()).hasSize(1);
    }

    private List<Message> messages() {
        return events.readValuesToList().stream()
                .<Message>map(envelope -> requireNonNull(envelope.messageOrNull()))
                .toList();
    }

    private <P extends Message> TestInputTopic<String, Envelope<P>> input(Topic<P> topic) {
        return driver.createInputTopic(
                topic.name(), new StringSerializer(), serdes.of(topic).serializer());
    }

    private <P extends Message> TestOutputTopic<String, Envelope<P>> output(Topic<P> topic) {
        return driver.createOutputTopic(
                topic.name(), new StringDeserializer(), serdes.of(topic).deserializer());
    }

    private static String header(TestRecord<?, ?> record, String name) {
        Headers headers = record.headers();
        return new String(headers.lastHeader(name).value(), UTF_8);
    }
}
