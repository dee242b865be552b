package dev.millrace.domain.audit.tree;

import java.util.Locale;

/// Where tiles are, as C2SP's tlog-tiles names them: `tile/<level>/<index>[.p/<width>]`, and
/// `tile/entries/<index>[.p/<width>]` for what the leaves are hashes of. An index is written in
/// groups of three digits, each but the last behind an `x`: 1234067 is `x001/x234/067`.
final class TilePath {

    /// Leaves, or hashes, of a full tile.
    static final int WIDTH = 256;

    /// How many levels of a tree one level of tiles spans.
    static final int HEIGHT = 8;

    private TilePath() {}

    /// The full tile.
    static String tile(int level, long index) {
        return "tile/" + level + "/" + groups(index);
    }

    /// The full bundle of entries.
    static String entries(long index) {
        return "tile/entries/" + groups(index);
    }

    /// What holds the partial forms of a full tile or bundle.
    static String partials(String full) {
        return full + ".p";
    }

    /// The partial form of a full tile or bundle.
    ///
    /// @param width 1 to 255
    static String partial(String full, int width) {
        return partials(full) + "/" + width;
    }

    private static String groups(long index) {
        var text = new StringBuilder(group(index % 1000));
        for (long rest = index / 1000; rest > 0; rest /= 1000) {
            text.insert(0, "x" + group(rest % 1000) + "/");
        }
        return text.toString();
    }

    private static String group(long digits) {
        return String.format(Locale.ROOT, "%03d", digits);
    }
}
