package dev.millrace.inference.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.domain.search.Model;
import dev.millrace.domain.search.Vector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Runs the `static-minilm` model that the build made.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StaticMinilmTest {

    private static final int LOAD_SECONDS = 180;
    private static final int SEEDS = 400;
    private static final List<String> ALPHABET =
            List.of(
                    "mill",
                    "Wasser",
                    "ÉTÉ",
                    "語",
                    "🙂",
                    "\uD800",
                    "\uDC00",
                    "\u0000",
                    "\n",
                    " ",
                    "!",
                    "[MASK]",
                    "[UNK]",
                    "##s",
                    "x".repeat(150),
                    "3.14",
                    "\u0301",
                    "ﬁ",
                    "İ");

    private DjlEmbedder embedder =
            new DjlEmbedder(BuiltInModel.STATIC_MINILM, Path.of("replaced before any test"));

    private record Reference(String text, List<Float> vector) {

        float[] components() {
            var components = new float[vector.size()];
            for (int i = 0; i < components.length; i++) {
                components[i] = vector.get(i);
            }
            return components;
        }
    }

    @BeforeAll
    void load(@TempDir Path folder) throws Exception {
        embedder = new DjlEmbedder(BuiltInModel.STATIC_MINILM, folder);
        embedder.loadAsync(_ -> {}).toCompletableFuture().get(LOAD_SECONDS, TimeUnit.SECONDS);
    }

    @AfterAll
    void close() {
        embedder.close();
    }

    @Test
    void saysWhichModelItIs() {
        assertThat(embedder.model()).isEqualTo(new Model("static-minilm", "1", 256));
    }

    @Test
    void vectorsAreThoseOfTheScriptThatMadeTheTable() throws Exception {
        List<Reference> references;
        try (var file = getClass().getResourceAsStream("static-minilm-reference.json")) {
            references = new ObjectMapper().readValue(file, new TypeReference<>() {});
        }
        assertThat(references).hasSize(40);

        var vectors = embed(references.stream().map(Reference::text).toList());

        // Vectors in the log were made like this: if they change, so must the model's version.
        for (int i = 0; i < references.size(); i++) {
            assertThat(vectors.get(i).toArray())
                    .as(references.get(i).text())
                    .containsExactly(references.get(i).components(), within(1e-5f));
        }
    }

    @Test
    void vectorsHaveUnitLengthWhateverTheText() throws Exception {
        var random = new SplittableRandom(5);
        var texts = new ArrayList<String>();
        for (int seed = 0; seed < SEEDS; seed++) {
            texts.add(anyText(random));
        }

        var vectors = embed(texts);

        for (int i = 0; i < texts.size(); i++) {
            assertThat(Cosine.of(vectors.get(i), vectors.get(i)))
                    .as(texts.get(i))
                    .isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void textsWithoutKnownWordsAreAlikeAndNearNothingElse() throws Exception {
        var wordless = embed("");

        for (var text : new String[] {" \n\t", "🙂", "\uD800", "\u0000", "x".repeat(101)}) {
            assertThat(embed(text)).as(text).isEqualTo(wordless);
        }
        for (var text : new String[] {"the car", "A mill by the river grinds flour.", "[PAD]"}) {
            assertThat(Cosine.of(wordless, embed(text))).as(text).isBetween(-0.2, 0.2);
        }
    }

    @Test
    void whatMeansTheSameIsNearest() throws Exception {
        var words = List.of("automobile", "physician", "vessel", "glad", "banana", "violin");

        assertThat(nearest("car", words)).isEqualTo("automobile");
        assertThat(nearest("doctor", words)).isEqualTo("physician");
        assertThat(nearest("ship", words)).isEqualTo("vessel");
        assertThat(nearest("happy", words)).isEqualTo("glad");
    }

    @Test
    void passagesAreFoundByOtherWordsThanTheirs() throws Exception {
        var passages =
                List.of(
                        "An automobile stood at the kerb with its bonnet open.",
                        "Bake the loaves at 220 degrees for an hour.",
                        "The parliament voted on the budget.",
                        "A physician examined the sick man.");

        assertThat(nearest("repair a car", passages)).isEqualTo(passages.get(0));
        assertThat(nearest("doctor and patient", passages)).isEqualTo(passages.get(3));
    }

    @Test
    void batchMakesNoDifference() throws Exception {
        var random = new SplittableRandom(3);
        var texts = new ArrayList<String>();
        for (int i = 0; i < 300; i++) {
            texts.add(anyText(random));
        }
        var together = embed(texts);
        var shuffled = new ArrayList<>(texts);
        Collections.shuffle(shuffled, new Random(3));
        var inAnotherOrder = embed(shuffled);

        for (int i = 0; i < texts.size(); i += 17) {
            var alone = embed(texts.get(i)).toArray();
            assertThat(together.get(i).toArray()).containsExactly(alone, within(1e-6f));
            assertThat(inAnotherOrder.get(shuffled.indexOf(texts.get(i))).toArray())
                    .containsExactly(alone, within(1e-6f));
        }
    }

    @Test
    void whatComesAfterTheBoundMakesNoDifference() throws Exception {
        var start = "mill ".repeat(3276); // 16,380 characters

        assertThat(embed(start + "abcd banana")).isEqualTo(embed(start + "abcd"));
        assertThat(embed(start + "abc🙂 banana")).isEqualTo(embed(start + "abc"));
        assertThat(embed(start + "car")).isNotEqualTo(embed(start));
    }

    private String nearest(String text, List<String> candidates) throws Exception {
        var wanted = embed(text);
        var vectors = embed(candidates);
        return candidates.stream()
                .max(
                        Comparator.comparingDouble(
                                one -> Cosine.of(wanted, vectors.get(candidates.indexOf(one)))))
                .orElseThrow();
    }

    private Vector embed(String text) throws Exception {
        return embed(List.of(text)).getFirst();
    }

    private List<Vector> embed(List<String> texts) throws Exception {
        return embedder.embed(texts).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static String anyText(SplittableRandom random) {
        var text = new StringBuilder();
        int parts = random.nextInt(60);
        for (int i = 0; i < parts; i++) {
            text.append(
                    random.nextInt(3) > 0
                            ? Long.toString(random.nextLong(1L << 30), 36) + " "
                            : ALPHABET.get(random.nextInt(ALPHABET.size())));
        }
        return text.toString();
    }
}
