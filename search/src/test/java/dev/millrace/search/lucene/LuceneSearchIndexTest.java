package dev.millrace.search.lucene;

import static dev.millrace.search.fixture.Embeddings.document;
import static dev.millrace.search.fixture.Embeddings.embedding;
import static dev.millrace.search.fixture.Embeddings.envelope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.search.Model;
import dev.millrace.domain.search.SearchIndex.Hit;
import dev.millrace.domain.search.SearchIndex.Mode;
import dev.millrace.domain.search.SearchIndex.SearchResult;
import dev.millrace.domain.search.Vector;
import dev.millrace.domain.view.Position;
import dev.millrace.search.fixture.Embeddings;
import dev.millrace.search.fixture.WordEmbedder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LuceneSearchIndexTest {

    private static final String TENANT = Embeddings.TENANT;
    private static final DocumentId GUIDE = document("guide");
    private static final Position ONE = Position.at("millrace.embeddings", 0, 1);
    private static final Vector NEUTRAL = Embeddings.unit(1, 1, 1, 1);

    @TempDir private Path folder;
    private final WordEmbedder embedder = new WordEmbedder();
    private LuceneStore store;
    private LuceneSearchIndex index;

    @BeforeEach
    void openTheIndex() throws IOException {
        store = LuceneStore.open(folder, WordEmbedder.MODEL);
        index = new LuceneSearchIndex(store, embedder);
    }

    @AfterEach
    void closeTheIndex() throws IOException {
        index.close();
        store.close();
    }

    @Test
    void findsByMeaningAndByWords() throws Exception {
        put(0, "the automobile stood still", WordEmbedder.vectorOf("automobile"));
        put(1, "the stream ran on", WordEmbedder.vectorOf("stream"));
        put(2, "serial number zx81", NEUTRAL);
        commit();

        var byMeaning = found("car");
        assertThat(byMeaning.mode()).isEqualTo(Mode.HYBRID);
        assertThat(byMeaning.position()).isEqualTo(ONE);
        assertThat(byMeaning.hits().getFirst().passage().text())
                .isEqualTo("the automobile stood still");
        assertThat(found("ZX81 river").hits().subList(0, 2))
                .extracting(hit -> hit.chunk().index())
                .containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void aHitSaysWhereItStands() throws Exception {
        put(7, "a mill", WordEmbedder.vectorOf("mill"));
        commit();

        var hit = found("mill").hits().getFirst();

        var stored = embedding(GUIDE, 7, "a mill", NEUTRAL);
        assertThat(hit.chunk()).isEqualTo(stored.chunk());
        assertThat(hit.passage()).isEqualTo(stored.passage());
        assertThat(hit.score()).isPositive();
    }

    @Test
    void withoutAModelWordsAloneAreSearched() throws Exception {
        put(0, "the automobile stood still", WordEmbedder.vectorOf("automobile"));
        put(1, "my car is RED", NEUTRAL);
        commit();
        embedder.unload();

        var found = found("car");

        assertThat(found.mode()).isEqualTo(Mode.TEXT);
        assertThat(found.hits()).extracting(hit -> hit.chunk().index()).containsExactly(1);
    }

    @Test
    void aTextWithoutMeaningIsSearchedByWords() throws Exception {
        put(0, "serial number zx81", NEUTRAL);
        commit();

        var found = found("zx81");

        assertThat(found.mode()).isEqualTo(Mode.TEXT);
        assertThat(found.hits()).hasSize(1);
    }

    @Test
    void caseAndAccentsDoNotMatter() throws Exception {
        put(0, "Das Café an der MÜHLE", NEUTRAL);
        commit();

        for (var text : List.of("cafe", "CAFÉ", "mühle", "Muhle")) {
            assertThat(found(text).hits()).as(text).hasSize(1);
        }
    }

    @Test
    void tenantsDoNotSeeEachOther() throws Exception {
        var theirs = embedding(document("theirs"), 0, "our car", WordEmbedder.vectorOf("car"));
        store.upsert(envelope("other", theirs), theirs);
        for (int i = 0; i < 300; i++) {
            put(i, "car " + i, WordEmbedder.vectorOf("car"));
        }
        commit();

        assertThat(get(index.search("other", "car", 100)).hits())
                .extracting(Hit::chunk)
                .containsExactly(theirs.chunk());
        assertThat(get(index.search(TENANT, "car", 100)).hits())
                .hasSize(100)
                .noneMatch(hit -> hit.chunk().equals(theirs.chunk()));
        assertThat(get(index.search("nobody", "car", 100)).hits()).isEmpty();
    }

    @Test
    void vectorsOfAnotherModelAreNotCompared() throws Exception {
        var old = embedding(GUIDE, 0, "the automobile", WordEmbedder.vectorOf("automobile"));
        var model = new Model("words", "0", WordEmbedder.DIMENSIONS);
        var older =
                new Embedding(
                        old.chunk(),
                        old.passage(),
                        old.vector(),
                        model,
                        old.worker(),
                        old.inputDigest());
        store.upsert(envelope(TENANT, older), older);
        commit();

        assertThat(found("car").hits()).isEmpty();
        assertThat(found("automobile").hits()).hasSize(1);
    }

    @Test
    void tiesAreInTheOrderOfChunkIdsHoweverTheyWerePutIn() throws Exception {
        var chunks = new ArrayList<ChunkId>();
        for (var name : List.of("a", "b", "c", "d", "e", "f", "g", "h")) {
            IntStream.of(0, 2, 10, 11).forEach(i -> chunks.add(new ChunkId(document(name), i)));
        }
        for (long seed = 0; seed < 5; seed++) {
            Collections.shuffle(chunks, new Random(seed));
            int put = 0;
            for (var chunk : chunks) {
                var same =
                        embedding(
                                chunk.document(),
                                chunk.index(),
                                "car",
                                WordEmbedder.vectorOf("car"));
                store.upsert(envelope(TENANT, same), same);
                if (++put % 7 == 0) {
                    commit();
                }
            }
            commit();
            var expected = chunks.stream().sorted().limit(10).toList();

            assertThat(found("car").hits())
                    .as("seed %d, hybrid", seed)
                    .extracting(Hit::chunk)
                    .containsExactlyElementsOf(expected);
            assertThat(store.search(TENANT, "car", null, 10).hits())
                    .as("seed %d, words", seed)
                    .extracting(Hit::chunk)
                    .containsExactlyElementsOf(expected);
        }
    }

    @Test
    void theTextIsPlainWordsWhateverItLooksLike() throws Exception {
        put(0, "a mill by the river", WordEmbedder.vectorOf("mill river"));
        commit();
        var hostile =
                List.of(
                        "mill AND NOT river",
                        "text: mill~2^9 OR *:*",
                        "tenant:other mill",
                        "+mill -river",
                        "\"mill",
                        "(((mill",
                        "mill\\",
                        "[mill TO zebra}",
                        "/mill.*/",
                        "\uD800 mill\u0000",
                        "<script>mill</script>");

        for (var text : hostile) {
            assertThat(found(text).hits()).as(text).hasSize(1);
            assertThat(store.search(TENANT, text, null, 10).hits()).as(text).hasSize(1);
        }
        for (var text : List.of("*", "?*:*", "()", "\uD800", "~^")) {
            assertThat(store.search(TENANT, text, null, 10).hits()).as(text).isEmpty();
        }
    }

    @Test
    void onlyTheFirstWordsOfALongTextCount() throws Exception {
        put(0, "needle", NEUTRAL);
        commit();
        var others = IntStream.range(0, HybridQuery.MAX_WORDS).mapToObj(i -> "straw" + i).toList();

        assertThat(found(String.join(" ", others) + " needle").hits()).isEmpty();
        assertThat(found(String.join(" ", others.subList(1, others.size())) + " needle").hits())
                .hasSize(1);
    }

    @Test
    void requestsOutOfRangeAreRefused() {
        var tooMany =
                IntStream.rangeClosed(0, LuceneStore.MAX_COUNTED_DOCUMENTS)
                        .mapToObj(i -> document("" + i))
                        .toList();

        refuses(index.search(TENANT, "", 10), "text: 0");
        refuses(index.search(TENANT, " \n\t", 10), "text: 3");
        refuses(index.search(TENANT, "x".repeat(16_385), 10), "text: 16385");
        refuses(index.search(TENANT, "mill", 0), "limit: 0 (expected: 1..100)");
        refuses(index.search(TENANT, "mill", 101), "limit: 101");
        refuses(index.count(TENANT, tooMany), "documents: 1001 (expected: 0..1000)");
    }

    @Test
    void tooManyWaitingSearchesAreTurnedAway() throws Exception {
        var held = new CountDownLatch(1);
        try (var small = new LuceneSearchIndex(store, embedder, 1, 1)) {
            var running =
                    small.run(() -> {
                        held.await();
                        return "done";
                    });
            var waiting = small.count(TENANT, List.of());

            var third = small.count(TENANT, List.of());

            assertThatThrownBy(() -> get(third))
                    .hasCauseInstanceOf(SearchBusy.class)
                    .hasMessageContaining("1 searches are waiting already");
            held.countDown();
            assertThat(get(running)).isEqualTo("done");
            assertThat(get(waiting).chunks()).isZero();
        }
    }

    private void put(int chunk, String text, Vector vector) throws IOException {
        var one = embedding(GUIDE, chunk, text, vector);
        store.upsert(envelope(TENANT, one), one);
    }

    private void commit() throws IOException {
        store.commit(ONE, Position.START);
    }

    private SearchResult found(String text) throws Exception {
        return get(index.search(TENANT, text, 10));
    }

    private static void refuses(CompletionStage<?> stage, String why) {
        assertThatThrownBy(() -> get(stage))
                .hasCauseInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    private static <T> T get(CompletionStage<T> stage)
            throws ExecutionException, InterruptedException {
        return stage.toCompletableFuture().get();
    }
}
