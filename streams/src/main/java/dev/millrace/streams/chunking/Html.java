package dev.millrace.streams.chunking;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.parser.Parser;
import org.jsoup.select.NodeFilter;
import org.jsoup.select.NodeTraversor;

/// Cuts what a reader sees of HTML along its blocks, section by section.
///
/// What is no prose of the document is left out: its head, scripts, styles and navigation.
final class Html {

    private static final int DEEPEST = 256;
    private static final Set<String> LEFT_OUT =
            Set.of(
                    "head",
                    "script",
                    "style",
                    "nav",
                    "template",
                    "noscript",
                    "svg",
                    "iframe",
                    "object",
                    "canvas");
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
                    "aside",
                    "main",
                    "header",
                    "footer",
                    "address",
                    "figure",
                    "figcaption",
                    "form",
                    "fieldset",
                    "details",
                    "summary",
                    "ul",
                    "ol",
                    "li",
                    "dl",
                    "dt",
                    "dd",
                    "pre",
                    "blockquote",
                    "table",
                    "caption",
                    "tr",
                    "hr");
    private static final Set<String> KEPT = Set.of("ul", "ol", "dl", "table", "pre", "blockquote");

    private final String html;
    private final Cutter cutter;
    private final Consumer<Piece> pieces;
    private final CodePoints offsets;
    private final Headings headings = new Headings();
    private final Marks marks = new Marks();
    private final Rendering rendering;

    /* The section being read: the titles above it, and where its heading ends; 0 before that. */
    private List<String> path = List.of();
    private int body;

    Html(String html, Cutter cutter, Consumer<Piece> pieces) {
        this.html = html;
        this.cutter = cutter;
        this.pieces = pieces;
        this.offsets = new CodePoints(html);
        this.rendering = new Rendering(html);
    }

    void cut() {
        for (int from = 0; from < html.length(); ) {
            int to = HtmlWindow.end(html, from);
            var document =
                    Parser.htmlParser()
                            .setTrackPosition(true)
                            .setMaxDepth(DEEPEST)
                            .parseInput(html.substring(from, to), "");
            NodeTraversor.filter(new Reader(from), document);
            leave();
            from = to;
        }
    }

    /// Walks through one window in the order of the text.
    private final class Reader implements NodeFilter {

        private final int window;

        /* How many lists, tables, quotes and preformatted blocks are open, and where the outermost
         * began. */
        private int containers;
        private int containerStart;
        private int preformatted;

        Reader(int window) {
            this.window = window;
        }

        @Override
        public FilterResult head(Node node, int depth) {
            if (node instanceof TextNode words) {
                var range = words.sourceRange();
                if (range.isTracked()) {
                    rendering.append(
                            words.getWholeText(),
                            window + range.startPos(),
                            window + range.endPos(),
                            preformatted > 0);
                }
                return FilterResult.CONTINUE;
            }
            if (!(node instanceof Element element)) {
                return FilterResult.CONTINUE;
            }
            var name = element.normalName();
            if (LEFT_OUT.contains(name)) {
                return FilterResult.SKIP_ENTIRELY;
            }
            switch (name) {
                case "br" -> rendering.separate('\n');
                case "td", "th" -> rendering.separate(' ');
                case "pre" -> preformatted++;
                default -> {}
            }
            int level = containers == 0 ? headingLevel(name) : 0;
            if (BLOCKS.contains(name)) {
                rendering.separate('\n');
                if (level > 0) {
                    enter(level, element);
                }
                mark();
            }
            if (KEPT.contains(name)) {
                containerStart = containers == 0 ? rendering.length() : containerStart;
                containers++;
            }
            return FilterResult.CONTINUE;
        }

        @Override
        public FilterResult tail(Node node, int depth) {
            if (!(node instanceof Element element)) {
                return FilterResult.CONTINUE;
            }
            var name = element.normalName();
            if (name.equals("pre")) {
                preformatted--;
            }
            if (KEPT.contains(name)) {
                containers--;
            }
            if (BLOCKS.contains(name)) {
                rendering.separate('\n');
                if (KEPT.contains(name) && containers == 0) {
                    keepIfFits();
                }
                mark();
                if (containers == 0 && headingLevel(name) > 0) {
                    body = rendering.length();
                }
            }
            return FilterResult.CONTINUE;
        }

        private void keepIfFits() {
            if (rendering.length() - containerStart <= Chunker.MAXIMUM) {
                marks.keep(containerStart, rendering.length());
            }
        }

        private void mark() {
            if (containers == 0) {
                marks.block(rendering.length());
            } else {
                marks.item(rendering.length());
            }
        }
    }

    private void enter(int level, Element heading) {
        boolean outer = body > 0 && rendering.length() == body && level > headings.level();
        if (!outer && rendering.length() >= Chunker.SMALL) {
            leave();
        }
        boolean first = rendering.length() == 0;
        headings.enter(level, heading.text());
        path = first || outer ? headings.path() : Headings.common(path, headings.path());
    }

    /// Cuts what has been read of the section.
    private void leave() {
        var text = rendering.toString();
        cutter.cut(
                text,
                0,
                text.length(),
                marks,
                (from, to) ->
                        pieces.accept(
                                new Piece(
                                        offsets.before(rendering.sourceStart(from, to)),
                                        offsets.before(rendering.sourceEnd(from, to)),
                                        text.substring(from, to),
                                        path)));
        rendering.clear();
        marks.clear();
        body = 0;
    }

    private static int headingLevel(String name) {
        return name.length() == 2
                        && name.charAt(0) == 'h'
                        && name.charAt(1) >= '1'
                        && name.charAt(1) <= '6'
                ? name.charAt(1) - '0'
                : 0;
    }
}
