package dev.millrace.domain.blob;

import java.io.IOException;

/// There is no room left for a blob; nothing of it was kept.
///
/// Asking again helps once somebody has made room.
public final class StorageFull extends IOException {

    private static final long serialVersionUID = 1L;

    /// @param bytes that were to be stored
    public StorageFull(int bytes, IOException cause) {
        super("blob: no room for " + bytes + " bytes", cause);
    }
}
