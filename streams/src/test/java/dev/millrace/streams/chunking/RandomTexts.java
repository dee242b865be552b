package dev.millrace.streams.chunking;

import java.util.List;
import java.util.random.RandomGenerator;

/// Texts that look like documents, and some that look like nothing.
final class RandomTexts {

    private static final List<String> WORDS =
            List.of(
                    "mill",
                    "race",
                    "water",
                    "ein",
                    "Größe",
                    "𝒳-axis",
                    "日本語",
                    "👩‍👩‍👧",
                    "e\u0301t",
                    "log.",
                    "e.g.",
                    "it's",
                    "3.14",
                    "naïve",
                    "\u00a0",
                    "\ufeff",
                    "العربية");
    private static final List<String> MARKUP =
            List.of(
                    "\n\n",
                    "\n",
                    "\r\n",
                    "# ",
                    "\n## ",
                    "\n### a & *b*\n",
                    "\n- ",
                    "\n  - ",
                    "\n1. ",
                    "\n```\n",
                    "\n~~~\n",
                    "\n    ",
                    "> ",
                    "\n| a | b |\n| - | - |\n| 1 | 2 |\n",
                    "\n---\n",
                    "`",
                    "*",
                    "[",
                    "](",
                    ")",
                    "<p>",
                    "</p>",
                    "<h2>",
                    "</h2>",
                    "<ul><li>",
                    "</ul>",
                    "<table><tr><td>",
                    "</table>",
                    "<pre>",
                    "</pre>",
                    "<br>",
                    "<script>",
                    "</script>",
                    "<!--",
                    "-->",
                    "&amp;",
                    "&copy",
                    "&#128512;",
                    "&bogus;",
                    "<nav>",
                    "</nav>",
                    "\t");

    private RandomTexts() {}

    /// Words, sentences and the markup of both dialects, in no good order.
    static String document(RandomGenerator random) {
        var text = new StringBuilder();
        int parts = random.nextInt(1_200);
        int calm = 2 + random.nextInt(40);
        for (int part = 0; part < parts; part++) {
            if (random.nextInt(calm) == 0) {
                text.append(MARKUP.get(random.nextInt(MARKUP.size())));
            }
            text.append(WORDS.get(random.nextInt(WORDS.size())));
            text.append(random.nextInt(12) == 0 ? ". " : random.nextInt(40) == 0 ? "" : " ");
        }
        return text.toString();
    }

    /// Any characters at all, unpaired surrogates included.
    static String noise(RandomGenerator random) {
        var text = new StringBuilder();
        int length = random.nextInt(6_000);
        int spread = 1 << (4 + random.nextInt(13));
        for (int at = 0; at < length; at++) {
            text.append((char) random.nextInt(spread));
        }
        return text.toString();
    }
}
