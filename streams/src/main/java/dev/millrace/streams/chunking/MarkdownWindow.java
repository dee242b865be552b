package dev.millrace.streams.chunking;

/// Finds where a long Markdown text can be cut for parsing: before a line that begins a block of
/// its own, outside of fenced code.
final class MarkdownWindow {

    private static final int ENOUGH = 64 * 1024;
    private static final int MOST = 256 * 1024;

    private MarkdownWindow() {}

    /// The end of the window that begins at `from`; more than `from`, and the text's end if that is
    /// near enough.
    static int end(String text, int from) {
        if (text.length() - from <= ENOUGH) {
            return text.length();
        }
        int limit = Math.min(text.length(), from + MOST);
        int lastLine = from;
        char fence = 0;
        int fenceLength = 0;
        boolean afterBlank = false;
        for (int line = from; line < limit; line = nextLine(text, line, limit)) {
            lastLine = line;
            if (fence == 0
                    && afterBlank
                    && line - from >= ENOUGH
                    && !CodePoints.isBlank(text, line)) {
                return line;
            }
            int mark = indentation(text, line, limit);
            afterBlank = mark == limit || text.charAt(mark) == '\n' || text.charAt(mark) == '\r';
            int run = mark - line <= 3 ? fenceRun(text, mark, limit) : 0;
            if (run >= 3 && fence == 0) {
                fence = text.charAt(mark);
                fenceLength = run;
            } else if (run >= fenceLength && run > 0 && text.charAt(mark) == fence) {
                fence = 0;
                fenceLength = 0;
            }
        }
        if (limit == text.length()) {
            return limit;
        }
        return lastLine > from ? lastLine : wordEnd(text, from, limit);
    }

    private static int nextLine(String text, int line, int limit) {
        int newline = text.indexOf('\n', line, limit);
        return newline < 0 ? limit : newline + 1;
    }

    private static int indentation(String text, int line, int limit) {
        int at = line;
        while (at < limit && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }

    /// How many of the same backtick or tilde stand at `mark`.
    private static int fenceRun(String text, int mark, int limit) {
        if (mark == limit || (text.charAt(mark) != '`' && text.charAt(mark) != '~')) {
            return 0;
        }
        int at = mark;
        while (at < limit && text.charAt(at) == text.charAt(mark)) {
            at++;
        }
        return at - mark;
    }

    /// The last place at or before `limit` that cuts no word, looking back a little.
    private static int wordEnd(String text, int from, int limit) {
        int least = Math.max(from + 1, limit - Chunker.TARGET);
        for (int at = limit; at > least; at--) {
            if (CodePoints.isBlank(text, at - 1)) {
                return at;
            }
        }
        return CodePoints.whole(text, limit);
    }
}
