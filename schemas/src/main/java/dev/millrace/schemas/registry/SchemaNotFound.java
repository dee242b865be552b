package dev.millrace.schemas.registry;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// No schema is registered under an id.
public final class SchemaNotFound extends Exception {

    @Serial private static final long serialVersionUID = 1;

    public SchemaNotFound(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
