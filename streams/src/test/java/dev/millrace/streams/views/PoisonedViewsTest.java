package dev.millrace.streams.views;

import static dev.millrace.streams.fixtures.Envelopes.NOON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.Terms;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.fixtures.Envelopes;
import dev.millrace.streams.fixtures.Poison;
import dev.millrace.streams.runtime.ProcessorMeters;
import dev.millrace.streams.views.fold.Arrivals;
import dev.millrace.streams.views.fold.ViewsTopology;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoisonedViewsTest {

    private static final TaskId TASK = new TaskId(new UUID(0x0190_0000_0000_7000L, 1));
    private static final DocumentId DOCUMENT = DocumentId.of("acme", "a", Digest.of("a"));
    private static final Map<Topic<?>, String> INPUTS =
            Map.of(
                    Topics.TASK_EVENTS, TASK.toString(),
                    Topics.DOCUMENTS, DOCUMENT.toString(),
                    Topics.EMBEDDINGS, DOCUMENT + "#0",
                    Topics.INDEX_REPORTS, DOCUMENT.toString());

    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());

    @Test
    void poisonGoesToTheDeadLettersAndTheRestIsFolded(@TempDir Path state) {
        var client = Map.<String, Object>of("bootstrap.servers", "unused:9092");
        var properties = new Properties();
        properties.putAll(ViewsSettings.of(1).properties(client, state));
        /* In a transaction, this driver forgets what is sent before a record is processed. */
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
        try (var driver =
                new TopologyTestDriver(
                        new ViewsTopology(serdes, new Arrivals())
                                .build(
                                        new ProcessorMeters(
                                                new SimpleMeterRegistry(), InstantSource.system())),
                        properties)) {
            for (var input : INPUTS.entrySet()) {
                Poison.requireDeadLetters(
                        driver,
                        serdes,
                        input.getKey(),
                        input.getValue(),
                        ViewsSettings.APPLICATION_ID);
            }
            driver.createInputTopic(
                            Topics.TASK_EVENTS.name(),
                            new StringSerializer(),
                            serdes.of(Topics.TASK_EVENTS).serializer())
                    .pipeInput(
                            TASK.toString(),
                            Envelopes.of(
                                    1,
                                    new TaskEvent.Submitted(
                                            TASK,
                                            1,
                                            "ingest",
                                            new Content.Inline("{}"),
                                            Digest.of("{}"),
                                            Terms.DEFAULT,
                                            null,
                                            null,
                                            List.of())),
                            NOON);

            assertThat(driver.getKeyValueStore(ViewsTopology.TASKS).get(TASK.toString()))
                    .isNotNull();
        }
    }

    @Test
    void whatTheGenerationBeforeHasReportedIsNotReportedAgain(@TempDir Path state) {
        var client = Map.<String, Object>of("bootstrap.servers", "unused:9092");
        var asked = NOON.plusSeconds(1);
        var properties = new Properties();
        properties.putAll(ViewsSettings.of(1).ofGeneration(2, asked).properties(client, state));
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
        try (var driver =
                new TopologyTestDriver(
                        new ViewsTopology(serdes, new Arrivals())
                                .build(
                                        new ProcessorMeters(
                                                new SimpleMeterRegistry(), InstantSource.system())),
                        properties)) {
            var input =
                    driver.createInputTopic(
                            Topics.TASK_EVENTS.name(),
                            new ByteArraySerializer(),
                            new ByteArraySerializer());
            var key = TASK.toString().getBytes(UTF_8);
            input.pipeInput(new TestRecord<>(key, new byte[] {1}, NOON));
            input.pipeInput(new TestRecord<>(key, new byte[] {2}, asked));

            var letters =
                    driver.createOutputTopic(
                                    Topics.DEAD_LETTERS,
                                    new ByteArrayDeserializer(),
                                    new ByteArrayDeserializer())
                            .readRecordsToList();
            assertThat(letters)
                    .singleElement()
                    .satisfies(letter -> assertThat(letter.value()).isEqualTo(new byte[] {2}));
        }
    }
}
