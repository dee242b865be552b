package dev.millrace.streams.chunking;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jsoup.parser.Parser;

/// What a reader sees of some HTML, and where in the source each character of it stands.
///
/// Runs of blanks become one space, except where they are to be kept. Confined to one thread.
final class Rendering {

    /* `&CounterClockwiseContourIntegral;` is the longest entity there is. */
    private static final int LONGEST_ENTITY = 40;
    private static final int NOWHERE = -1;
    private static final int MOST_CACHED = 1_000;

    private final String source;
    private final StringBuilder text = new StringBuilder();
    private final Map<String, String> entities = new HashMap<>();
    private int[] starts = new int[1024];
    private int[] ends = new int[1024];

    Rendering(String source) {
        this.source = source;
    }

    int length() {
        return text.length();
    }

    @Override
    public String toString() {
        return text.toString();
    }

    void clear() {
        text.setLength(0);
    }

    /// Parts what follows from what precedes; `separator` is a space or a line end.
    void separate(char separator) {
        if (text.isEmpty() || endsWith('\n')) {
            return;
        }
        if (endsWith(' ')) {
            text.setLength(text.length() - 1);
        }
        append(separator, NOWHERE, NOWHERE);
    }

    /// Appends the text that stands at `from..to` of the source, entities decoded.
    void append(String decoded, int from, int to, boolean keepBlanks) {
        int at = from;
        for (int index = 0; index < decoded.length(); ) {
            int start = Math.min(at, to);
            int length = 1;
            if (start < to && source.charAt(start) == '&') {
                int end = entityEnd(start, to);
                var character = end == start + 1 ? "" : character(source.substring(start, end));
                boolean whole = !character.isEmpty() && decoded.startsWith(character, index);
                length = whole ? character.length() : 1;
                at = whole ? end : start + 1;
            } else {
                at = Math.min(start + 1, to);
            }
            for (int n = 0; n < length; n++) {
                visible(decoded.charAt(index + n), start, at, keepBlanks);
            }
            index += length;
        }
    }

    /// The first place in the source of what stands at `from..to` here.
    int sourceStart(int from, int to) {
        int start = Integer.MAX_VALUE;
        for (int at = from; at < to; at++) {
            start = starts[at] == NOWHERE ? start : Math.min(start, starts[at]);
        }
        return start;
    }

    /// The end of the last place in the source of what stands at `from..to` here.
    int sourceEnd(int from, int to) {
        int end = 0;
        for (int at = from; at < to; at++) {
            end = Math.max(end, ends[at]);
        }
        return end;
    }

    private void visible(char c, int start, int end, boolean keepBlanks) {
        if (keepBlanks || !isHtmlBlank(c)) {
            append(c, start, end);
        } else if (!text.isEmpty() && !endsWith(' ') && !endsWith('\n')) {
            append(' ', start, end);
        }
    }

    private void append(char c, int start, int end) {
        int at = text.length();
        if (at == starts.length) {
            starts = Arrays.copyOf(starts, at * 2);
            ends = Arrays.copyOf(ends, at * 2);
        }
        starts[at] = start;
        ends[at] = end;
        text.append(c);
    }

    private String character(String entity) {
        if (entities.size() >= MOST_CACHED) {
            entities.clear();
        }
        return entities.computeIfAbsent(entity, e -> Parser.unescapeEntities(e, false));
    }

    private int entityEnd(int start, int to) {
        int limit = Math.min(to, start + LONGEST_ENTITY);
        int at = start + 1;
        while (at < limit && (source.charAt(at) == '#' || isAsciiAlphanumeric(source.charAt(at)))) {
            at++;
        }
        return at < limit && source.charAt(at) == ';' ? at + 1 : at;
    }

    private boolean endsWith(char c) {
        return !text.isEmpty() && text.charAt(text.length() - 1) == c;
    }

    private static boolean isHtmlBlank(char c) {
        return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
    }

    private static boolean isAsciiAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
