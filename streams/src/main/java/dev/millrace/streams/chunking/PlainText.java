package dev.millrace.streams.chunking;

import java.util.List;
import java.util.function.Consumer;

/// Cuts plain text, whose blocks are paragraphs with blank lines between them.
final class PlainText {

    private final String text;
    private final Cutter cutter;
    private final Consumer<Piece> pieces;

    PlainText(String text, Cutter cutter, Consumer<Piece> pieces) {
        this.text = text;
        this.cutter = cutter;
        this.pieces = pieces;
    }

    void cut() {
        var offsets = new CodePoints(text);
        cutter.cut(
                text,
                0,
                text.length(),
                paragraphs(),
                (from, to) ->
                        pieces.accept(
                                new Piece(
                                        offsets.before(from),
                                        offsets.before(to),
                                        text.substring(from, to),
                                        List.of())));
    }

    private Marks paragraphs() {
        var marks = new Marks();
        int newlines = 2;
        for (int at = 0; at < text.length(); at++) {
            if (text.charAt(at) == '\n') {
                newlines++;
            } else if (!CodePoints.isBlank(text, at)) {
                if (newlines > 1) {
                    marks.block(at);
                }
                newlines = 0;
            }
        }
        return marks;
    }
}
