package dev.millrace.streams.chunking;

import java.util.Locale;
import java.util.Set;

/// Finds where a long HTML text can be cut for parsing: before a tag that begins a block, outside
/// of comments, scripts and styles.
final class HtmlWindow {

    private static final int ENOUGH = 128 * 1024;
    private static final int MOST = 256 * 1024;
    private static final int LONGEST_NAME = 12;
    private static final Set<String> BLOCKS =
            Set.of(
                    "p",
                    "div",
                    "h1",
                    "h2",
                    "h3",
                    "h4",
                    "h5",
                    "h6",
                    "section",
                    "article",
                    "ul",
                    "ol",
                    "dl",
                    "pre",
                    "table",
                    "blockquote");

    private HtmlWindow() {}

    /// The end of the window that begins at `from`; more than `from`, and the text's end if that is
    /// near enough.
    static int end(String html, int from) {
        int limit = Math.min(html.length(), from + MOST);
        if (html.length() - from <= ENOUGH) {
            return html.length();
        }
        int lastTag = from;
        for (int tag = html.indexOf('<', from, limit); tag >= 0; ) {
            var name = name(html, tag + 1, limit);
            if (tag - from >= ENOUGH && BLOCKS.contains(name)) {
                return tag;
            }
            int next = after(html, tag, name);
            if (next >= limit) {
                return next;
            }
            lastTag = tag;
            tag = html.indexOf('<', next, limit);
        }
        if (limit == html.length()) {
            return limit;
        }
        return lastTag > from ? lastTag : CodePoints.whole(html, limit);
    }

    /// Where to look for the next tag after this one: behind a comment, a script or a style,
    /// however long it is, because its inside is no HTML.
    private static int after(String html, int tag, String name) {
        if (html.startsWith("<!--", tag)) {
            int end = html.indexOf("-->", tag + 4);
            return end < 0 ? html.length() : end + 3;
        }
        return switch (name) {
            case "script", "style" -> closing(html, tag + 1, name);
            default -> tag + 1;
        };
    }

    private static int closing(String html, int from, String name) {
        for (int at = html.indexOf("</", from); at >= 0; at = html.indexOf("</", at + 2)) {
            if (html.regionMatches(true, at + 2, name, 0, name.length())) {
                return at;
            }
        }
        return html.length();
    }

    private static String name(String html, int from, int limit) {
        int to = from;
        while (to < limit && to - from < LONGEST_NAME && isLetterOrDigit(html.charAt(to))) {
            to++;
        }
        return html.substring(from, to).toLowerCase(Locale.ROOT);
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
