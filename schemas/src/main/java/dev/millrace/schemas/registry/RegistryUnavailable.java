package dev.millrace.schemas.registry;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// The Schema Registry did not answer, or not sensibly; trying again may help.
public final class RegistryUnavailable extends Exception {

    @Serial private static final long serialVersionUID = 1;

    public RegistryUnavailable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
