package dev.millrace.inference.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Cuts words into pieces that it knows, from the left and each as long as there is one
/// ("WordPiece", Wu et al. 2016). A word of which any piece is not known is not known at all, nor
/// is one of more than [#MAX_WORD] characters.
final class Vocabulary {

    /// The longest word that is looked at, in code points.
    static final int MAX_WORD = 100;

    private static final String CONTINUES = "##";

    private final Map<String, Integer> beginnings;
    private final Map<String, Integer> continuations;
    private final int longest;

    private Vocabulary(Map<String, Integer> beginnings, Map<String, Integer> continuations) {
        this.beginnings = beginnings;
        this.continuations = continuations;
        this.longest = Math.max(longestOf(beginnings.keySet()), longestOf(continuations.keySet()));
    }

    private static int longestOf(Iterable<String> pieces) {
        int longest = 0;
        for (var piece : pieces) {
            longest = Math.max(longest, piece.length());
        }
        return longest;
    }

    /// Reads the vocabulary of a `tokenizer.json`.
    ///
    /// @throws IOException if there is none of [TokenTable#TOKENS] tokens in it
    static Vocabulary read(Path tokenizer) throws IOException {
        JsonNode listed =
                new ObjectMapper().readTree(tokenizer.toFile()).path("model").path("vocab");
        if (listed.size() != TokenTable.TOKENS) {
            throw new IOException(
                    "%s: %d tokens (expected: %d)"
                            .formatted(tokenizer, listed.size(), TokenTable.TOKENS));
        }
        var beginnings = HashMap.<String, Integer>newHashMap(listed.size());
        var continuations = new HashMap<String, Integer>();
        for (var entry : listed.properties()) {
            var token = entry.getKey();
            if (token.startsWith(CONTINUES) && token.length() > CONTINUES.length()) {
                continuations.put(token.substring(CONTINUES.length()), entry.getValue().intValue());
            } else {
                beginnings.put(token, entry.getValue().intValue());
            }
        }
        return new Vocabulary(beginnings, continuations);
    }

    /// The tokens of a word; none if it is not known.
    int[] pieces(String word) {
        var whole = beginnings.get(word);
        if (whole != null) {
            return new int[] {whole};
        }
        if (word.codePointCount(0, word.length()) > MAX_WORD) {
            return new int[0];
        }
        var pieces = new int[word.length()];
        int count = 0;
        for (int start = 0; start < word.length(); count++) {
            var known = start == 0 ? beginnings : continuations;
            int end = Math.min(word.length(), start + longest);
            Integer piece = null;
            while (end > start && piece == null) {
                piece = known.get(word.substring(start, end));
                end -= piece == null ? 1 : 0;
            }
            if (piece == null) {
                return new int[0];
            }
            pieces[count] = piece;
            start = end;
        }
        return Arrays.copyOf(pieces, count);
    }
}
