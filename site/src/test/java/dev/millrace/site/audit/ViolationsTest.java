package dev.millrace.site.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.document.Chunk;
import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.document.Passage;
import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.search.Model;
import dev.millrace.domain.search.Vector;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.Terms;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/// The checker's judgement of small logs, of which each lacks one thing, or has one too much.
class ViolationsTest {

    private static final TaskId TASK = new TaskId(new UUID(0x7000, 1));
    private static final DocumentId DOCUMENT =
            DocumentId.parse("00000000-0000-8000-8000-000000000001");
    private static final ChunkId CHUNK = new ChunkId(DOCUMENT, 0);
    private static final Site SITE = new Site("12D3KooWExample", new UUID(1, 2));
    private static final IndexCopy EMPTY = new IndexCopy(Map.of(), Map.of());

    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());
    private final List<ConsumerRecord<byte[], byte[]>> log = new ArrayList<>();

    @Test
    void aCommandWithoutAnEventHasNoOutcome() {
        add(Topics.TASK_COMMANDS, TASK.toString(), new TaskCommand.Cancel(TASK, ""));

        assertThat(OutcomeCheck.of(copy()))
                .containsExactly(new Violation.NoOutcome("millrace.task-commands-0@0"));
    }

    @Test
    void anEventOfNothingInTheLogHasNoCause() {
        submitted();

        assertThat(OutcomeCheck.of(copy()))
                .containsExactly(
                        new Violation.NoCause(
                                "millrace.task-events-0@0", "millrace.task-commands-0@7"));
    }

    @Test
    void anAcceptedDocumentWhoseTaskStillWaitsHasNotSucceeded() {
        submitted();
        var promise = new AcceptedDocument(DOCUMENT, TASK, "mill.txt", "text/plain", "A mill.");

        assertThat(DocumentCheck.of(copy(), EMPTY, List.of(promise)))
                .contains(new Violation.NotSucceeded(TASK, "QUEUED"));
    }

    @Test
    void aChunkOfNoDocumentIsAStrayAndLacksItsVector() {
        add(
                Topics.CHUNKS,
                CHUNK.toString(),
                new Chunk(CHUNK, passage(), List.of(), Digest.of("A mill.")));

        assertThat(DocumentCheck.of(copy(), EMPTY, List.of()))
                .containsExactlyInAnyOrder(
                        new Violation.StrayChunk(CHUNK),
                        new Violation.MissingVector(CHUNK),
                        new Violation.NotSearchable(CHUNK));
    }

    @Test
    void aVectorOfNoChunkIsAStray() {
        add(
                Topics.EMBEDDINGS,
                CHUNK.toString(),
                new Embedding(
                        CHUNK,
                        passage(),
                        Vector.of(1, 0),
                        new Model("fake", "1", 2),
                        "worker-a",
                        Digest.of("A mill.")));

        assertThat(DocumentCheck.of(copy(), EMPTY, List.of()))
                .containsExactly(new Violation.StrayVector(CHUNK));
    }

    @Test
    void whatTheIndexHasOfNoChunkIsAStrayAndWhatItHasTwiceIsDoubled() {
        var index = new IndexCopy(Map.of(CHUNK, 2), Map.of(CHUNK, 2));

        assertThat(DocumentCheck.of(copy(), index, List.of()))
                .containsExactlyInAnyOrder(
                        new Violation.StrayInIndex(CHUNK), new Violation.DoubledInIndex(CHUNK, 2));
    }

    @Test
    void aViewThatDoesNotReadToTheEndIsBehind() {
        submitted();
        var standing = Rows.JSON.createObjectNode().put("position", "");

        assertThat(new ViewCheck(_ -> standing, Duration.ofSeconds(1)).of(copy()))
                .singleElement()
                .isInstanceOfSatisfying(
                        Violation.ViewBehind.class,
                        behind -> {
                            assertThat(behind.view()).startsWith("/v1/views/tasks");
                            assertThat(behind.expected()).contains("millrace.task-events");
                        });
    }

    private LogCopy copy() {
        return LogCopy.of(serdes, log);
    }

    private void submitted() {
        add(
                Topics.TASK_EVENTS,
                TASK.toString(),
                new TaskEvent.Submitted(
                        TASK,
                        1,
                        "ingest",
                        new Content.Inline("{}"),
                        Digest.of("{}"),
                        Terms.DEFAULT,
                        null,
                        null,
                        List.of()));
    }

    private <P extends Message> void add(Topic<P> topic, String key, P message) {
        var envelope =
                Envelope.first(
                        new UUID(0x7000, log.size()),
                        Instant.EPOCH,
                        Envelope.DEFAULT_TENANT,
                        Labels.DEFAULT,
                        new Actor("ann", Actor.Proof.OIDC),
                        SITE,
                        message);
        var value = serdes.of(topic).serializer().serialize(topic.name(), envelope);
        var record = new ConsumerRecord<>(topic.name(), 0, log.size(), key.getBytes(UTF_8), value);
        record.headers()
                .add("cause-topic", "millrace.task-commands".getBytes(UTF_8))
                .add("cause-partition", "0".getBytes(UTF_8))
                .add("cause-offset", "7".getBytes(UTF_8));
        log.add(record);
    }

    private static Passage passage() {
        return new Passage("mill.txt", 0, 7, "A mill.");
    }
}
