package dev.millrace.search.lucene;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The folder's index cannot be opened: it is damaged, of another version, or in use.
///
/// Its message names the folder, the cause and the way out. An index is only ever a view of the
/// `embeddings` topic, so a damaged one is deleted and grows again from the log.
public final class IndexUnusable extends IOException {

    private static final long serialVersionUID = 1L;

    private IndexUnusable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    static IndexUnusable inUse(Path folder, Throwable cause) {
        return new IndexUnusable(
                "index folder " + folder + " is in use: another process holds its write lock",
                cause);
    }

    static IndexUnusable rebuild(Path folder, String why, @Nullable Throwable cause) {
        return new IndexUnusable(
                "index folder %s cannot be used: %s; delete the folder and the index is rebuilt from the log"
                        .formatted(folder, why),
                cause);
    }
}
