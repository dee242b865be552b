package dev.millrace.domain.document;

/// Where in which document a piece of text stands.
///
/// @param name the document's
/// @param start the first character in the source, counted in Unicode code points from 0
/// @param end the character after the last one
/// @param text what a reader sees; in plain text and Markdown exactly `source[start:end]`, in HTML
///   the same without its markup
public record Passage(String name, int start, int end, String text) {

    public Passage {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException(
                    "passage: %d..%d (expected: 0 <= start <= end)".formatted(start, end));
        }
    }
}
