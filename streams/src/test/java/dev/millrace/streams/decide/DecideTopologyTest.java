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
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskDecider;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.domain.task.TaskResult;
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
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
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

    private static final TaskId TASK = new TaskId(new UUID(0x0190_0000_0000_7000L, 1));
    private static final Digest DIGEST = Digest.of("{}");
    private static final Content CONTENT = new Content.Inline("{}");
    private static final TaskCommand SUBMIT =
            new TaskCommand.Submit(TASK, "ingest", CONTENT, DIGEST);
    private static final TaskReport STARTED = new TaskReport.Started(TASK, 1, null, "documents");
    private static final TaskReport SUCCEEDED = new TaskReport.Succeeded(TASK, 1, null, CONTENT);

    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());

    @TempDir Path state;
    private TopologyTestDriver driver;
    private TestInputTopic<String, Envelope<TaskCommand>> commands;
    private TestInputTopic<String, Envelope<TaskReport>> reports;
    private TestOutputTopic<String, Envelope<TaskEvent>> events;
    private TestOutputTopic<String, Envelope<TaskResult>> results;

    @BeforeEach
    void start() {
        start(StreamsConfig.EXACTLY_ONCE_V2);
    }

    private void start(String guarantee) {
        var properties = new Properties();
        var client = Map.<String, Object>of("bootstrap.servers", "unused:9092");
        properties.putAll(new DecideSettings(0, null).properties(client, state));
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, guarantee);
        driver =
                new TopologyTestDriver(
                        new DecideTopology(serdes, new TaskDecider(Set.of("ingest")), SITE)
                                .build(
                                        new ProcessorMeters(
                                                new SimpleMeterRegistry(), InstantSource.system())),
                        properties);
        commands = input(Topics.TASK_COMMANDS);
        reports = input(Topics.TASK_REPORTS);
        events = output(Topics.TASK_EVENTS);
        results = output(Topics.RESULTS);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void shapeIsTheCommittedOne() throws IOException {
        TopologyPicture.check(
                "decide",
                new DecideTopology(serdes, new TaskDecider(Set.of()), SITE)
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
                                                    TASK, 1, "ingest", CONTENT, DIGEST)));
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
                        new TaskEvent.Submitted(TASK, 1, "ingest", CONTENT, DIGEST),
                        new TaskEvent.Started(TASK, 2, 1, "documents"),
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
                .containsExactly(new TaskEvent.Submitted(TASK, 1, "ingest", CONTENT, DIGEST));
        assertThat(
                        driver.<String, Long>getKeyValueStore(DecideTopology.APPLIED)
                                .get("millrace.task-commands-0"))
                .isEqualTo(2);
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
                .isEqualTo(new TaskEvent.Started(TASK, 3, 1, "documents"));
    }

    @Test
    void commandOfANewerVersionIsRefused() {
        var context = new MockProcessorContext<String, Placed<? extends Message>>();
        var processor = new DecideProcessor(new TaskDecider(Set.of("ingest")), SITE);
        context.addStateStore(driver.getKeyValueStore(DecideTopology.TASKS));
        context.addStateStore(driver.getKeyValueStore(DecideTopology.APPLIED));
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
