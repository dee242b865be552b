package dev.millrace.inference.tokens;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.millrace.inference.features.Features;
import dev.millrace.inference.features.Featurizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/// Counts the tokens of a text: the pieces of words of BERT's vocabulary, in lower case and without
/// accents, as the `tokenizer.json` of the model says.
///
/// Only the first [#MAX_CHARACTERS] count; of what is left, all. What the vocabulary does not know
/// counts as nothing, and neither do words of more than 100 characters.
///
/// Deterministic. Keeps its scratch space between calls, so confined to one thread at a time.
public final class TokenFeaturizer implements Featurizer {

    /// How much of a text is looked at, in UTF-16 units.
    public static final int MAX_CHARACTERS = 16_384;

    private static final Map<String, String> ALL_TOKENS_AND_NO_OTHERS =
            Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

    private final HuggingFaceTokenizer tokenizer;
    private final int[] counts = new int[TokenTable.TOKENS];

    /// @param tokenizer a `tokenizer.json`
    /// @throws IOException if it cannot be read
    public TokenFeaturizer(Path tokenizer) throws IOException {
        this.tokenizer = HuggingFaceTokenizer.newInstance(tokenizer, ALL_TOKENS_AND_NO_OTHERS);
    }

    @Override
    public Features of(String text) {
        var tokens = tokenizer.encode(start(text), false, false).getIds();
        var different = new int[tokens.length];
        int size = 0;
        for (long token : tokens) {
            if (token != TokenTable.UNKNOWN && counts[(int) token]++ == 0) {
                different[size++] = (int) token;
            }
        }
        if (size == 0) {
            return new Features(new int[] {TokenTable.WORDLESS}, new float[] {1f});
        }
        var weights = new float[size];
        for (int i = 0; i < size; i++) {
            weights[i] = counts[different[i]];
            counts[different[i]] = 0;
        }
        return new Features(Arrays.copyOf(different, size), weights);
    }

    @Override
    public int rows() {
        return TokenTable.TOKENS;
    }

    /// Cut where no character is split. A lone surrogate, which has no UTF-8 for the tokenizer, is
    /// what it stands for anyway: a character that nobody knows.
    private static String start(String text) {
        int end = Math.min(text.length(), MAX_CHARACTERS);
        if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        var start = text.substring(0, end);
        return start.chars().noneMatch(unit -> Character.isSurrogate((char) unit))
                ? start
                : wellFormed(start);
    }

    private static String wellFormed(String text) {
        var codePoints =
                text.codePoints()
                        .map(point ->
                                Character.getType(point) == Character.SURROGATE ? '\uFFFD' : point)
                        .toArray();
        return new String(codePoints, 0, codePoints.length);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
