package dev.millrace.inference.hashing;

import dev.millrace.inference.features.Features;
import dev.millrace.inference.features.Featurizer;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;

/// Finds in a text what the `hashed-ngrams` model looks at.
///
/// 1. The text is brought to one form: NFKC, lower case. Only its first [#MAX_CHARACTERS] count.
/// 2. It falls into words: runs of letters, digits and combining marks; an ideograph is a word by
///    itself.
/// 3. Features are words, pairs of neighbouring words, and the pieces of `<word>` that are four
///    characters long (after Bojanowski et al. 2017, who take 3 to 6), so that a typo or another
///    ending costs only some of them.
/// 4. A feature's row is found by FNV-1a over a letter for its kind and its text ("feature
///    hashing", Weinberger et al. 2009).
/// 5. A word weighs by its length, because in every language the frequent words that say little are
///    short (Zipf). The pieces of one word share one weight, so that long words do not drown the
///    rest. What comes `n` times weighs `1 + ln n` times as much.
/// 6. The heaviest [#MAX_FEATURES] stay; of equals the earlier.
///
/// The numbers were chosen by finding 800-character passages of this project's documents by some of
/// their words, in order, shuffled and mistyped: pieces of 3 to 4 or 3 to 5 characters cost half as
/// much again and found fewer, but for mistyped words.
///
/// Deterministic. Keeps its scratch space between calls, so confined to one thread at a time.
public final class NgramFeaturizer implements Featurizer {

    /// Most features a text may have: more than 1,500 characters of prose have.
    public static final int MAX_FEATURES = 1024;

    /// How much of a text is looked at, in UTF-16 units.
    public static final int MAX_CHARACTERS = 16_384;

    private static final int PIECE_LENGTH = 4;
    private static final int WORD_START = '<';
    private static final int WORD_END = '>';

    private static final float PAIR = 0.5f;
    private static final float PIECES = 1.4f;

    /// What a word of so many characters weighs; longer ones as much as the last.
    private static final float[] BY_LENGTH = {0f, 0.1f, 0.15f, 0.3f, 0.6f, 0.8f, 1f};

    /// What a feature that comes so many times weighs; more often as much as the last.
    private static final float[] TIMES = new float[64];

    static {
        for (int times = 1; times < TIMES.length; times++) {
            TIMES[times] = (float) (1 + Math.log(times));
        }
    }

    private final float[] sums = new float[SignTable.BUCKETS];
    private final int[] counts = new int[SignTable.BUCKETS];
    private int[] touched = new int[4096];
    private int touchedCount;

    /// The features of a text; for one without any, [SignTable#FEATURELESS] alone.
    @Override
    public Features of(String text) {
        touchedCount = 0;
        countAll(normalise(text));
        if (touchedCount == 0) {
            return new Features(new int[] {SignTable.FEATURELESS}, new float[] {1f});
        }
        return heaviest();
    }

    @Override
    public int rows() {
        return SignTable.BUCKETS;
    }

    private static int[] normalise(String text) {
        var start = text.length() <= MAX_CHARACTERS ? text : text.substring(0, MAX_CHARACTERS);
        var normal = Normalizer.normalize(start, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        var codePoints = new int[normal.codePointCount(0, normal.length())];
        int at = 0;
        for (int i = 0; i < codePoints.length; i++) {
            codePoints[i] = normal.codePointAt(at);
            at += Character.charCount(codePoints[i]);
        }
        return codePoints;
    }

    private void countAll(int[] text) {
        int previousStart = -1;
        int previousEnd = -1;
        int at = 0;
        while (at < text.length) {
            if (!isOfWord(text[at])) {
                at++;
                continue;
            }
            int start = at;
            at = endOfWord(text, start);
            countWord(text, start, at);
            if (previousStart >= 0) {
                countPair(text, previousStart, previousEnd, start, at);
            }
            previousStart = start;
            previousEnd = at;
        }
    }

    private static int endOfWord(int[] text, int start) {
        int end = start + 1;
        if (Character.isIdeographic(text[start])) {
            return end;
        }
        while (end < text.length && isOfWord(text[end]) && !Character.isIdeographic(text[end])) {
            end++;
        }
        return end;
    }

    private static boolean isOfWord(int codePoint) {
        if (codePoint < 0x80) {
            return (codePoint >= 'a' && codePoint <= 'z') || (codePoint >= '0' && codePoint <= '9');
        }
        return switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK -> true;
            default -> Character.isLetterOrDigit(codePoint);
        };
    }

    private static float weightOf(int[] text, int start, int end) {
        return Character.isIdeographic(text[start])
                ? 1f
                : BY_LENGTH[Math.min(end - start, BY_LENGTH.length - 1)];
    }

    private void countWord(int[] text, int start, int end) {
        float weight = weightOf(text, start, end);
        count(hash(Mixing.fnv(Mixing.fnv(), 'w'), text, start, end), weight);

        int pieces = end - start + 2 - PIECE_LENGTH + 1;
        float each = PIECES * weight / (float) Math.sqrt(Math.max(pieces, 1));
        for (int piece = 0; piece < pieces; piece++) {
            long hash = Mixing.fnv(Mixing.fnv(), 'c');
            for (int i = start - 1 + piece; i < start - 1 + piece + PIECE_LENGTH; i++) {
                int character = i < start ? WORD_START : i == end ? WORD_END : text[i];
                hash = Mixing.fnv(hash, character);
            }
            count(hash, each);
        }
    }

    private void countPair(int[] text, int start1, int end1, int start2, int end2) {
        float weight =
                PAIR
                        * (float)
                                Math.sqrt(
                                        weightOf(text, start1, end1)
                                                * weightOf(text, start2, end2));
        long hash = hash(Mixing.fnv(Mixing.fnv(), 'p'), text, start1, end1);
        count(hash(Mixing.fnv(hash, ' '), text, start2, end2), weight);
    }

    private static long hash(long from, int[] text, int start, int end) {
        long hash = from;
        for (int i = start; i < end; i++) {
            hash = Mixing.fnv(hash, text[i]);
        }
        return hash;
    }

    private void count(long hash, float weight) {
        int bucket = SignTable.bucketOf(hash);
        if (counts[bucket]++ == 0) {
            if (touchedCount == touched.length) {
                touched = Arrays.copyOf(touched, 2 * touched.length);
            }
            touched[touchedCount++] = bucket;
        }
        sums[bucket] += weight;
    }

    /// Takes the result out of the scratch space and leaves that clean.
    private Features heaviest() {
        // Heaviest first, then earliest first: the sign bit of a positive float is free.
        var order = new long[touchedCount];
        for (int i = 0; i < touchedCount; i++) {
            int bucket = touched[i];
            float mean = sums[bucket] / counts[bucket];
            float weight = mean * TIMES[Math.min(counts[bucket], TIMES.length - 1)];
            order[i] = (long) ~Float.floatToRawIntBits(weight) << Integer.SIZE | i;
            sums[bucket] = 0;
            counts[bucket] = 0;
        }
        if (touchedCount > MAX_FEATURES) {
            Arrays.sort(order);
        }
        int size = Math.min(touchedCount, MAX_FEATURES);
        var buckets = new int[size];
        var weights = new float[size];
        for (int i = 0; i < size; i++) {
            buckets[i] = touched[(int) order[i]];
            weights[i] = Float.intBitsToFloat(~(int) (order[i] >> Integer.SIZE));
        }
        return new Features(buckets, weights);
    }
}
