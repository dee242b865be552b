package dev.millrace.streams.chunking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChunkerTest {

    private final Chunker chunker = new Chunker();

    @Test
    void blankTextHasNoPieces() {
        for (var type : List.of("text/plain", "text/markdown", "text/html")) {
            assertThat(chunker.cut("", type)).isEmpty();
            assertThat(chunker.cut(" \n\t\u00a0\r\n", type)).isEmpty();
        }
    }

    @Test
    void shortTextIsOnePiece() {
        assertThat(chunker.cut("  A mill 😀 race.\n", "text/plain"))
                .containsExactly(new Piece(2, 16, "A mill 😀 race.", List.of()));
    }

    @Test
    void unknownMediaTypeIsPlainText() {
        assertThat(chunker.cut("# a", "application/x-unknown"))
                .isEqualTo(chunker.cut("# a", "text/plain"));
    }

    @Test
    void longParagraphIsCutBetweenSentencesAndOverlapsByOneOrTwo() {
        var text = sentences(0, 60);

        var pieces = chunker.cut(text, "text/plain");

        assertThat(pieces).hasSizeGreaterThan(1);
        assertThat(pieces).allMatch(piece -> piece.text().startsWith("Sentence number"));
        assertThat(pieces).allMatch(piece -> piece.text().endsWith("mill race."));
        for (int at = 1; at < pieces.size(); at++) {
            assertThat(pieces.get(at - 1).end() - pieces.get(at).start()).isBetween(50, 200);
        }
    }

    @Test
    void paragraphEndIsPreferredToSentenceEnd() {
        var first = sentences(0, 18);
        var second = sentences(18, 36);

        var pieces = chunker.cut(first + "\n\n" + second, "text/plain");

        assertThat(pieces.getFirst().text()).isEqualTo(first.strip());
        assertThat(pieces.getLast().text()).endsWith(second.strip());
    }

    @Test
    void endlessSentenceIsCutBetweenWordsAndAnEndlessWordAnywhere() {
        var words = "word ".repeat(1_000);
        assertThat(chunker.cut(words, "text/plain"))
                .allMatch(piece -> piece.text().endsWith("word"))
                .allMatch(piece -> piece.text().startsWith("word"));

        var faces = "😀".repeat(4_000);
        assertThat(chunker.cut(faces, "text/plain"))
                .extracting(piece -> piece.end() - piece.start())
                .containsExactly(1_500, 1_500, 1_000);
    }

    @Test
    void headingsOfMarkdownMakeSections() {
        var one = sentences(0, 5);
        var two = sentences(5, 10);
        var text = "# The *mill*\n\n## `Race`\n" + one + "\n\nWater\n-----\n" + two;

        var pieces = chunker.cut(text, "text/markdown");

        assertThat(pieces)
                .extracting(Piece::headings)
                .containsExactly(List.of("The mill", "Race"), List.of("The mill", "Water"));
        assertThat(pieces.getFirst().text()).startsWith("# The *mill*\n\n## `Race`");
        assertThat(pieces.getLast().text()).startsWith("Water\n-----\nSentence");
    }

    @Test
    void smallSectionsShareAPieceAndTheHeadingsTheyHaveInCommon() {
        var text = "# A\n\n## B\n\nOne.\n\n## C\n\nTwo.\n";

        assertThat(chunker.cut(text, "text/markdown"))
                .containsExactly(new Piece(0, text.length() - 1, text.strip(), List.of("A")));
    }

    @Test
    void codeListsAndTablesOfMarkdownStayWhole() {
        var code = "```java\n" + "int x = 1. + 2; // A. B.\n".repeat(40) + "```";
        var list = "- An item of the list. It has two sentences.\n".repeat(25).strip();
        var table = "| a | b |\n|---|:-:|\n" + "| A cell. | Its neighbour. |\n".repeat(35).strip();

        var pieces =
                chunker.cut(
                        String.join("\n\n", sentences(0, 5), code, list, table, sentences(0, 5)),
                        "text/markdown");

        for (var block : List.of(code, list, table)) {
            assertThat(pieces).as(block).anyMatch(piece -> piece.text().contains(block));
        }
    }

    @Test
    void largeListIsCutBetweenItems() {
        var list = "- An item of the list. It has two sentences.\n".repeat(100);

        assertThat(chunker.cut(list, "text/markdown"))
                .hasSizeGreaterThan(2)
                .allMatch(piece -> piece.text().startsWith("- An item"))
                .allMatch(piece -> piece.text().endsWith("sentences."));
    }

    @Test
    void largeCodeIsCutBetweenLines() {
        var code = "```\n" + "call(a. b, c. d); // Why. Because.\n".repeat(200) + "```\n";

        assertThat(chunker.cut(code, "text/markdown"))
                .hasSizeGreaterThan(3)
                .allMatch(piece -> piece.text().startsWith("call(") || piece.text().startsWith("`"))
                .allMatch(piece -> piece.text().endsWith("e.") || piece.text().endsWith("`"));
    }

    @Test
    void longMarkdownKeepsItsHeadingsFromWindowToWindow() {
        var text = "# Top\n\n" + (sentences(0, 10) + "\n\n").repeat(1_200);

        assertThat(text.length()).isGreaterThan(512 * 1024);
        assertThat(chunker.cut(text, "text/markdown"))
                .allMatch(piece -> piece.headings().equals(List.of("Top")))
                .allMatch(piece -> piece.text().endsWith("mill race."));
    }

    @Test
    void htmlIsReadAsAReaderSeesIt() {
        var html =
                """
                <!doctype html><html><head><title>T</title><style>p{}</style></head><body>
                <nav><a href="/">Home</a></nav>
                <h1>The &amp; mill</h1>
                <p>One&nbsp;two <b>three</b>
                   four.<br>Five &#128512;.</p>
                <script>if (a < b) "<p>no</p>"</script>
                <ul><li>Six</li><li>Seven</li></ul>
                <table><tr><th>a</th><td>b</td></tr></table>
                </body></html>
                """;

        var pieces = chunker.cut(html, "text/html");

        assertThat(pieces).hasSize(1);
        var piece = pieces.getFirst();
        assertThat(piece.text())
                .isEqualTo(
                        """
                        The & mill
                        One\u00a0two three four.
                        Five 😀.
                        Six
                        Seven
                        a b\
                        """);
        assertThat(piece.headings()).containsExactly("The & mill");
        assertThat(html.substring(piece.start(), piece.end()))
                .startsWith("The &amp; mill</h1>")
                .endsWith("<th>a</th><td>b");
    }

    @Test
    void piecesOfHtmlPointIntoItsSource() {
        var html =
                "<h1>😀</h1>"
                        + IntStream.range(0, 100)
                                .mapToObj(n ->
                                        "<p>Paragraph &lt;%d&gt; of a mill race.</p>\n"
                                                .formatted(n))
                                .collect(Collectors.joining());
        var points = html.codePoints().toArray();

        var pieces = chunker.cut(html, "text/html");

        assertThat(pieces).hasSizeGreaterThan(2);
        for (var piece : pieces.subList(1, pieces.size())) {
            var source = new String(points, piece.start(), piece.end() - piece.start());
            assertThat(source).startsWith("Paragraph &lt;").endsWith("mill race.");
            assertThat(source.replace("</p>\n<p>", "\n").replace("&lt;", "<").replace("&gt;", ">"))
                    .isEqualTo(piece.text());
            assertThat(piece.headings()).containsExactly("😀");
        }
    }

    @Test
    void headingsOfHtmlMakeSections() {
        var html = "<h1>A</h1><h2>B</h2><p>" + sentences(0, 5) + "<h2>C</h2><p>" + sentences(5, 10);

        assertThat(chunker.cut(html, "text/html"))
                .extracting(Piece::headings)
                .containsExactly(List.of("A", "B"), List.of("A", "C"));
    }

    @Test
    void scriptsLongerThanAWindowAreLeftOut() {
        var html =
                "<p>Before.</p>"
                        + "<script>var x = '<p>no</p>';\n".concat("<div>no</div>\n".repeat(50_000))
                        + "</Script><p>After.</p>";

        assertThat(chunker.cut(html, "text/html"))
                .extracting(Piece::text)
                .containsExactly("Before.", "After.");
    }

    private static String sentences(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(n -> "Sentence number %d speaks of the old mill race. ".formatted(n))
                .collect(Collectors.joining())
                .strip();
    }
}
