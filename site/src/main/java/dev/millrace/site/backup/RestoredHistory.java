package dev.millrace.site.backup;

import dev.millrace.site.blobs.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/// What becomes of the signed history of a site whose data folder was restored.
///
/// If anything was signed after the backup was made, going on from the backup would sign a second
/// history with the same keys: whoever has checkpoints of both has proof against the site. Only
/// people know, so nothing is signed before they decide. The site is stopped meanwhile.
public final class RestoredHistory {

    private static final String HISTORY = "audit";
    private static final String KEYS = "audit-keys";
    private static final String MARK = "audit/restored";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private RestoredHistory() {}

    /// Holds the history of a data folder up, if it has one.
    static void mark(Path data) throws IOException {
        if (Files.isDirectory(data.resolve(HISTORY)) && !Files.exists(data.resolve(MARK))) {
            Files.write(
                    data.resolve(MARK),
                    "Nothing is signed while this file is here: see docs/audit.md.\n"
                            .getBytes(StandardCharsets.US_ASCII));
        }
    }

    /// Whether the history of a data folder is held up.
    public static boolean isHeld(Path data) {
        return Files.exists(data.resolve(MARK));
    }

    /// Lets the history go on where the backup was made.
    ///
    /// @return whether it was held up
    public static boolean goOn(Path data) throws IOException {
        boolean wasHeld = Files.deleteIfExists(data.resolve(MARK));
        if (wasHeld) {
            DurableFile.flushFolder(data.resolve(HISTORY));
        }
        return wasHeld;
    }

    /// Sets history and keys aside, so that the next start begins a new one with new keys. What a
    /// crash leaves undone, the same again does.
    ///
    /// @param now names the folders that they are in afterwards
    /// @return these folders; none if there was nothing
    public static List<Path> setAside(Path data, Instant now) throws IOException {
        var moved = new ArrayList<Path>();
        // The keys first: a history without its keys is not gone on with, keys without it may be.
        for (var name : List.of(KEYS, HISTORY)) {
            var from = data.resolve(name);
            if (Files.exists(from)) {
                var to = data.resolve(name + "-until-" + TIME.format(now));
                Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
                DurableFile.flushFolder(data);
                moved.add(to);
            }
        }
        return moved;
    }
}
