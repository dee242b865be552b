package dev.millrace.domain.blob;

import dev.millrace.domain.event.Digest;
import java.io.IOException;

/// What an address stood for is gone: there is none, or it is no longer what its address says.
///
/// Asking again does not help; putting the same content again does.
public final class BlobLost extends IOException {

    private static final long serialVersionUID = 1L;

    /// @param how for people
    public BlobLost(Digest digest, String how) {
        super("blob " + digest + ": " + how);
    }
}
