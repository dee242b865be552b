package dev.millrace.streams.documents;

import static dev.millrace.streams.fixtures.Envelopes.NOON;
import static dev.millrace.streams.fixtures.Envelopes.SITE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.domain.document.Chunk;
import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentEvent;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.IndexReport;
import dev.millrace.domain.document.Passage;
import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.task.Priority;
import dev.millrace.domain.task.Retries;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.domain.task.Terms;
import dev.millrace.domain.view.Position;
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
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentsTopologyTest {

    private static final InstantSource CLOCK = InstantSource.fixed(NOON.plusSeconds(3));

    private static final TaskId TASK = new TaskId(new UUID(0x0190_0000_0000_7000L, 1));
    private static final TaskId OTHER_TASK = new TaskId(new UUID(0x0190_0000_0000_7000L, 2));
    private static final String TENANT = "acme";
    private static final String NAME = "notes/mill.md";
    private static final String TEXT = "# Mill\n\nThe race drives the wheel.";
    private static final DocumentId DOCUMENT = DocumentId.of(TENANT, NAME, Digest.of(TEXT));
    private static final Map<Topic<?>, String> INPUTS =
            Map.of(
                    Topics.TASK_EVENTS, TASK.toString(),
                    Topics.DOCUMENTS, DOCUMENT.toString(),
                    Topics.INDEX_REPORTS, DOCUMENT.toString());
    private static final Actor DOCUMENTS = new Actor("documents", Actor.Proof.WORKER);

    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());
    private final MemoryBlobs blobs = new MemoryBlobs();
    private final List<Duration> waited = new ArrayList<>();

    @TempDir Path state;
    private TopologyTestDriver driver;
    private TestInputTopic<String, Envelope<TaskEvent>> tasks;
    private TestInputTopic<String, Envelope<IndexReport>> indexed;
    private TestOutputTopic<String, Envelope<DocumentEvent>> documents;
    private TestOutputTopic<String, Envelope<Chunk>> chunks;
    private TestOutputTopic<String, Envelope<TaskReport>> reports;

    @BeforeEach
    void start() {
        start(StreamsConfig.EXACTLY_ONCE_V2);
    }

    private void start(String guarantee) {
        var properties = new Properties();
        var client = Map.<String, Object>of("bootstrap.servers", "unused:9092");
        properties.putAll(new DocumentsSettings(1).properties(client, state));
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, guarantee);
        driver =
                new TopologyTestDriver(
                        new DocumentsTopology(serdes, new Texts(blobs, waited::add), SITE, CLOCK)
                                .build(
                                        new ProcessorMeters(
                                                new SimpleMeterRegistry(), InstantSource.system())),
                        properties);
        tasks = input(Topics.TASK_EVENTS);
        indexed = input(Topics.INDEX_REPORTS);
        documents = output(Topics.DOCUMENTS);
        chunks = output(Topics.CHUNKS);
        reports = output(Topics.TASK_REPORTS);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void shapeIsTheCommittedOne() throws IOException {
        TopologyPicture.check(
                "documents",
                new DocumentsTopology(serdes, blobs, SITE, CLOCK)
                        .build(
                                new ProcessorMeters(
                                        new SimpleMeterRegistry(), InstantSource.system())));
    }

    @Test
    void documentIsAcceptedAndCut() {
        var cause = submitted(1, TASK, inline(NAME, "text/markdown", TEXT));

        tasks.pipeInput(TASK.toString(), cause, NOON);

        var accepted =
                follows(
                        cause,
                        "accepted",
                        new DocumentEvent.Accepted(
                                DOCUMENT,
                                TASK,
                                NAME,
                                "text/markdown",
                                Digest.of(TEXT),
                                TEXT.length(),
                                new Content.Inline(TEXT)));
        var chunked =
                follows(accepted, "chunked", new DocumentEvent.Chunked(DOCUMENT, 1, "structure-1"));
        var chunk =
                follows(
                        accepted,
                        "chunk-0",
                        new Chunk(
                                new ChunkId(DOCUMENT, 0),
                                new Passage(NAME, 0, TEXT.length(), TEXT),
                                List.of("Mill"),
                                Digest.of(TEXT)));
        assertThat(documents.readKeyValuesToList())
                .extracting(record -> record.key, record -> record.value)
                .containsExactly(
                        tuple(DOCUMENT.toString(), accepted), tuple(DOCUMENT.toString(), chunked));
        var record = chunks.readRecord();
        assertThat(record.key()).isEqualTo(DOCUMENT + "#0");
        assertThat(record.value()).isEqualTo(chunk);
        assertThat(record.headers().headers("ce_type")).hasSize(1);
        assertThat(chunks.isEmpty()).isTrue();
        assertThat(reports.readKeyValuesToList())
                .singleElement()
                .satisfies(report -> {
                    assertThat(report.key).isEqualTo(TASK.toString());
                    assertThat(report.value)
                            .isEqualTo(
                                    follows(
                                            cause,
                                            "started",
                                            new TaskReport.Started(
                                                    TASK, 1, null, "documents", null)));
                });
    }

    @Test
    void taskSucceedsOnceAllChunksAreSearchable() {
        var cause = submitted(1, TASK, inline(NAME, "text/plain", paragraphs(4)));
        tasks.pipeInput(TASK.toString(), cause, NOON);
        var accepted = documents.readValue();
        int count = chunks.readValuesToList().size();
        assertThat(count).isGreaterThan(1);
        var document = DocumentId.of(TENANT, NAME, Digest.of(paragraphs(4)));
        reports.readValue();

        report(2, document, count - 1);
        assertThat(reports.isEmpty()).isTrue();
        report(3, document, count);
        report(4, document, count);
        report(5, document, 1);

        var output =
                "{\"document\":\"%s\",\"name\":\"%s\",\"chunks\":%d}"
                        .formatted(document, NAME, count);
        assertThat(reports.readValuesToList())
                .containsExactly(
                        accepted.following(
                                DerivedId.of("documents", accepted.id().toString(), "ended"),
                                NOON.plusSeconds(3),
                                DOCUMENTS,
                                SITE,
                                new TaskReport.Succeeded(
                                        TASK, 1, null, new Content.Inline(output))));
        assertThat(driver.getKeyValueStore(DocumentsTopology.WAITING).all()).isExhausted();
    }

    @Test
    void indexMayReportBeforeTheDocumentIsKnownToBeCut() {
        report(1, DOCUMENT, 1);

        tasks.pipeInput(
                TASK.toString(), submitted(2, TASK, inline(NAME, "text/plain", TEXT)), NOON);

        assertThat(messages(reports)).hasSize(2).last().isInstanceOf(TaskReport.Succeeded.class);
    }

    @Test
    void everyTaskThatBringsTheDocumentIsTold() {
        tasks.pipeInput(
                TASK.toString(), submitted(1, TASK, inline(NAME, "text/plain", TEXT)), NOON);
        tasks.pipeInput(
                TASK.toString(), submitted(2, OTHER_TASK, inline(NAME, "text/plain", TEXT)), NOON);
        report(3, DOCUMENT, 1);

        assertThat(messages(reports))
                .filteredOn(TaskReport.Succeeded.class::isInstance)
                .extracting(report -> ((TaskReport) report).task())
                .containsExactly(TASK, OTHER_TASK);
    }

    @Test
    void documentOfATaskThatIsCancelledGoesOnAndTheNextTaskIsTold() {
        var cause = submitted(1, TASK, inline(NAME, "text/plain", TEXT));
        tasks.pipeInput(TASK.toString(), cause, NOON);
        TaskEvent cancelled = new TaskEvent.Cancelled(TASK, 3, 1, "not wanted");
        tasks.pipeInput(TASK.toString(), follows(cause, "cancelled", cancelled), NOON);
        report(2, DOCUMENT, 1);
        tasks.pipeInput(
                OTHER_TASK.toString(),
                submitted(3, OTHER_TASK, inline(NAME, "text/plain", TEXT)),
                NOON);

        assertThat(messages(reports))
                .filteredOn(TaskReport.Succeeded.class::isInstance)
                .extracting(report -> ((TaskReport) report).task())
                .containsExactly(TASK, OTHER_TASK);
    }

    @Test
    void taskThatIsCancelledBeforeItsMomentBringsNothing() {
        var terms = new Terms(Priority.NORMAL, NOON.plusSeconds(60), null, Retries.DEFAULT, null);
        TaskEvent waits =
                new TaskEvent.Submitted(
                        TASK,
                        1,
                        "ingest",
                        new Content.Inline(inline(NAME, "text/plain", TEXT)),
                        Digest.of("unused"),
                        terms,
                        NOON.plusSeconds(60),
                        null,
                        List.of());
        var cause = submitted(1, TASK, inline(NAME, "text/plain", TEXT));
        TaskEvent cancelled = new TaskEvent.Cancelled(TASK, 2, 1, "not wanted");

        tasks.pipeInput(TASK.toString(), follows(cause, "waits", waits), NOON);
        tasks.pipeInput(TASK.toString(), follows(cause, "cancelled", cancelled), NOON);

        assertThat(documents.isEmpty()).isTrue();
        assertThat(reports.isEmpty()).isTrue();
    }

    @Test
    void largeTextIsReadFromItsBlobAndStaysThere() {
        var text = paragraphs(400);
        var digest = blobs.put(text.getBytes(UTF_8));

        tasks.pipeInput(
                TASK.toString(),
                submitted(1, TASK, blob(NAME, "text/plain", digest, text.length())),
                NOON);

        assertThat(messages(documents))
                .satisfiesExactly(
                        first ->
                                assertThat(((DocumentEvent.Accepted) first).text())
                                        .isEqualTo(new Content.Stored(digest, text.length())),
                        second ->
                                assertThat(((DocumentEvent.Chunked) second).chunks())
                                        .isEqualTo(chunks.readValuesToList().size())
                                        .isGreaterThan(100));
    }

    @Test
    void inputThatIsItselfABlobIsRead() {
        var input = inline(NAME, "text/plain", TEXT);
        var digest = blobs.put(input.getBytes(UTF_8));

        tasks.pipeInput(
                TASK.toString(),
                submitted(1, TASK, new Content.Stored(digest, input.length())),
                NOON);

        assertThat(messages(chunks)).hasSize(1);
    }

    @Test
    void missingBlobFailsTheTask() {
        tasks.pipeInput(
                TASK.toString(),
                submitted(1, TASK, blob(NAME, "text/plain", Digest.of("lost"), 4)),
                NOON);

        assertThat(failures()).containsExactly("blob_lost");
        assertThat(documents.isEmpty()).isTrue();
    }

    @Test
    void passingFaultOfTheStoreIsWaitedFor() {
        var digest = blobs.put(TEXT.getBytes(UTF_8));
        blobs.failReads(Texts.WAITS.size());

        tasks.pipeInput(
                TASK.toString(), submitted(1, TASK, blob(NAME, "text/plain", digest, 9)), NOON);

        assertThat(waited).isEqualTo(Texts.WAITS);
        assertThat(messages(documents)).hasSize(2);
        assertThat(messages(reports)).allMatch(TaskReport.Started.class::isInstance);
    }

    @Test
    void lastingFaultOfTheStoreFailsTheRecordAndNotItsTask() {
        var digest = blobs.put(TEXT.getBytes(UTF_8));
        var submitted = submitted(1, TASK, blob(NAME, "text/plain", digest, 9));
        blobs.failReads(Texts.WAITS.size() + 1);

        assertThatThrownBy(() -> tasks.pipeInput(TASK.toString(), submitted, NOON))
                .hasRootCauseInstanceOf(IOException.class)
                .hasStackTraceContaining(BlobsUnavailable.class.getName());

        assertThat(waited).isEqualTo(Texts.WAITS);
        assertThat(documents.isEmpty()).isTrue();
        assertThat(reports.isEmpty()).isTrue();
        tasks.pipeInput(TASK.toString(), submitted, NOON);
        assertThat(messages(documents)).as("once it is read again").hasSize(2);
    }

    @Test
    void taskWhoseBlobIsLostSaysHowToSendItAgain() {
        tasks.pipeInput(
                TASK.toString(),
                submitted(1, TASK, blob(NAME, "text/plain", Digest.of("lost"), 4)),
                NOON);

        assertThat(messages(reports))
                .singleElement()
                .extracting(report -> ((TaskReport.Failed) report).failure().detail())
                .asString()
                .contains("there is none", "send the document again", "another Idempotency-Key");
        assertThat(waited).isEmpty();
    }

    @Test
    void badInputFailsTheTask() {
        var notText = blobs.put(new byte[] {'a', (byte) 0xff});
        var inputs =
                Map.of(
                        "{",
                        "invalid_input",
                        "[]",
                        "invalid_input",
                        "{}",
                        "invalid_input",
                        inline("", "text/plain", "x"),
                        "invalid_input",
                        inline(NAME, "image/png", "x"),
                        "unsupported_media_type",
                        object(NAME, "text/plain").toString(),
                        "invalid_input",
                        object(NAME, "text/plain").put("text", 1).toString(),
                        "invalid_input",
                        object(NAME, "text/plain").put("blob", "x").toString(),
                        "invalid_input",
                        blob(NAME, "text/plain", notText, 2),
                        "not_text");
        inputs.forEach((input, code) -> {
            tasks.pipeInput(TASK.toString(), submitted(1, TASK, input), NOON);

            assertThat(failures()).as(input).containsExactly(code);
        });
        assertThat(documents.isEmpty()).isTrue();
    }

    @Test
    void blankDocumentIsRejectedAndItsTaskFails() {
        tasks.pipeInput(
                TASK.toString(), submitted(1, TASK, inline(NAME, "text/html", "<p> </p>")), NOON);

        assertThat(messages(documents))
                .last()
                .satisfies(event ->
                        assertThat(((DocumentEvent.Rejected) event).failure().code())
                                .isEqualTo("empty"));
        assertThat(failures()).containsExactly("empty");
        assertThat(chunks.isEmpty()).isTrue();
    }

    @Test
    void htmlIsCutAsHtml() {
        tasks.pipeInput(
                TASK.toString(),
                submitted(1, TASK, inline("a.html", "text/html", "<h1>A</h1><p>B &amp; C</p>")),
                NOON);

        var chunk = (Chunk) messages(chunks).getFirst();
        assertThat(chunk.passage()).isEqualTo(new Passage("a.html", 4, 22, "A\nB & C"));
        assertThat(chunk.headings()).containsExactly("A");
    }

    @Test
    void sameEventAgainWritesTheSameAgain() {
        var cause = submitted(1, TASK, inline(NAME, "text/plain", paragraphs(4)));

        tasks.pipeInput(TASK.toString(), cause, NOON);
        var once = List.of(all(documents), all(chunks), all(reports));
        tasks.pipeInput(TASK.toString(), cause, NOON);

        assertThat(List.of(all(documents), all(chunks), all(reports))).isEqualTo(once);
    }

    @Test
    void recordThatWasAppliedBeforeIsNotReportedAgain() {
        driver.<String, Long>getKeyValueStore(DocumentsTopology.APPLIED)
                .put("millrace.index-reports-0", 0L);
        tasks.pipeInput(
                TASK.toString(), submitted(1, TASK, inline(NAME, "text/plain", TEXT)), NOON);
        reports.readValue();

        report(2, DOCUMENT, 1);
        assertThat(reports.isEmpty()).isTrue();
        report(3, DOCUMENT, 1);

        assertThat(messages(reports)).hasSize(1);
    }

    @Test
    void whatIsSealedOrOfAnotherKindIsSkipped() {
        tasks.pipeInput(TASK.toString(), Envelopes.sealed(1), NOON);
        tasks.pipeInput(
                TASK.toString(),
                Envelopes.of(
                        2,
                        TENANT,
                        new TaskEvent.Submitted(
                                TASK,
                                1,
                                "train",
                                new Content.Inline("{}"),
                                Digest.of("{}"),
                                Terms.DEFAULT,
                                null,
                                null,
                                List.of())),
                NOON);
        tasks.pipeInput(
                TASK.toString(),
                Envelopes.of(3, new TaskEvent.Started(TASK, 2, 1, "w", null, null)),
                NOON);
        indexed.pipeInput(DOCUMENT.toString(), Envelopes.sealed(4), NOON);

        assertThat(documents.isEmpty()).isTrue();
        assertThat(reports.isEmpty()).isTrue();
    }

    @Test
    void poisonGoesToTheDeadLettersAndTheRestFlowsOn() {
        driver.close();
        /* In a transaction, this driver forgets what is sent before a record is processed. */
        start(StreamsConfig.AT_LEAST_ONCE);
        for (var input : INPUTS.entrySet()) {
            Poison.requireDeadLetters(
                    driver,
                    serdes,
                    input.getKey(),
                    input.getValue(),
                    DocumentsSettings.APPLICATION_ID);
        }
        tasks.pipeInput(
                TASK.toString(), submitted(1, TASK, inline(NAME, "text/plain", TEXT)), NOON);

        assertThat(messages(chunks)).hasSize(1);
    }

    @Test
    void blobLostAfterItWasAcceptedFailsTheTask() {
        var text = paragraphs(400);
        blobs.put(text.getBytes(UTF_8));
        var accepted =
                new DocumentEvent.Accepted(
                        DOCUMENT,
                        TASK,
                        NAME,
                        "text/plain",
                        Digest.of(text),
                        text.length(),
                        new Content.Stored(Digest.of(text), text.length()));
        blobs.loseEverything();

        this.<DocumentEvent>input(Topics.DOCUMENTS)
                .pipeInput(DOCUMENT.toString(), Envelopes.of(1, TENANT, accepted), NOON);

        assertThat(failures()).containsExactly("blob_lost");
    }

    private void report(long number, DocumentId document, int searchable) {
        indexed.pipeInput(
                document.toString(),
                Envelopes.of(
                        number, new IndexReport(document, "index-1", searchable, Position.START)),
                NOON);
    }

    private List<String> failures() {
        return messages(reports).stream()
                .filter(TaskReport.Failed.class::isInstance)
                .map(report -> ((TaskReport.Failed) report).failure().code())
                .toList();
    }

    private static Envelope<TaskEvent> submitted(long number, TaskId task, String input) {
        return submitted(number, task, new Content.Inline(input));
    }

    private static Envelope<TaskEvent> submitted(long number, TaskId task, Content input) {
        return Envelopes.of(
                number,
                TENANT,
                new TaskEvent.Submitted(
                        task,
                        1,
                        "ingest",
                        input,
                        Digest.of("unused"),
                        Terms.DEFAULT,
                        null,
                        null,
                        List.of()));
    }

    private static <P extends Message> Envelope<P> follows(
            Envelope<? extends Message> cause, String what, P message) {
        return cause.following(
                DerivedId.of("documents", cause.id().toString(), what),
                CLOCK.instant(),
                DOCUMENTS,
                SITE,
                message);
    }

    private static String inline(String name, String mediaType, String text) {
        return object(name, mediaType).put("text", text).toString();
    }

    private static String blob(String name, String mediaType, Digest digest, long size) {
        var object = object(name, mediaType);
        object.putObject("blob").put("digest", digest.hex()).put("size", size);
        return object.toString();
    }

    private static ObjectNode object(String name, String mediaType) {
        return JsonNodeFactory.instance.objectNode().put("name", name).put("media_type", mediaType);
    }

    private static String paragraphs(int count) {
        return "The race drives the wheel, and the wheel drives the stones. "
                .repeat(10)
                .concat("\n\n")
                .repeat(count);
    }

    private static <P extends Message> List<Message> messages(
            TestOutputTopic<String, Envelope<P>> topic) {
        return topic.readValuesToList().stream()
                .<Message>map(envelope -> requireNonNull(envelope.messageOrNull()))
                .toList();
    }

    private static <P extends Message> List<Envelope<P>> all(
            TestOutputTopic<String, Envelope<P>> topic) {
        return topic.readValuesToList();
    }

    private <P extends Message> TestInputTopic<String, Envelope<P>> input(Topic<P> topic) {
        return driver.createInputTopic(
                topic.name(), new StringSerializer(), serdes.of(topic).serializer());
    }

    private <P extends Message> TestOutputTopic<String, Envelope<P>> output(Topic<P> topic) {
        return driver.createOutputTopic(
                topic.name(), new StringDeserializer(), serdes.of(topic).deserializer());
    }
}
