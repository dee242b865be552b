package dev.millrace.inference.tokens;

import dev.millrace.inference.features.Features;
import dev.millrace.inference.features.Featurizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/// Counts the tokens of a text: its [Words], cut into pieces by a [Vocabulary].
///
/// Only the first [#MAX_CHARACTERS] count; of what is left, all. Words that the vocabulary does not
/// know count as nothing.
///
/// Deterministic. Keeps its scratch space between calls, so confined to one thread at a time.
public final class TokenFeaturizer implements Featurizer {

    /// How much of a text is looked at, in UTF-16 units.
    public static final int MAX_CHARACTERS = 16_384;

    private final Vocabulary vocabulary;
    private final int[] counts = new int[TokenTable.TOKENS];
    private final int[] different = new int[TokenTable.TOKENS];
    private int size;

    /// @param tokenizer a `tokenizer.json`
    /// @throws IOException if it cannot be read
    public TokenFeaturizer(Path tokenizer) throws IOException {
        this.vocabulary = Vocabulary.read(tokenizer);
    }

    @Override
    public Features of(String text) {
        size = 0;
        var start = text.length() <= MAX_CHARACTERS ? text : text.substring(0, MAX_CHARACTERS);
        Words.of(start, this::count);
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

    private void count(String word) {
        for (int token : vocabulary.pieces(word)) {
            if (counts[token]++ == 0) {
                different[size++] = token;
            }
        }
    }

    @Override
    public int rows() {
        return TokenTable.TOKENS;
    }
}
