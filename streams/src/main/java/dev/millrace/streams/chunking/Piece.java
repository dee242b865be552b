package dev.millrace.streams.chunking;

import java.util.List;

/// One piece of a text.
///
/// @param start the first character in the source, counted in Unicode code points from 0
/// @param end the character after the last one
/// @param text in plain text and Markdown exactly `source[start:end]`; in HTML what a reader sees
///   of it; never blank at either end
/// @param headings the titles above the piece, outermost first
public record Piece(int start, int end, String text, List<String> headings) {

    public Piece {
        headings = List.copyOf(headings);
    }
}
