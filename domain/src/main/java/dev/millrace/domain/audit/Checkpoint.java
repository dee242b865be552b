package dev.millrace.domain.audit;

import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.TreeHasher;
import dev.millrace.domain.audit.tree.TreeHead;

/// The head of a site's log as it is signed (C2SP tlog-checkpoint): origin, size and root, a line
/// each, and no more.
///
/// @param origin the name of the site's audit key
/// @param size entries of the site's log
/// @param root over them
public record Checkpoint(String origin, long size, Hash root) {

    public Checkpoint {
        if (size < 0 || (size == 0) != root.equals(TreeHasher.EMPTY)) {
            throw new IllegalArgumentException(
                    "checkpoint: size %d (expected: 0 or more, with its root)".formatted(size));
        }
    }

    public static Checkpoint of(String origin, TreeHead siteLog) {
        return new Checkpoint(origin, siteLog.size(), siteLog.root());
    }

    /// Reads what [#text] writes.
    ///
    /// @throws IllegalArgumentException if `text` is anything else
    public static Checkpoint parse(String text) {
        var lines = text.split("\n", -1);
        if (lines.length != 4 || lines[0].isEmpty()) {
            throw new IllegalArgumentException(
                    "checkpoint: expected three lines, of origin, size and root");
        }
        Checkpoint read;
        try {
            read = new Checkpoint(lines[0], Long.parseLong(lines[1]), Hash.fromBase64(lines[2]));
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException("checkpoint: its size is no number", notANumber);
        }
        if (!read.text().equals(text)) {
            throw new IllegalArgumentException("checkpoint: not in its one form");
        }
        return read;
    }

    /// The text of the note.
    public String text() {
        return origin + "\n" + size + "\n" + root.base64() + "\n";
    }
}
