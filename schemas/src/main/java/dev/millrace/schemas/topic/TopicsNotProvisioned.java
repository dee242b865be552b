package dev.millrace.schemas.topic;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// The topics of the site are not as the catalogue wants them; the message says which and why.
public final class TopicsNotProvisioned extends Exception {

    @Serial private static final long serialVersionUID = 1;

    TopicsNotProvisioned(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
