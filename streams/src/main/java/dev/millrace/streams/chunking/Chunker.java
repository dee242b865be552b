package dev.millrace.streams.chunking;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Cuts a text into pieces of about [#TARGET] characters, at most [#MAXIMUM], to be embedded one by
/// one.
///
/// A piece ends where the text offers the best place: between blocks (paragraphs, lists, tables,
/// code), else between the items of a block too large for one piece, else between sentences, else
/// between lines, else between words, else anywhere but inside a surrogate pair. Code, lists,
/// tables and quotes that fit into a piece stay whole. A piece never spans two sections (what
/// stands under one heading), and begins with the last one or two sentences of the piece before it
/// where those take at most [#OVERLAP] characters. A heading with nothing under it but a deeper
/// heading belongs to that one's section.
///
/// Every character of plain text and Markdown that is not blank is in some piece; of HTML, every
/// character that a reader sees, except in navigation. Characters are Unicode code points.
///
/// Time grows with the length of the text, and beside the text and its pieces no more memory is
/// used than a few integers a character: Markdown and HTML are parsed in windows of at most 256 Ki
/// characters, cut where a block begins. A block that spans windows is treated as several.
///
/// Never throws, and gives the same pieces for the same text. Safe for use by many threads.
public final class Chunker {

    /// The name and version of these rules: a change of any cut is a new version.
    public static final String VERSION = "structure-1";

    /// The length that pieces tend to.
    public static final int TARGET = 1_000;

    /// The greatest length of a piece.
    public static final int MAXIMUM = 1_500;

    /// The most that a piece repeats of the one before it.
    public static final int OVERLAP = 200;

    /// A section shorter than this is taken together with the next one.
    public static final int SMALL = 200;

    /// The pieces of a text, in its order; none if it is blank.
    ///
    /// @param mediaType `text/markdown` and `text/html` are known; anything else is plain text
    public List<Piece> cut(String text, String mediaType) {
        var cutter = new Cutter(BreakIterator.getSentenceInstance(Locale.ROOT));
        var pieces = new ArrayList<Piece>();
        switch (mediaType.toLowerCase(Locale.ROOT)) {
            case "text/markdown" -> new Markdown(text, cutter, pieces::add).cut();
            case "text/html" -> new Html(text, cutter, pieces::add).cut();
            default -> new PlainText(text, cutter, pieces::add).cut();
        }
        return pieces;
    }
}
