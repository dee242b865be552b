package dev.millrace.search.lucene;

import static dev.millrace.search.fixture.Embeddings.direction;
import static dev.millrace.search.fixture.Embeddings.document;
import static dev.millrace.search.fixture.Embeddings.embedding;
import static dev.millrace.search.fixture.Embeddings.envelope;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.search.Model;
import dev.millrace.domain.search.Vector;
import dev.millrace.domain.view.Position;
import dev.millrace.search.fixture.Embeddings;
import dev.millrace.search.fixture.WordEmbedder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecallTest {

    private static final int DIMENSIONS = 384;
    private static final int CHUNKS = 5_000;
    private static final int CLUSTERS = 50;
    private static final int QUERIES = 100;
    private static final int LIMIT = 10;
    private static final float SPREAD = 0.7f;
    private static final String NO_WORDS = "?";

    @TempDir private Path folder;

    @Test
    void theGraphFindsNineteenOfTwentyOfTheTrueNeighbours() throws IOException {
        long seed = 42;
        var random = new SplittableRandom(seed);
        var centres = new ArrayList<Vector>();
        for (int i = 0; i < CLUSTERS; i++) {
            centres.add(direction(random, DIMENSIONS));
        }
        Map<ChunkId, Vector> all = new HashMap<>();
        var model = new Model(WordEmbedder.NAME, WordEmbedder.VERSION, DIMENSIONS);
        int found = 0;
        try (var store = LuceneStore.open(folder, model)) {
            for (int i = 0; i < CHUNKS; i++) {
                var vector = near(centres.get(random.nextInt(CLUSTERS)), random);
                var one = embedding(document("d" + i / 20), i % 20, "text", vector);
                store.upsert(envelope(Embeddings.TENANT, one), one);
                all.put(one.chunk(), vector);
                if (i % 1_000 == 999) {
                    store.commit(Position.at("t", 0, i), Position.START);
                }
            }
            for (int i = 0; i < QUERIES; i++) {
                var query = near(centres.get(random.nextInt(CLUSTERS)), random);
                var truth = new HashSet<>(nearest(all, query));
                found +=
                        (int)
                                store
                                        .search(
                                                Embeddings.TENANT,
                                                NO_WORDS,
                                                new QueryVector(query, model),
                                                LIMIT)
                                        .hits()
                                        .stream()
                                        .filter(hit -> truth.contains(hit.chunk()))
                                        .count();
            }
        }

        assertThat((double) found / (QUERIES * LIMIT)).as("seed %d", seed).isGreaterThan(0.95);
    }

    private static Vector near(Vector centre, SplittableRandom random) {
        var noise = direction(random, DIMENSIONS);
        var sum = new float[DIMENSIONS];
        for (int i = 0; i < DIMENSIONS; i++) {
            sum[i] = centre.component(i) + SPREAD * noise.component(i);
        }
        return Embeddings.unit(sum);
    }

    private static List<ChunkId> nearest(Map<ChunkId, Vector> all, Vector query) {
        return all.entrySet().stream()
                .sorted(
                        Comparator.comparingDouble(
                                (Map.Entry<ChunkId, Vector> one) -> -dot(one.getValue(), query)))
                .limit(LIMIT)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static double dot(Vector a, Vector b) {
        double sum = 0;
        for (int i = 0; i < DIMENSIONS; i++) {
            sum += (double) a.component(i) * b.component(i);
        }
        return sum;
    }
}
