package dev.millrace.inference.hashing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.inference.features.Features;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NgramFeaturizerTest {

    private static final int SEEDS = 300;

    private final NgramFeaturizer featurizer = new NgramFeaturizer();

    @Test
    void everyTextHasBoundedPositiveDistinctFeatures() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var features = featurizer.of(anyText(seed));

            assertThat(features.size())
                    .as("seed %d", seed)
                    .isBetween(1, NgramFeaturizer.MAX_FEATURES);
            assertThat(buckets(features)).as("seed %d", seed).hasSize(features.size());
            assertThat(weights(features).values())
                    .as("seed %d", seed)
                    .allMatch(weight -> weight > 0 && Float.isFinite(weight));
            assertThat(buckets(features))
                    .as("seed %d", seed)
                    .allMatch(bucket -> bucket >= 0 && bucket < SignTable.BUCKETS);
        }
    }

    @Test
    void whatWasLookedAtBeforeLeavesNoTrace() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var text = anyText(seed);
            var fresh = weights(new NgramFeaturizer().of(text));

            assertThat(weights(featurizer.of(text))).as("seed %d", seed).isEqualTo(fresh);
        }
    }

    @Test
    void caseAndWidthAndSpacingDoNotMatter() {
        var plain = weights(featurizer.of("The Committed Offsets"));

        assertThat(weights(featurizer.of("the  committed\n\toffsets!"))).isEqualTo(plain);
        assertThat(weights(featurizer.of("THE COMMITTED OFFSETS"))).isEqualTo(plain);
        assertThat(weights(featurizer.of("ｔｈｅ ｃｏｍｍｉｔｔｅｄ ｏｆｆｓｅｔｓ"))).isEqualTo(plain);
    }

    @Test
    void textWithoutWordsHasTheOneFeatureKeptForThat() {
        for (var text : new String[] {"", " ", "!!!", "\n\t", "→ … ☂", "🙂"}) {
            assertThat(buckets(featurizer.of(text)))
                    .as(text)
                    .containsExactly(SignTable.FEATURELESS);
        }
    }

    @Test
    void wordsOfEveryScriptAreSeen() {
        for (var text : new String[] {"поток", "ρεύμα", "流れ", "مجرى", "धारा", "𐐔𐐯𐑅", "x"}) {
            assertThat(buckets(featurizer.of(text))).as(text).doesNotContain(SignTable.FEATURELESS);
        }
    }

    @Test
    void ideographsAreWordsOfTheirOwn() {
        assertThat(buckets(featurizer.of("東京都"))).containsAll(buckets(featurizer.of("京")));
    }

    @Test
    void typoKeepsSomeOfAWord() {
        var right = buckets(featurizer.of("replication"));
        var wrong = buckets(featurizer.of("replicatoin"));

        assertThat(right).containsAnyElementsOf(wrong).isNotEqualTo(wrong);
    }

    @Test
    void longWordWeighsMoreThanShortOne() {
        var features = weights(featurizer.of("of"));
        var longer = weights(featurizer.of("partition"));

        assertThat(longer.values().stream().max(Float::compare).orElseThrow())
                .isGreaterThan(features.values().stream().max(Float::compare).orElseThrow());
    }

    @Test
    void repeatedWordWeighsMoreButNotInProportion() {
        float once = weight("offset", "offset");
        float often = weight("offset", "offset, offset, offset, offset");

        assertThat(often).isBetween(1.5f * once, 3f * once);
    }

    @Test
    void onlyTheHeaviestFeaturesOfALongTextStay() {
        var text = new StringBuilder();
        var random = new SplittableRandom(11);
        for (int i = 0; i < 2_000; i++) {
            text.append(Long.toString(random.nextLong(1L << 40), 36)).append(' ');
        }

        var features = featurizer.of(text.toString());

        assertThat(features.size()).isEqualTo(NgramFeaturizer.MAX_FEATURES);
    }

    @Test
    void textBeyondTheLimitIsNotLookedAt() {
        var text = "word ".repeat(NgramFeaturizer.MAX_CHARACTERS / 5 + 1);
        var start = text.substring(0, NgramFeaturizer.MAX_CHARACTERS);

        assertThat(weights(featurizer.of(start + "unseen otherwise")))
                .isEqualTo(weights(featurizer.of(start)));
    }

    private float weight(String feature, String text) {
        // Of a single word's features the word itself comes first.
        int bucket = featurizer.of(feature).row(0);
        return java.util.Objects.requireNonNull(weights(featurizer.of(text)).get(bucket));
    }

    private static Set<Integer> buckets(Features features) {
        return new HashSet<>(weights(features).keySet());
    }

    private static Map<Integer, Float> weights(Features features) {
        var weights = new TreeMap<Integer, Float>();
        for (int i = 0; i < features.size(); i++) {
            weights.put(features.row(i), features.weight(i));
        }
        return weights;
    }

    /// Letters mostly, but any code unit now and then, lone surrogates among them.
    private static String anyText(int seed) {
        var random = new SplittableRandom(seed);
        var text = new StringBuilder();
        int length = random.nextInt(3_000);
        for (int i = 0; i < length; i++) {
            switch (random.nextInt(8)) {
                case 0 -> text.append(' ');
                case 1 -> text.append((char) random.nextInt(0x10000));
                default -> text.append((char) ('a' + random.nextInt(26)));
            }
        }
        return text.toString();
    }
}
