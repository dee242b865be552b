package dev.millrace.schemas.registry.embedded;

import java.io.Serial;

/// Another registry has begun to write to the log since this one did, so nothing was appended;
/// [RegistryLog#readToWrite] takes the turn back.
final class WriterReplaced extends Exception {

    @Serial private static final long serialVersionUID = 1;

    WriterReplaced(String message, Throwable cause) {
        super(message, cause);
    }
}
