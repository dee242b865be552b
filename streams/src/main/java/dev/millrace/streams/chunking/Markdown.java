package dev.millrace.streams.chunking;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.BlockQuote;
import org.commonmark.node.Code;
import org.commonmark.node.Heading;
import org.commonmark.node.ListBlock;
import org.commonmark.node.ListItem;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.SourceSpan;
import org.commonmark.node.Text;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;

/// Cuts Markdown along its blocks, section by section.
///
/// The source is parsed for its blocks only; what stands inside a paragraph does not matter here.
final class Markdown {

    /* Each open block costs a few dozen bytes a line of the window; real texts nest less deep. */
    private static final int DEEPEST = 16;
    private static final int LONGEST_HEADING = 1_000;

    private static final Parser BLOCKS =
            Parser.builder()
                    .includeSourceSpans(IncludeSourceSpans.BLOCKS)
                    .maxOpenBlockParsers(DEEPEST)
                    .inlineParserFactory(_ -> (_, _) -> {})
                    .build();
    private static final Parser TITLES =
            Parser.builder()
                    .enabledBlockTypes(Set.of(Heading.class))
                    .maxOpenBlockParsers(DEEPEST)
                    .maxInlineNesting(DEEPEST)
                    .build();

    private final String text;
    private final Cutter cutter;
    private final Consumer<Piece> pieces;
    private final CodePoints offsets;
    private final Headings headings = new Headings();
    private final Marks marks = new Marks();

    /* The section being read: its beginning, where its heading ends, and the titles above it. */
    private int section;
    private int body;
    private List<String> path = List.of();

    Markdown(String text, Cutter cutter, Consumer<Piece> pieces) {
        this.text = text;
        this.cutter = cutter;
        this.pieces = pieces;
        this.offsets = new CodePoints(text);
    }

    void cut() {
        for (int from = 0; from < text.length(); ) {
            int to = MarkdownWindow.end(text, from);
            window(from, to);
            from = to;
        }
    }

    private void window(int from, int to) {
        section = from;
        body = from;
        var document = BLOCKS.parse(text.substring(from, to));
        for (var node = document.getFirstChild(); node != null; node = node.getNext()) {
            if (node.getSourceSpans().isEmpty()) {
                continue;
            }
            int start = from + start(node);
            int end = from + end(node);
            if (node instanceof Heading heading) {
                enter(heading, start, end);
            }
            marks.block(start);
            outline(node, from, true);
            marks.block(end);
        }
        leave(to);
    }

    private void enter(Heading heading, int start, int end) {
        boolean heads = body > section && CodePoints.skipBlank(text, body, start) == start;
        boolean outer = heads && heading.getLevel() > headings.level();
        boolean small = CodePoints.skipBlank(text, section, start) + Chunker.SMALL > start;
        if (!outer && !small) {
            leave(start);
        }
        boolean first = CodePoints.skipBlank(text, section, start) == start;
        headings.enter(heading.getLevel(), title(text.substring(start, end)));
        path = first || outer ? headings.path() : Headings.common(path, headings.path());
        body = end;
    }

    /// Cuts what has been read of the section, up to `end`.
    private void leave(int end) {
        cutter.cut(
                text,
                section,
                end,
                marks,
                (from, to) ->
                        pieces.accept(
                                new Piece(
                                        offsets.before(from),
                                        offsets.before(to),
                                        text.substring(from, to),
                                        path)));
        marks.clear();
        section = end;
        body = end;
    }

    /// Tells the marks what is inside a block. Recursion ends at [#DEEPEST].
    private void outline(Node node, int window, boolean outermost) {
        int start = window + start(node);
        int end = window + end(node);
        boolean fits = end - start <= Chunker.MAXIMUM;
        switch (node) {
            case Heading _ -> {}
            case Paragraph paragraph when !isTable(paragraph, window) -> {}
            case ListBlock _, ListItem _, BlockQuote _ when !fits -> {
                for (var child = node.getFirstChild(); child != null; child = child.getNext()) {
                    if (!child.getSourceSpans().isEmpty()) {
                        marks.item(window + start(child));
                        outline(child, window, false);
                        marks.item(window + end(child));
                    }
                }
            }
            default -> {
                if (outermost || !(node instanceof ListItem)) {
                    marks.keep(start, end);
                }
                if (!fits) {
                    lines(start, end);
                }
            }
        }
    }

    private void lines(int start, int end) {
        for (int line = text.indexOf('\n', start, end);
                line >= 0;
                line = text.indexOf('\n', line + 1, end)) {
            marks.item(line + 1);
        }
    }

    /// Whether a paragraph is a table of GitHub's dialect, by its second line.
    private boolean isTable(Paragraph paragraph, int window) {
        var lines = paragraph.getSourceSpans();
        if (lines.size() < 2) {
            return false;
        }
        int start = window + lines.get(1).getInputIndex();
        var second = text.substring(start, start + lines.get(1).getLength());
        return second.indexOf('-') >= 0
                && second.indexOf('|') >= 0
                && second.chars().allMatch(c -> "|:- \t\r".indexOf(c) >= 0);
    }

    /// What a reader sees of a heading.
    private static String title(String source) {
        int length = Math.min(source.length(), LONGEST_HEADING);
        var title = new StringBuilder();
        TITLES.parse(source.substring(0, CodePoints.whole(source, length)))
                .accept(
                        new AbstractVisitor() {
                            @Override
                            public void visit(Text text) {
                                title.append(text.getLiteral());
                            }

                            @Override
                            public void visit(Code code) {
                                title.append(code.getLiteral());
                            }

                            @Override
                            public void visit(SoftLineBreak line) {
                                title.append(' ');
                            }
                        });
        return title.toString();
    }

    private static int start(Node node) {
        return node.getSourceSpans().getFirst().getInputIndex();
    }

    private static int end(Node node) {
        SourceSpan last = node.getSourceSpans().getLast();
        return last.getInputIndex() + last.getLength();
    }
}
