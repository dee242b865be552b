package dev.millrace.bench.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/// As many texts as one likes, the same for the same seed, in whatever order they are asked for.
///
/// Lengths are log-normal, as those of people's notes and articles are: half of the texts are
/// shorter than [#MEDIAN_LENGTH], one in twenty is longer than four times that. Words are made of
/// syllables and as unevenly frequent as a language's (Zipf), so that neither an index nor a
/// compressor has it too easy. Every other text is Markdown with headings, lists and code; the
/// others are plain. Safe for use by many threads.
public final class Corpus {

    /// The length in characters that half of the texts do not reach.
    public static final int MEDIAN_LENGTH = 4_000;

    private static final double SPREAD = 0.85;
    private static final int SHORTEST = 300;
    private static final int LONGEST = 120_000;
    private static final int VOCABULARY = 20_000;
    private static final long STRIDE = 0x9E37_79B9_7F4A_7C15L;
    private static final String[] ONSETS = {
        "b", "br", "c", "cl", "d", "dr", "f", "fl", "g", "gr", "h", "l", "m", "n", "p", "pl", "r",
        "s", "st", "t", "tr", "v", "w", ""
    };
    private static final String[] RIMES = {
        "a", "al", "an", "ar", "e", "el", "en", "er", "i", "il", "in", "ing", "o", "on", "or", "ou",
        "u", "um", "ur", "y"
    };

    private final long seed;
    private final String[] words;

    public Corpus(long seed) {
        this.seed = seed;
        this.words = vocabulary(new SplittableRandom(seed));
    }

    /// The text of a number.
    public Text text(int number) {
        var random = new SplittableRandom(seed + (number + 1L) * STRIDE);
        int length = length(random);
        boolean isMarkdown = random.nextBoolean();
        var body = new StringBuilder(length + 1_000);
        if (isMarkdown) {
            body.append("# ").append(title(random)).append("\n\n");
        }
        while (body.length() < length) {
            if (isMarkdown) {
                markdownBlock(random, body);
            } else {
                paragraph(random, body);
            }
        }
        var name = "%016x/%06d.%s".formatted(seed, number, isMarkdown ? "md" : "txt");
        return new Text(name, isMarkdown ? "text/markdown" : "text/plain", body.toString());
    }

    /// The texts of the numbers from `from`, `count` of them.
    public List<Text> texts(int from, int count) {
        var texts = new ArrayList<Text>(count);
        for (int number = from; number < from + count; number++) {
            texts.add(text(number));
        }
        return texts;
    }

    private static int length(SplittableRandom random) {
        double length = MEDIAN_LENGTH * Math.exp(SPREAD * random.nextGaussian());
        return (int) Math.clamp(length, SHORTEST, LONGEST);
    }

    private void markdownBlock(SplittableRandom random, StringBuilder body) {
        int dice = random.nextInt(20);
        if (dice < 3) {
            body.append(dice == 0 ? "## " : "### ").append(title(random)).append("\n\n");
        } else if (dice == 3) {
            for (int item = random.nextInt(3, 8); item > 0; item--) {
                body.append("- ");
                sentence(random, body);
                body.append('\n');
            }
            body.append('\n');
        } else if (dice == 4) {
            body.append("```\n");
            for (int line = random.nextInt(2, 9); line > 0; line--) {
                body.append("  ").append(word(random)).append(" = ").append(word(random));
                body.append('(').append(random.nextInt(1_000)).append(");\n");
            }
            body.append("```\n\n");
        } else {
            paragraph(random, body);
        }
    }

    private void paragraph(SplittableRandom random, StringBuilder body) {
        for (int sentences = random.nextInt(2, 8); sentences > 0; sentences--) {
            sentence(random, body);
            body.append(sentences > 1 ? " " : "\n\n");
        }
    }

    private void sentence(SplittableRandom random, StringBuilder body) {
        body.append(capital(word(random)));
        for (int more = random.nextInt(4, 24); more > 0; more--) {
            body.append(random.nextInt(12) == 0 ? ", " : " ").append(word(random));
        }
        body.append(random.nextInt(15) == 0 ? '?' : '.');
    }

    private String title(SplittableRandom random) {
        var title = new StringBuilder(capital(word(random)));
        for (int more = random.nextInt(1, 5); more > 0; more--) {
            title.append(' ').append(word(random));
        }
        return title.toString();
    }

    /// The frequency of a word falls with its rank: an even draw over the ranks' logarithm.
    private String word(SplittableRandom random) {
        return words[(int) Math.pow(VOCABULARY, random.nextDouble()) - 1];
    }

    private static String capital(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }

    private static String[] vocabulary(SplittableRandom random) {
        var words = new String[VOCABULARY];
        for (int rank = 0; rank < VOCABULARY; rank++) {
            var word = new StringBuilder();
            // The most frequent words of a language are its shortest.
            int syllables = rank < 100 ? 1 : random.nextInt(2, 5);
            for (; syllables > 0; syllables--) {
                word.append(ONSETS[random.nextInt(ONSETS.length)]);
                word.append(RIMES[random.nextInt(RIMES.length)]);
            }
            words[rank] = word.toString();
        }
        return words;
    }
}
