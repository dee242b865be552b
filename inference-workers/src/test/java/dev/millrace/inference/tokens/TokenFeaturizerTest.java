package dev.millrace.inference.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.millrace.inference.features.Features;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Holds our tokenizer to Hugging Face's, which needs 14 MB of native code and twenty times as
/// long.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenFeaturizerTest {

    private static final int UNKNOWN = 100;
    private static final int SEEDS = 5_000;
    private static final Path TOKENIZER = Path.of("src/model/static-minilm/tokenizer.json");

    private static final List<String> PARTS =
            List.of(
                    "mill",
                    "Mühlrad",
                    "ÉTÉ",
                    "naïve",
                    "unaffable",
                    "telecommunications",
                    "語",
                    "한",
                    "ひらがな",
                    "Мельница",
                    "ΟΔΟΣ",
                    "İstanbul",
                    "ﬁne",
                    "ẞ",
                    "🙂",
                    "\u0301",
                    "\u200b",
                    "\u00ad",
                    "\u0000",
                    "\u000b",
                    "\u0085",
                    "\u00a0",
                    "\u2028",
                    "\u3000",
                    "\ufffd",
                    "\ue000",
                    "\n",
                    "\t",
                    " ",
                    " ",
                    " ",
                    "!",
                    "$",
                    "§",
                    "«",
                    "—",
                    "##s",
                    "[MASK]",
                    "[UNK]",
                    "a".repeat(101),
                    "z".repeat(99),
                    "3.14",
                    "½",
                    "²",
                    "€",
                    "¥",
                    "\u0903");

    private final TokenFeaturizer featurizer = ours();
    private final HuggingFaceTokenizer theirs = theirs();

    private static TokenFeaturizer ours() {
        try {
            return new TokenFeaturizer(TOKENIZER);
        } catch (IOException missing) {
            throw new AssertionError(missing);
        }
    }

    private static HuggingFaceTokenizer theirs() {
        System.setProperty("ai.djl.offline", "true");
        try {
            return HuggingFaceTokenizer.newInstance(
                    TOKENIZER, Map.of("truncation", "false", "padding", "false"));
        } catch (IOException missing) {
            throw new AssertionError(missing);
        }
    }

    @AfterAll
    void close() {
        theirs.close();
    }

    @Test
    void tokensAreThoseOfTheReference() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var text = anyText(new SplittableRandom(seed));
            var expected = new TreeMap<Integer, Float>();
            for (long token : theirs.encode(text, false, false).getIds()) {
                if (token != UNKNOWN) {
                    expected.merge((int) token, 1f, Float::sum);
                }
            }
            if (expected.isEmpty()) {
                expected.put(TokenTable.WORDLESS, 1f);
            }

            assertThat(counts(featurizer.of(text)))
                    .as("seed %d: %s", seed, text)
                    .isEqualTo(expected);
        }
    }

    @Test
    void halvesOfCharactersAreNotThere() {
        assertThat(counts(featurizer.of("mi\uD800ll \uDC00")))
                .isEqualTo(counts(featurizer.of("mill")));
    }

    @Test
    void whatWasCountedInOneTextIsNotInTheNext() {
        var first = counts(featurizer.of("a mill by the river"));

        featurizer.of("the wheel of the mill");

        assertThat(counts(featurizer.of("a mill by the river"))).isEqualTo(first);
    }

    @Test
    void aVocabularyOfAnotherSizeIsRefused(@TempDir Path folder) throws IOException {
        var other =
                Files.writeString(folder.resolve("t.json"), "{\"model\":{\"vocab\":{\"a\":0}}}");

        assertThatThrownBy(() -> new TokenFeaturizer(other))
                .isInstanceOf(IOException.class)
                .hasMessage(other + ": 1 tokens (expected: 30522)");
    }

    private static Map<Integer, Float> counts(Features features) {
        var counts = new TreeMap<Integer, Float>();
        for (int i = 0; i < features.size(); i++) {
            counts.put(features.row(i), features.weight(i));
        }
        return counts;
    }

    /// Words of ours, letters of Europe and what [#PARTS] has, with and without spaces between.
    private static String anyText(SplittableRandom random) {
        var text = new StringBuilder();
        int parts = random.nextInt(40);
        for (int i = 0; i < parts; i++) {
            switch (random.nextInt(4)) {
                case 0 -> text.append(PARTS.get(random.nextInt(PARTS.size())));
                case 1 -> text.appendCodePoint(random.nextInt(1, 0x250));
                case 2 -> text.append(Long.toString(random.nextLong(1L << 30), 36));
                default -> text.append(' ');
            }
        }
        return text.toString();
    }
}
