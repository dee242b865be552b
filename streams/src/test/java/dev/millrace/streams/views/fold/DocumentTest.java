package dev.millrace.streams.views.fold;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentEvent;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.document.IndexReport;
import dev.millrace.domain.document.Passage;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.search.Model;
import dev.millrace.domain.search.Vector;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.view.Position;
import dev.millrace.streams.fixtures.Envelopes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DocumentTest {

    private static final Digest DIGEST = Digest.of("text");
    private static final DocumentId DOCUMENT = DocumentId.of("acme", "a.md", DIGEST);
    private static final DocumentEvent ACCEPTED =
            new DocumentEvent.Accepted(
                    DOCUMENT,
                    DOCUMENT.ingestTask(),
                    "a.md",
                    "text/markdown",
                    DIGEST,
                    4,
                    new Content.Inline("text"));
    private static final DocumentEvent CHUNKED = new DocumentEvent.Chunked(DOCUMENT, 2, "c/1");
    private static final DocumentEvent REJECTED =
            new DocumentEvent.Rejected(DOCUMENT, new Failure("not_text", "no text in it"));

    @Test
    void rowSaysHowFarTheDocumentHasCome() {
        assertThat(stateAfter(ACCEPTED)).isEqualTo("accepted");
        assertThat(stateAfter(ACCEPTED, CHUNKED)).isEqualTo("chunked");
        assertThat(stateAfter(ACCEPTED, CHUNKED, embedding(0))).isEqualTo("chunked");
        assertThat(stateAfter(ACCEPTED, CHUNKED, embedding(0), embedding(1))).isEqualTo("embedded");
        assertThat(stateAfter(ACCEPTED, CHUNKED, embedding(0), embedding(1), searchable(2)))
                .isEqualTo("searchable");
        assertThat(stateAfter(ACCEPTED, REJECTED)).isEqualTo("failed");
    }

    @Test
    void rowHasTheDocumentedShape() {
        assertThat(fold(ACCEPTED, CHUNKED, embedding(1)).row())
                .hasToString(
                        """
                        {"id":"%s","task":"%s","name":"a.md","media_type":"text/markdown",\
                        "state":"chunked","chunks":2,"embedded":1,"searchable":0,"bytes":4,\
                        "digest":"%s","created":"2026-11-22T12:00:00.000000Z",\
                        "updated":"2026-11-22T12:00:02.000000Z","error":null}\
                        """
                                .formatted(DOCUMENT, DOCUMENT.ingestTask(), DIGEST));
    }

    @Test
    void repeatedEmbeddingCountsOnce() {
        assertThat(fold(ACCEPTED, CHUNKED, embedding(0), embedding(0)).embedded()).isEqualTo(1);
    }

    @Test
    void documentIsNotListedBeforeItIsAccepted() {
        var early = fold(embedding(0));

        assertThat(early.row()).isNull();
        assertThat(early.entry()).isNull();
    }

    @Test
    void indexBeyondTheBoundIsLeftOut() {
        assertThat(fold(ACCEPTED, embedding(Document.MOST_CHUNKS)).embedded()).isZero();
    }

    @Test
    void storedDocumentIsReadBack() {
        try (var serde = Json.serde(Document.class)) {
            for (var document :
                    List.of(
                            fold(embedding(3)),
                            fold(ACCEPTED, CHUNKED),
                            fold(ACCEPTED, REJECTED))) {
                var bytes = serde.serializer().serialize("t", document);

                assertThat(serde.deserializer().deserialize("t", bytes)).isEqualTo(document);
            }
        }
    }

    @Test
    void everyInterleavingFoldsToTheSame() {
        for (long seed = 0; seed < 1_000; seed++) {
            var random = new Random(seed);
            var inputs = inputs(random);
            var direct = fold(inputs.stream().flatMap(List::stream).toList());

            assertThat(fold(interleaved(inputs, random))).as("seed %d", seed).isEqualTo(direct);
        }
    }

    @Test
    void activitiesAddUpToTheDocument() {
        for (long seed = 0; seed < 1_000; seed++) {
            var random = new Random(seed);
            var sum = Activity.NONE;
            @Nullable Document state = null;
            for (var envelope : interleaved(inputs(random), random)) {
                var after = after(state, envelope);
                sum = sum.plus(Document.activity(state, after));
                state = after;
            }

            assertThat(sum)
                    .as("seed %d", seed)
                    .isEqualTo(
                            state == null
                                    ? Activity.NONE
                                    : new Activity(
                                            state.intake() == null ? 0 : 1,
                                            state.chunks(),
                                            state.embedded(),
                                            state.searchable(),
                                            0));
        }
    }

    /// What the three topics hold of one document, repeats included.
    private static List<List<Envelope<?>>> inputs(Random random) {
        long time = 0;
        var events = new ArrayList<Envelope<?>>();
        for (var event : List.of(ACCEPTED, CHUNKED, REJECTED, ACCEPTED)) {
            if (random.nextInt(3) > 0) {
                events.add(Envelopes.of(time += random.nextInt(9), event));
            }
        }
        var embeddings = new ArrayList<Envelope<?>>();
        var reports = new ArrayList<Envelope<?>>();
        for (int left = random.nextInt(6); left > 0; left--) {
            embeddings.add(Envelopes.of(random.nextInt(60), embedding(random.nextInt(4))));
            reports.add(Envelopes.of(random.nextInt(60), searchable(random.nextInt(4))));
        }
        return List.of(events, embeddings, reports);
    }

    private static List<Envelope<?>> interleaved(List<List<Envelope<?>>> inputs, Random random) {
        var left = new ArrayList<>(inputs.stream().map(ArrayList::new).toList());
        var all = new ArrayList<Envelope<?>>();
        left.removeIf(List::isEmpty);
        while (!left.isEmpty()) {
            all.add(left.get(random.nextInt(left.size())).removeFirst());
            left.removeIf(List::isEmpty);
        }
        return all;
    }

    private static String stateAfter(Message... messages) {
        return fold(messages).state();
    }

    private static Document fold(Message... messages) {
        var envelopes = new ArrayList<Envelope<?>>();
        for (var message : messages) {
            envelopes.add(Envelopes.of(envelopes.size(), message));
        }
        var folded = fold(envelopes);
        return requireNonNull(folded);
    }

    private static @Nullable Document fold(List<Envelope<?>> envelopes) {
        @Nullable Document state = null;
        for (var envelope : envelopes) {
            state = after(state, envelope);
        }
        return state;
    }

    private static Document after(@Nullable Document state, Envelope<?> envelope) {
        return switch (envelope.messageOrNull()) {
            case DocumentEvent event -> Document.after(state, envelope, event);
            case Embedding embedding -> Document.after(state, envelope, embedding);
            case IndexReport report -> Document.after(state, envelope, report);
            case null, default -> throw new AssertionError(envelope);
        };
    }

    private static Embedding embedding(int index) {
        return new Embedding(
                new ChunkId(DOCUMENT, index),
                new Passage("a.md", 0, 4, "text"),
                Vector.of(1, 0),
                new Model("m", "1", 2),
                "worker-a",
                DIGEST);
    }

    private static IndexReport searchable(int chunks) {
        return new IndexReport(DOCUMENT, "index-a", chunks, Position.START);
    }
}
