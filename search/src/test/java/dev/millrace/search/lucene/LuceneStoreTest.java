package dev.millrace.search.lucene;

import static dev.millrace.search.fixture.Embeddings.document;
import static dev.millrace.search.fixture.Embeddings.embedding;
import static dev.millrace.search.fixture.Embeddings.envelope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.search.Model;
import dev.millrace.domain.search.SearchIndex.IndexCount;
import dev.millrace.domain.view.Position;
import dev.millrace.search.fixture.Embeddings;
import dev.millrace.search.fixture.WordEmbedder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LuceneStoreTest {

    private static final String TENANT = Embeddings.TENANT;
    private static final DocumentId FIRST = document("first");
    private static final DocumentId SECOND = document("second");
    private static final Position ONE = Position.at("millrace.embeddings", 0, 1);
    private static final Position TWO = ONE.with("millrace.embeddings", 1, 7);

    @TempDir private Path folder;

    @Test
    void puttingAChunkInAgainReplacesIt() throws IOException {
        try (var store = open()) {
            put(store, FIRST, 0, "a mill by the river");
            store.commit(ONE, Position.START);
            put(store, FIRST, 0, "an automobile");
            put(store, FIRST, 0, "a car");
            store.commit(TWO, ONE);

            assertThat(store.count(TENANT, List.of())).isEqualTo(new IndexCount(1, 1, TWO));
            assertThat(texts(store, "river automobile car")).containsExactly("a car");
        }
    }

    @Test
    void onlyWhatIsCommittedIsFoundAndOnlyThatSurvives() throws IOException {
        try (var store = open()) {
            put(store, FIRST, 0, "a mill by the river");
            put(store, FIRST, 1, "it grinds flour");
            store.commit(ONE, Position.START);
            put(store, SECOND, 0, "never committed");

            assertThat(store.count(TENANT, List.of())).isEqualTo(new IndexCount(2, 1, ONE));
        }

        try (var store = open()) {
            assertThat(store.applied()).isEqualTo(ONE);
            assertThat(store.reported()).isEqualTo(Position.START);
            assertThat(store.count(TENANT, List.of())).isEqualTo(new IndexCount(2, 1, ONE));
            assertThat(texts(store, "never")).isEmpty();
        }
    }

    @Test
    void anEmptyIndexAnswersWithNothing() throws IOException {
        try (var store = open()) {
            assertThat(store.search(TENANT, "mill", query("mill"), 10).hits()).isEmpty();
            assertThat(store.count(TENANT, List.of()))
                    .isEqualTo(new IndexCount(0, 0, Position.START));
            assertThat(store.searchable(List.of(FIRST))).containsExactly(0);
        }
    }

    @Test
    void countsAreOfTheTenantAndOfTheDocumentsAsked() throws IOException {
        try (var store = open()) {
            for (int i = 0; i < 5; i++) {
                put(store, FIRST, i, "mill " + i);
                store.commit(ONE, Position.START); // a segment each, so documents span several
            }
            put(store, SECOND, 0, "river");
            store.upsert(
                    envelope("other", one(document("theirs"), 0, "mill")),
                    one(document("theirs"), 0, "mill"));
            store.commit(TWO, ONE);

            assertThat(store.count(TENANT, List.of())).isEqualTo(new IndexCount(6, 2, TWO));
            assertThat(store.count(TENANT, List.of(FIRST))).isEqualTo(new IndexCount(5, 1, TWO));
            assertThat(store.count(TENANT, List.of(SECOND, document("none"))))
                    .isEqualTo(new IndexCount(1, 1, TWO));
            assertThat(store.count("other", List.of(FIRST))).isEqualTo(new IndexCount(0, 0, TWO));
            assertThat(store.searchable(List.of(SECOND, FIRST, document("none"))))
                    .containsExactly(1, 5, 0);
        }
    }

    @Test
    void tidyingChangesNothingThatIsFound() throws IOException {
        try (var store = open()) {
            for (int i = 0; i < 20; i++) {
                put(store, FIRST, i, "mill " + i);
                store.commit(ONE, Position.START); // enough segments for a merge
            }

            store.tidy();
            store.tidy();

            assertThat(store.count(TENANT, List.of())).isEqualTo(new IndexCount(20, 1, ONE));
            assertThat(store.reported()).isEqualTo(Position.START);
        }
    }

    @Test
    void aFolderInUseIsRefused() throws IOException {
        try (var _ = open()) {
            assertThatThrownBy(this::open)
                    .isInstanceOf(IndexUnusable.class)
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void anIndexOfOtherVectorsIsRefused() throws IOException {
        try (var store = open()) {
            put(store, FIRST, 0, "a mill by the river");
            store.commit(ONE, Position.START);
        }

        for (var other : List.of(new Model("words", "1", 384), new Model("words", "2", 4))) {
            assertThatThrownBy(() -> LuceneStore.open(folder, other))
                    .isInstanceOf(IndexUnusable.class)
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining(
                            "words 1 of 4 dimensions (expected: "
                                    + other.text()
                                    + ", as the site's)")
                    .hasMessageContaining("delete the folder");
        }
    }

    @Test
    void anIndexThatHoldsNothingYetMayBeginWithAnotherModel() throws IOException {
        open().close();
        var other = new Model("words", "2", 3);
        var vector = Embeddings.unit(1, 2, 3);

        try (var store = LuceneStore.open(folder, other)) {
            var embedding = embedding(FIRST, 0, "a mill", vector);
            store.upsert(envelope(TENANT, embedding), embedding);
            store.commit(ONE, Position.START);
            assertThat(store.model()).isEqualTo(other);
        }

        assertThatThrownBy(this::open).isInstanceOf(IndexUnusable.class);
    }

    @Test
    void anIndexThatDoesNotNameItsModelIsOfTheFirstOne() throws IOException {
        var first = new Model("hashed-ngrams", "1", 384);
        try (var directory = FSDirectory.open(folder);
                var writer = new IndexWriter(directory, new IndexWriterConfig())) {
            var note = CommitNote.first(first).at(ONE, Position.START);
            var entries = new HashMap<>(note.entries());
            entries.keySet().removeAll(List.of("millrace.model", "millrace.model.version"));
            writer.setLiveCommitData(entries.entrySet());
            writer.commit();
        }

        assertThatThrownBy(() -> LuceneStore.open(folder, new Model("other", "1", 384)))
                .isInstanceOf(IndexUnusable.class)
                .hasMessageContaining("its vectors are of hashed-ngrams 1 of 384 dimensions");
        try (var store = LuceneStore.open(folder, first)) {
            assertThat(store.model()).isEqualTo(first);
        }
    }

    @Test
    void anIndexOfAnotherProgramIsRefused() throws IOException {
        try (var directory = FSDirectory.open(folder);
                var writer = new IndexWriter(directory, new IndexWriterConfig())) {
            writer.commit();
        }

        assertThatThrownBy(this::open)
                .isInstanceOf(IndexUnusable.class)
                .hasMessageContaining("schema is null (expected: 1)")
                .hasMessageContaining("delete the folder");
    }

    @Test
    void aDamagedIndexIsRefusedUntilItsFolderIsDeleted() throws IOException {
        try (var store = open()) {
            put(store, FIRST, 0, "a mill by the river");
            store.commit(ONE, Position.START);
        }
        for (var file : files()) {
            if (!file.endsWith("write.lock")) {
                Files.write(file, new byte[] {1, 2, 3});
            }
        }

        assertThatThrownBy(this::open)
                .isInstanceOf(IndexUnusable.class)
                .hasMessageContaining("delete the folder");

        for (var file : files()) {
            Files.delete(file);
        }
        try (var store = open()) {
            assertThat(store.applied()).isEqualTo(Position.START);
        }
    }

    @Test
    void aMissingSegmentIsRefused() throws IOException {
        try (var store = open()) {
            put(store, FIRST, 0, "a mill by the river");
            store.commit(ONE, Position.START);
        }
        for (var file : files()) {
            if (file.getFileName().toString().endsWith(".cfs")) {
                Files.delete(file);
            }
        }

        assertThatThrownBy(this::open)
                .isInstanceOf(IndexUnusable.class)
                .hasMessageContaining("delete the folder");
    }

    private LuceneStore open() throws IOException {
        return LuceneStore.open(folder, WordEmbedder.MODEL);
    }

    private List<Path> files() throws IOException {
        try (var all = Files.list(folder)) {
            return all.toList();
        }
    }

    private static void put(LuceneStore store, DocumentId document, int index, String text)
            throws IOException {
        var embedding = one(document, index, text);
        store.upsert(envelope(TENANT, embedding), embedding);
    }

    private static Embedding one(DocumentId document, int index, String text) {
        return embedding(document, index, text, Embeddings.unit(1, 2, 3, 4));
    }

    private static QueryVector query(String text) {
        return new QueryVector(WordEmbedder.vectorOf(text), new WordEmbedder().model());
    }

    private static List<String> texts(LuceneStore store, String text) throws IOException {
        return store.search(TENANT, text, null, 10).hits().stream()
                .map(hit -> hit.passage().text())
                .toList();
    }
}
