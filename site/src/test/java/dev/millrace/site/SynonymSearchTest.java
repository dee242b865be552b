package dev.millrace.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.document.Passage;
import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.search.SearchIndex.Hit;
import dev.millrace.domain.search.SearchIndex.Mode;
import dev.millrace.domain.view.Position;
import dev.millrace.inference.embed.BuiltInModel;
import dev.millrace.inference.embed.DjlEmbedder;
import dev.millrace.search.lucene.LuceneSearchIndex;
import dev.millrace.search.lucene.LuceneStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Searches an index of the model that a new site has.
class SynonymSearchTest {

    private static final int SECONDS = 180;
    private static final List<String> TEXTS =
            List.of(
                    "Bake the loaves at 220 degrees for an hour.",
                    "An automobile stood at the kerb with its bonnet open.",
                    "The parliament voted on the budget of the coming year.",
                    "Whoever is ill should see a physician.",
                    "The miller grinds flour between two stones.");

    @Test
    void aSearchFindsPassagesThatShareNoWordWithIt(@TempDir Path folder) throws Exception {
        var model = BuiltInModel.ofNewSites();
        try (var embedder = new DjlEmbedder(model, folder.resolve("models"));
                var store = LuceneStore.open(folder.resolve("index"), model.model());
                var index = new LuceneSearchIndex(store, embedder)) {
            embedder.loadAsync(_ -> {}).toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
            fill(store, embedder);

            assertThat(first(index, "car")).isEqualTo(TEXTS.get(1));
            assertThat(first(index, "which doctor to visit")).isEqualTo(TEXTS.get(3));
        }
    }

    private static void fill(LuceneStore store, DjlEmbedder embedder) throws Exception {
        var vectors = embedder.embed(TEXTS).toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        var document = DocumentId.of(Envelope.DEFAULT_TENANT, "texts.md", Digest.of("texts"));
        for (int i = 0; i < TEXTS.size(); i++) {
            var text = TEXTS.get(i);
            var embedding =
                    new Embedding(
                            new ChunkId(document, i),
                            new Passage("texts.md", 0, text.length(), text),
                            vectors.get(i),
                            embedder.model(),
                            "worker",
                            Digest.of(text));
            var envelope =
                    Envelope.first(
                            DerivedId.of("test", embedding.chunk().toString()),
                            Instant.EPOCH,
                            Envelope.DEFAULT_TENANT,
                            Labels.DEFAULT,
                            new Actor("test", Actor.Proof.WORKER),
                            new Site("test", new UUID(0, 1)),
                            embedding);
            store.upsert(envelope, embedding);
        }
        store.commit(Position.at("embeddings", 0, TEXTS.size()), Position.START);
    }

    private static String first(LuceneSearchIndex index, String text) throws Exception {
        var result =
                index.search(Envelope.DEFAULT_TENANT, text, 10)
                        .toCompletableFuture()
                        .get(SECONDS, TimeUnit.SECONDS);
        assertThat(result.mode()).isEqualTo(Mode.HYBRID);
        return result.hits().stream().map(Hit::passage).findFirst().orElseThrow().text();
    }
}
