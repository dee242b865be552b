package dev.millrace.streams.chunking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Texts made to be hard. What is checked is that each ends, in pieces that are not too long; the
/// test run itself is the bound on time and memory.
class LargeTextsTest {

    /* `-Dlarge=16777216` tries the largest text there is. */
    private static final int LENGTH = Integer.getInteger("large", 288 << 10);

    private final Chunker chunker = new Chunker();

    @Test
    void hardTextsAreCutIntoBoundedPieces() {
        var slow = new ArrayList<String>();
        for (var hard : hardTexts().entrySet()) {
            for (var type : List.of("text/plain", "text/markdown", "text/html")) {
                var text = hard.getValue();
                long begun = System.nanoTime();
                var pieces = chunker.cut(text, type);
                slow.add(
                        "%s as %s: %d pieces, %d ms"
                                .formatted(
                                        hard.getKey().replace("\n", "\\n"),
                                        type,
                                        pieces.size(),
                                        (System.nanoTime() - begun) / 1_000_000));
                assertThat(pieces)
                        .as("%s as %s", hard.getKey(), type)
                        .allMatch(piece ->
                                piece.text().codePointCount(0, piece.text().length())
                                        <= Chunker.MAXIMUM);
            }
        }
        if (Boolean.getBoolean("show")) {
            slow.forEach(System.out::println);
        }
    }

    @Test
    void aMillionLineEndsAreNothing() {
        var text = "\n".repeat(1_000_000);

        assertThat(chunker.cut(text, "text/plain")).isEmpty();
        assertThat(chunker.cut(text, "text/markdown")).isEmpty();
        assertThat(chunker.cut(text, "text/html")).isEmpty();
    }

    private static Map<String, String> hardTexts() {
        var texts = new TreeMap<String, String>();
        for (var unit :
                List.of(
                        "x",
                        "x\n",
                        "\u00a0",
                        "\ud800",
                        "\udc00",
                        "😀",
                        ".",
                        ". ",
                        "a. ",
                        "A.b",
                        "e\u0301",
                        "> ",
                        "- ",
                        "  - a\n",
                        "# a\n",
                        "```\n",
                        "[",
                        "![",
                        "](",
                        "*",
                        "`",
                        "| a | b |\n",
                        "<",
                        "<div>",
                        "<p>a",
                        "<ul><li>",
                        "<b>",
                        "<b><p>",
                        "<table>",
                        "<table><td>",
                        "<script>",
                        "<!--",
                        "</div>",
                        "&",
                        "&amp;",
                        "<h1>a</h1>",
                        "A sentence of some words, as they are. ",
                        "A line of words\nthat has no end\n\n")) {
            texts.put(unit, unit.repeat(LENGTH / unit.length()));
        }
        texts.put(
                "deepening list",
                IntStream.range(0, 1_000)
                        .mapToObj(depth -> " ".repeat(2 * depth) + "- item\n")
                        .collect(Collectors.joining()));
        return texts;
    }
}
