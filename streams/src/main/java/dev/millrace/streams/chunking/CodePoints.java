package dev.millrace.streams.chunking;

/// Turns indexes into a string, which count UTF-16 units, into counts of code points.
///
/// Remembers the last answer, so that a walk through the text costs its length. Confined to one
/// thread.
final class CodePoints {

    private final String text;
    private int index;
    private int count;

    CodePoints(String text) {
        this.text = text;
    }

    /// How many code points stand before `target`.
    int before(int target) {
        count +=
                target >= index
                        ? text.codePointCount(index, target)
                        : -text.codePointCount(target, index);
        index = target;
        return count;
    }

    /// The index `count` code points after `from`, or `to` if that is nearer.
    static int ahead(String text, int from, int count, int to) {
        int at = from;
        for (int n = 0; n < count && at < to; n++) {
            at += pairAt(text, at) ? 2 : 1;
        }
        return Math.min(at, to);
    }

    /// The index `count` code points before `from`, or `to` if that is nearer.
    static int behind(String text, int from, int count, int to) {
        int at = from;
        for (int n = 0; n < count && at > to; n++) {
            at -= at >= 2 && pairAt(text, at - 2) ? 2 : 1;
        }
        return Math.max(at, to);
    }

    /// `index`, or the index before it if a surrogate pair would be cut there.
    static int whole(String text, int index) {
        return index > 0 && index < text.length() && pairAt(text, index - 1) ? index - 1 : index;
    }

    /// Whether what separates words stands at `index`: any kind of space or line end.
    static boolean isBlank(String text, int index) {
        char c = text.charAt(index);
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    /// The first index from `from` on that is not blank, or `to`.
    static int skipBlank(String text, int from, int to) {
        int at = from;
        while (at < to && isBlank(text, at)) {
            at++;
        }
        return at;
    }

    /// The end of `from..to` without the blanks there.
    static int trimEnd(String text, int from, int to) {
        int at = to;
        while (at > from && isBlank(text, at - 1)) {
            at--;
        }
        return at;
    }

    private static boolean pairAt(String text, int index) {
        return index + 1 < text.length()
                && Character.isSurrogatePair(text.charAt(index), text.charAt(index + 1));
    }
}
