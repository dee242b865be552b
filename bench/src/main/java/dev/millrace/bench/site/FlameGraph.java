package dev.millrace.bench.site;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Sampled stacks as a flame graph: a box for each frame, as wide as its share of the samples, on
/// top of the one that called it. The first row holds the parts of the site that the threads belong
/// to.
///
/// A plain SVG without scripts: what a box is and its share show where the pointer rests. Frames of
/// less than [#LEAST_SHARE] of all samples are left out, as are those that are the same in every
/// thread.
final class FlameGraph {

    static final double LEAST_SHARE = 0.004;

    private static final double WIDTH = 1_200;
    private static final int ROW = 16;
    private static final int LETTER = 7;
    private static final List<String> EVERYWHERE =
            List.of("java/lang/Thread.", "_[0]", "start_thread", "thread_native_entry", "clone");

    private final Frame root = new Frame();

    /// @param stacks a line each: frames from the outermost on, joined by `;`, the first one the
    ///   thread; a space; how often
    static FlameGraph of(List<String> stacks) {
        var graph = new FlameGraph();
        for (var line : stacks) {
            int space = line.lastIndexOf(' ');
            graph.add(
                    line.substring(0, space).split(";", -1),
                    Long.parseLong(line.substring(space + 1).strip()));
        }
        return graph;
    }

    private void add(String[] stack, long samples) {
        root.samples += samples;
        var frame = root.child(ThreadParts.of(stack[0]));
        frame.samples += samples;
        for (int i = 1; i < stack.length; i++) {
            var name = stack[i];
            if (EVERYWHERE.stream().anyMatch(name::contains)) {
                continue;
            }
            frame = frame.child(name);
            frame.samples += samples;
        }
    }

    String svg(String title) {
        var boxes = new StringBuilder();
        int rows = draw(boxes, root, 0, 0);
        int height = (rows + 2) * ROW;
        return """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="monospace" font-size="11">
        <rect width="100%%" height="100%%" fill="#fffdf5"/>
        <text x="4" y="12">%s</text>
        %s</svg>
        """
                .formatted((int) WIDTH, height, escaped(title), boxes);
    }

    /// @return how many rows it takes
    private int draw(StringBuilder boxes, Frame parent, double left, int row) {
        int rows = row;
        for (var child : parent.children.entrySet()) {
            var frame = child.getValue();
            double share = (double) frame.samples / root.samples;
            if (share >= LEAST_SHARE) {
                box(boxes, child.getKey(), share, left, row);
                rows = Math.max(rows, draw(boxes, frame, left, row + 1));
                left += share * WIDTH;
            }
        }
        return rows;
    }

    private static void box(StringBuilder boxes, String name, double share, double left, int row) {
        var label = name.substring(name.lastIndexOf('/') + 1);
        int letters = (int) (share * WIDTH / LETTER);
        int hue = 20 + Math.floorMod(label.split("\\.", 2)[0].hashCode(), 40);
        boxes.append(
                "<g><title>%s %.1f %%</title><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"hsl(%d,85%%,72%%)\"/>"
                        .formatted(
                                escaped(name),
                                share * 100,
                                left,
                                (row + 1) * ROW + 2,
                                Math.max(0.5, share * WIDTH - 0.5),
                                ROW - 1,
                                hue));
        if (letters > 2) {
            boxes.append(
                    "<text x=\"%.1f\" y=\"%d\">%s</text>"
                            .formatted(
                                    left + 2,
                                    (row + 1) * ROW + 13,
                                    escaped(
                                            label.length() > letters
                                                    ? label.substring(0, letters - 1) + "…"
                                                    : label)));
        }
        boxes.append("</g>\n");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static final class Frame {

        private final Map<String, Frame> children = new TreeMap<>();
        private long samples;

        Frame child(String name) {
            return children.computeIfAbsent(name, _ -> new Frame());
        }
    }
}
