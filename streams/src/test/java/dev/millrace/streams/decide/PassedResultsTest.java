package dev.millrace.streams.decide;

import static dev.millrace.streams.fixtures.Envelopes.SITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.event.Sensitivity;
import dev.millrace.domain.task.ClaimKey;
import dev.millrace.domain.task.DependencyPolicy;
import dev.millrace.domain.task.DependencyResult;
import dev.millrace.domain.task.DependencyResults;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskDecider;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.domain.task.TaskState.Stage;
import dev.millrace.domain.task.Terms;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.runtime.ProcessorMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the attempts at a task are handed of the tasks that it waited for.
class PassedResultsTest {

    private static final ClaimKey CLAIMS = new ClaimKey(new byte[32]);
    private static final TaskId TASK = new TaskId(new UUID(9, 9));
    private static final Content INPUT = new Content.Inline("{}");
    private static final Content OUTPUT = new Content.Inline("{\"n\":1}");
    private static final Content BLOB = new Content.Stored(Digest.of("x"), 1 << 20);
    private static final Content MUCH =
            new Content.Inline(" ".repeat(DependencyResult.MOST_OUTPUT_BYTES + 1));

    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());

    @TempDir Path state;
    private TopologyTestDriver driver;
    private TestInputTopic<String, Envelope<TaskCommand>> commands;
    private TestInputTopic<String, Envelope<TaskReport>> reports;
    private TestOutputTopic<String, Envelope<TaskEvent>> events;
    private int written;

    @BeforeEach
    void start() {
        var properties = new Properties();
        var client = Map.<String, Object>of("bootstrap.servers", "unused:9092");
        properties.putAll(
                new DecideSettings(0, null, TaskDecider.USUAL_PATIENCE).properties(client, state));
        driver =
                new TopologyTestDriver(
                        new DecideTopology(serdes, new TaskDecider(), CLAIMS, SITE)
                                .build(
                                        new ProcessorMeters(
                                                new SimpleMeterRegistry(), InstantSource.system())),
                        properties);
        commands =
                driver.createInputTopic(
                        Topics.TASK_COMMANDS.name(),
                        new StringSerializer(),
                        serdes.of(Topics.TASK_COMMANDS).serializer());
        reports =
                driver.createInputTopic(
                        Topics.TASK_REPORTS.name(),
                        new StringSerializer(),
                        serdes.of(Topics.TASK_REPORTS).serializer());
        events =
                driver.createOutputTopic(
                        Topics.TASK_EVENTS.name(),
                        new StringDeserializer(),
                        serdes.of(Topics.TASK_EVENTS).deserializer());
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void everyAttemptIsHandedThemInTheOrderInWhichTheyWereNamed() {
        submit(id(1));
        succeed(id(1), OUTPUT);
        submit(id(2));
        submit(id(3));
        submit(TASK, id(3), id(1), id(2));
        succeed(id(2), BLOB);
        succeed(id(3), MUCH);

        var expected =
                new DependencyResults(
                        List.of(
                                new DependencyResult(id(3), Stage.SUCCEEDED, null),
                                new DependencyResult(id(1), Stage.SUCCEEDED, OUTPUT),
                                new DependencyResult(id(2), Stage.SUCCEEDED, BLOB)),
                        false);
        assertThat(queued()).extracting(TaskEvent.Queued::dependencies).containsExactly(expected);

        report(new TaskReport.Released(TASK, 1, CLAIMS.token(TASK, 1)));
        report(
                new TaskReport.Failed(
                        TASK, 1, CLAIMS.token(TASK, 1), new Failure("broken", ""), true));
        driver.advanceWallClockTime(Duration.ofSeconds(10));
        driver.advanceWallClockTime(Duration.ofMinutes(2));

        assertThat(queued())
                .as("given back, a second attempt, and that queued once more")
                .extracting(TaskEvent.Queued::attempt)
                .containsExactly(1, 2, 2);
        assertThat(rows()).hasSize(3);

        succeed(TASK, 2);
        assertThat(rows()).isEmpty();
    }

    @Test
    void everyLaterAttemptIsHandedTheSameAsTheFirst() {
        submit(id(1));
        submit(TASK, id(1));
        succeed(id(1), OUTPUT);
        report(new TaskReport.Released(TASK, 1, CLAIMS.token(TASK, 1)));
        report(
                new TaskReport.Failed(
                        TASK, 1, CLAIMS.token(TASK, 1), new Failure("broken", ""), true));
        driver.advanceWallClockTime(Duration.ofSeconds(10));

        var whole = List.of(new DependencyResult(id(1), Stage.SUCCEEDED, OUTPUT));
        assertThat(queued())
                .hasSize(3)
                .allSatisfy(attempt ->
                        assertThat(attempt.dependencies())
                                .isEqualTo(new DependencyResults(whole, true)));
    }

    @Test
    void whatDidNotSucceedIsNamedToo() {
        submit(id(1));
        submit(TASK, id(1), id(2));
        command(new TaskCommand.Cancel(id(1), "not needed"));

        assertThat(queued())
                .extracting(TaskEvent.Queued::dependencies)
                .containsExactly(
                        new DependencyResults(
                                List.of(
                                        new DependencyResult(id(1), Stage.CANCELLED, null),
                                        new DependencyResult(id(2), Stage.ABSENT, null)),
                                true));
    }

    @Test
    void ofManyTheFirstHundredAreNamed() {
        int many = DependencyResults.MOST + 1;
        var all = IntStream.range(0, many).mapToObj(PassedResultsTest::id).toList();
        all.forEach(this::submit);
        submit(TASK, all.toArray(TaskId[]::new));
        all.reversed().forEach(one -> succeed(one, OUTPUT));

        assertThat(queued())
                .singleElement()
                .satisfies(attempt -> {
                    assertThat(attempt.dependencies().isComplete()).isFalse();
                    assertThat(attempt.dependencies().each())
                            .extracting(DependencyResult::task)
                            .isEqualTo(all.subList(0, DependencyResults.MOST));
                });
    }

    /// They are told in one transaction, which is not to take long.
    @Test
    void aLargeOutputIsNotToldToManyAtOnce() {
        var large = new Content.Inline(" ".repeat(DependencyResult.MOST_OUTPUT_BYTES));
        int many = DependencyResult.MOST_BYTES_AT_ONCE / DependencyResult.MOST_OUTPUT_BYTES;
        submit(id(0));
        submit(TASK, id(0));
        for (int i = 1; i <= many; i++) {
            submit(id(i), id(0));
        }
        succeed(id(0), large);
        assertThat(queued())
                .singleElement()
                .satisfies(attempt -> assertThat(attempt.dependencies().isComplete()).isFalse());

        var late = new TaskId(new UUID(9, 10));
        submit(late, id(0));

        assertThat(events.readValuesToList().getLast().messageOrNull())
                .as("whoever comes later is told alone")
                .isInstanceOfSatisfying(
                        TaskEvent.Queued.class,
                        attempt ->
                                assertThat(attempt.dependencies().each())
                                        .containsExactly(
                                                new DependencyResult(
                                                        id(0), Stage.SUCCEEDED, large)));
    }

    @Test
    void nothingIsToldOfAnotherTenantsTasks() {
        commands.pipeInput(id(1).toString(), envelope("other", List.of(), submission(id(1))));
        var token = CLAIMS.token(id(1), 1);
        reports.pipeInput(
                id(1).toString(),
                envelope("other", List.of(), new TaskReport.Succeeded(id(1), 1, token, OUTPUT)));
        submit(TASK, id(1));

        assertThat(queued())
                .singleElement()
                .satisfies(attempt ->
                        assertThat(attempt.dependencies().each())
                                .containsExactly(new DependencyResult(id(1), Stage.ABSENT, null)));
    }

    @Test
    void whatIsHandedOutIsLabelledAsStrictlyAsEachPart() {
        for (int i = 1; i <= 2; i++) {
            commands.pipeInput(
                    id(i).toString(), envelope("acme", List.of("part=" + i), submission(id(i))));
        }
        submit(TASK, id(1), id(2));
        succeed(id(1), OUTPUT);
        succeed(id(2), OUTPUT);
        report(new TaskReport.Released(TASK, 1, CLAIMS.token(TASK, 1)));

        assertThat(
                        events.readValuesToList().stream()
                                .filter(event -> event.messageOrNull() instanceof TaskEvent.Queued))
                .hasSize(2)
                .allSatisfy(event ->
                        assertThat(event.labels().tags()).containsExactly("part=1", "part=2"));
    }

    @Test
    void whatIsMadeOfItIsLabelledAsStrictlyWhoeverReportsItAndWheneverItIsAskedFor() {
        commands.pipeInput(
                id(1).toString(), envelope("acme", List.of("pii=yes"), submission(id(1))));
        submit(TASK, id(1));
        submit(id(2), TASK);
        succeed(id(1), OUTPUT);
        succeed(TASK, OUTPUT);
        submit(id(3), TASK);

        assertThat(
                        events.readValuesToList().stream()
                                .filter(event ->
                                        event.messageOrNull() instanceof TaskEvent.Succeeded
                                                || event.messageOrNull()
                                                        instanceof TaskEvent.Queued))
                .hasSize(5)
                .allSatisfy(event -> assertThat(event.labels().tags()).containsExactly("pii=yes"));
    }

    /// Labels have a bound, and `decide` must not break at it.
    @Test
    void anOutputWhoseTagsAreTooManyIsLeftOut() {
        for (int i = 1; i <= 3; i++) {
            commands.pipeInput(id(i).toString(), envelope("acme", tags(i), submission(id(i))));
        }
        var task = submission(TASK, id(1), id(2), id(3));
        commands.pipeInput(TASK.toString(), envelope("acme", tags(0), task));
        for (int i = 1; i <= 3; i++) {
            succeed(id(i), OUTPUT);
        }

        var last = events.readValuesToList().getLast();
        assertThat(last.messageOrNull())
                .isInstanceOfSatisfying(
                        TaskEvent.Queued.class,
                        attempt -> {
                            assertThat(attempt.dependencies().isComplete()).isFalse();
                            assertThat(attempt.dependencies().each())
                                    .extracting(DependencyResult::output)
                                    .containsExactly(OUTPUT, null, null);
                        });
        assertThat(last.labels().tags())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(tags(0), tags(1)).flatMap(List::stream).toList());
    }

    private static List<String> tags(int task) {
        return IntStream.range(0, 15).mapToObj(tag -> "t%d=%d".formatted(task, tag)).toList();
    }

    private List<TaskEvent.Queued> queued() {
        return events.readValuesToList().stream()
                .map(Envelope::messageOrNull)
                .flatMap(event ->
                        event instanceof TaskEvent.Queued queued && queued.task().equals(TASK)
                                ? Stream.of(queued)
                                : Stream.empty())
                .toList();
    }

    private List<String> rows() {
        var rows = new ArrayList<String>();
        try (var all = driver.<String, Object>getKeyValueStore(DecideTopology.DEPENDENCIES).all()) {
            while (all.hasNext()) {
                rows.add(all.next().key);
            }
        }
        return rows;
    }

    private void submit(TaskId task, TaskId... after) {
        command(submission(task, after));
    }

    private static TaskCommand submission(TaskId task, TaskId... after) {
        var usual = Terms.DEFAULT;
        var terms =
                new Terms(
                        usual.priority(),
                        null,
                        null,
                        usual.retries(),
                        null,
                        DependencyPolicy.RUN,
                        null,
                        null);
        return new TaskCommand.Submit(task, "echo", INPUT, Digest.of("{}"), terms, List.of(after));
    }

    private void succeed(TaskId task, Content output) {
        report(new TaskReport.Succeeded(task, 1, CLAIMS.token(task, 1), output));
    }

    private void succeed(TaskId task, int attempt) {
        report(new TaskReport.Succeeded(task, attempt, CLAIMS.token(task, attempt), OUTPUT));
    }

    private void command(TaskCommand command) {
        commands.pipeInput(
                command.task().toString(), envelope("acme", List.of(), command), Instant.now());
    }

    private void report(TaskReport report) {
        reports.pipeInput(
                report.task().toString(), envelope("acme", List.of(), report), Instant.now());
    }

    private <P extends Message> Envelope<P> envelope(String tenant, List<String> tags, P message) {
        return Envelope.first(
                DerivedId.of("passed-results", Integer.toString(written++)),
                Instant.now(),
                tenant,
                Labels.of(Sensitivity.INTERNAL, tags),
                new Actor("ann", Actor.Proof.OIDC),
                SITE,
                message);
    }

    private static TaskId id(int number) {
        return new TaskId(new UUID(5, number));
    }
}
