package dev.millrace.site.runtime;

import org.jspecify.annotations.Nullable;

/// A part of the site did not start. Unchecked, because it passes through generated code.
final class PartFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PartFailed(String part, @Nullable Throwable cause) {
        super(
                cause == null
                        ? part + ": not started, the site is stopping"
                        : part + ": " + messageOf(cause),
                cause);
    }

    private static String messageOf(Throwable cause) {
        var message = cause.getMessage();
        return message == null ? cause.toString() : message;
    }
}
