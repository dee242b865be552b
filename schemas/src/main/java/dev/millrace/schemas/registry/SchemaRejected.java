package dev.millrace.schemas.registry;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// A schema cannot join its subject: it is malformed, or could not read what was written before.
public final class SchemaRejected extends Exception {

    @Serial private static final long serialVersionUID = 1;

    public SchemaRejected(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
