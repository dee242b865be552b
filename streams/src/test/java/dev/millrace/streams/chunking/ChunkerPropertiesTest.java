package dev.millrace.streams.chunking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ChunkerPropertiesTest {

    private static final List<String> EXACT = List.of("text/plain", "text/markdown");
    private static final List<String> ALL = List.of("text/plain", "text/markdown", "text/html");
    private static final int SEEDS = 400;

    private final Chunker chunker = new Chunker();

    @Test
    void piecesOfTextAndMarkdownAreExactSlices() {
        forEachText(
                EXACT,
                (text, pieces, seed) -> {
                    var points = text.codePoints().toArray();
                    for (var piece : pieces) {
                        assertThat(piece.text())
                                .as(seed)
                                .isEqualTo(
                                        new String(
                                                points,
                                                piece.start(),
                                                piece.end() - piece.start()));
                    }
                });
    }

    @Test
    void everyCharacterThatIsNotBlankIsInSomePiece() {
        forEachText(
                EXACT,
                (text, pieces, seed) -> {
                    var points = text.codePoints().toArray();
                    int covered = 0;
                    for (var piece : pieces) {
                        for (int at = covered; at < piece.start(); at++) {
                            assertThat(isBlank(points[at])).as("%s at %d", seed, at).isTrue();
                        }
                        covered = piece.end();
                    }
                    for (int at = covered; at < points.length; at++) {
                        assertThat(isBlank(points[at])).as("%s at %d", seed, at).isTrue();
                    }
                });
    }

    @Test
    void piecesAreNeitherEmptyNorTooLong() {
        forEachText(
                ALL,
                (_, pieces, seed) -> {
                    for (var piece : pieces) {
                        assertThat(piece.text().codePointCount(0, piece.text().length()))
                                .as(seed)
                                .isBetween(1, Chunker.MAXIMUM);
                        assertThat(piece.text()).as(seed).isEqualTo(piece.text().strip());
                    }
                });
    }

    @Test
    void overlapIsBoundedAndEveryPieceBringsSomethingNew() {
        forEachText(
                EXACT,
                (_, pieces, seed) -> {
                    for (int at = 1; at < pieces.size(); at++) {
                        var before = pieces.get(at - 1);
                        var piece = pieces.get(at);
                        assertThat(piece.start()).as(seed).isGreaterThan(before.start());
                        assertThat(piece.end()).as(seed).isGreaterThan(before.end());
                        assertThat(before.end() - piece.start())
                                .as(seed)
                                .isLessThanOrEqualTo(Chunker.OVERLAP);
                    }
                });
    }

    @Test
    void offsetsIntoHtmlStayInsideIt() {
        forEachText(
                List.of("text/html"),
                (text, pieces, seed) -> {
                    int length = text.codePointCount(0, text.length());
                    for (var piece : pieces) {
                        assertThat(piece.start()).as(seed).isBetween(0, piece.end());
                        assertThat(piece.end()).as(seed).isLessThanOrEqualTo(length);
                    }
                });
    }

    @Test
    void noSurrogatePairIsSplit() {
        forEachText(
                ALL,
                (text, pieces, seed) -> {
                    if (text.codePoints().anyMatch(ChunkerPropertiesTest::isSurrogate)) {
                        return;
                    }
                    for (var piece : pieces) {
                        assertThat(piece.text().codePoints())
                                .as(seed)
                                .noneMatch(ChunkerPropertiesTest::isSurrogate);
                    }
                });
    }

    @Test
    void cuttingTwiceGivesTheSamePieces() {
        forEachText(
                ALL,
                (text, pieces, seed) ->
                        assertThat(
                                        ALL.stream()
                                                .map(type -> new Chunker().cut(text, type))
                                                .anyMatch(pieces::equals))
                                .as(seed)
                                .isTrue());
    }

    private void forEachText(List<String> mediaTypes, Property property) {
        LongStream.range(0, SEEDS)
                .forEach(seed -> {
                    var random = new SplittableRandom(seed);
                    var text =
                            seed % 3 == 0
                                    ? RandomTexts.noise(random)
                                    : RandomTexts.document(random);
                    for (var type : mediaTypes) {
                        property.check(
                                text, chunker.cut(text, type), "seed %d, %s".formatted(seed, type));
                    }
                });
    }

    private static boolean isBlank(int codePoint) {
        return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint);
    }

    private static boolean isSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    private interface Property {
        void check(String text, List<Piece> pieces, String seed);
    }
}
