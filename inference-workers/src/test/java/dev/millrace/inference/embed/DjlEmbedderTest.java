package dev.millrace.inference.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.domain.search.ModelNotReady;
import dev.millrace.domain.search.Vector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Runs the `hashed-ngrams` model that the build made.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DjlEmbedderTest {

    private static final String WORKER = "The worker embeds the chunks of a document in batches.";
    private static final int LOAD_SECONDS = 180;

    private final List<NativeLibraries.Progress> progress = new ArrayList<>();
    private DjlEmbedder embedder =
            new DjlEmbedder(BuiltInModel.HASHED_NGRAMS, Path.of("replaced before any test"));

    @BeforeAll
    void load(@TempDir Path folder) throws Exception {
        embedder = new DjlEmbedder(BuiltInModel.HASHED_NGRAMS, folder);
        embedder.loadAsync(this::note).toCompletableFuture().get(LOAD_SECONDS, TimeUnit.SECONDS);
    }

    @AfterAll
    void close() {
        embedder.close();
    }

    private synchronized void note(NativeLibraries.Progress now) {
        progress.add(now);
    }

    @Test
    void vectorsAreWhatTheyWereInEveryBuildBefore() throws Exception {
        var prefix = Arrays.copyOf(embed("Millrace is a log with views.").toArray(), 8);

        // Vectors in the log were made like this: if they change, so must the model's version.
        assertThat(prefix)
                .containsExactly(
                        new float[] {
                            0.072326325f,
                            -0.028482148f,
                            0.01276148f,
                            0.018453548f,
                            0.022574367f,
                            -0.07178456f,
                            0.03067559f,
                            -0.068125054f
                        },
                        within(1e-6f));
    }

    @Test
    void vectorsHaveUnitLengthWhateverTheText() throws Exception {
        for (var text : new String[] {WORKER, "", "!!!", "x", "語", "a ".repeat(20_000)}) {
            var vector = embed(text);

            assertThat(vector.dimensions()).isEqualTo(384);
            assertThat(Cosine.of(vector, vector)).as(text).isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void alikeTextsAreNearerThanOthers() throws Exception {
        double alike =
                Cosine.of(embed(WORKER), embed("Chunks are embedded by a worker, in batches."));
        double other = Cosine.of(embed(WORKER), embed("Bake bread at 220 degrees for an hour."));

        assertThat(alike).isGreaterThan(0.4);
        assertThat(other).isBetween(-0.2, 0.2);
    }

    @Test
    void typosStayNear() throws Exception {
        double typos =
                Cosine.of(
                        embed("connection refused by the broker"),
                        embed("conection refussed by teh brokr"));

        assertThat(typos).isGreaterThan(0.25);
    }

    @Test
    void batchMakesNoDifference() throws Exception {
        var random = new SplittableRandom(3);
        var texts = new ArrayList<String>();
        for (int i = 0; i < 300; i++) {
            texts.add(anyText(random));
        }

        var together = embedder.embed(texts).toCompletableFuture().get(60, TimeUnit.SECONDS);

        for (int i = 0; i < texts.size(); i += 17) {
            assertThat(together.get(i).toArray())
                    .as(texts.get(i))
                    .containsExactly(embed(texts.get(i)).toArray(), within(1e-6f));
        }
    }

    @Test
    void saysHowFarTheUnpackingIs() {
        assertThat(progress).isNotEmpty();
        var last = progress.getLast();

        assertThat(last.totalBytes()).isGreaterThan(100_000_000);
        assertThat(last.unpackedBytes()).isEqualTo(last.totalBytes());
    }

    @Test
    void isNotReadyBeforeItIsLoadedNorAfterItIsClosed(@TempDir Path folder) {
        var fresh = new DjlEmbedder(BuiltInModel.HASHED_NGRAMS, folder);

        assertThat(fresh.isReady()).isFalse();
        assertNotReady(fresh, "the model is not being loaded yet");
        fresh.close();
        assertNotReady(fresh, "the model was closed");
        assertThatThrownBy(() -> fresh.loadAsync(_ -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("embedder: the model was closed (expected: new)");
    }

    @Test
    void namesTheCauseWhenItCannotBeLoaded(@TempDir Path folder) throws Exception {
        var blocked = Files.writeString(folder.resolve("models"), "a file, not a folder");
        try (var unlucky = new DjlEmbedder(BuiltInModel.HASHED_NGRAMS, blocked)) {
            var loaded = unlucky.loadAsync(_ -> {}).toCompletableFuture();

            assertThatThrownBy(() -> loaded.get(LOAD_SECONDS, TimeUnit.SECONDS))
                    .hasMessageContaining("the model cannot be loaded")
                    .hasMessageContaining("models");
            assertNotReady(unlucky, "the model cannot be loaded");
            assertThat(unlucky.isReady()).isFalse();
        }
    }

    private static void assertNotReady(DjlEmbedder embedder, String why) {
        assertThatThrownBy(() ->
                        embedder.embed(List.of("x"))
                                .toCompletableFuture()
                                .get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(ModelNotReady.class)
                .hasMessageContaining(why);
    }

    private Vector embed(String text) throws Exception {
        return embedder.embed(List.of(text))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .getFirst();
    }

    private static String anyText(SplittableRandom random) {
        var text = new StringBuilder();
        int words = random.nextInt(150);
        for (int i = 0; i < words; i++) {
            text.append(Long.toString(random.nextLong(1L << 30), 36)).append(' ');
        }
        return text.toString();
    }
}
