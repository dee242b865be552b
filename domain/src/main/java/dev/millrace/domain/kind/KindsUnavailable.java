package dev.millrace.domain.kind;

/// The kinds of task are not known just now, or none can be registered. Asking again soon will do.
public final class KindsUnavailable extends Exception {

    private static final long serialVersionUID = 1L;

    public KindsUnavailable(String why) {
        super("kinds: " + why);
    }

    public KindsUnavailable(String why, Throwable cause) {
        super("kinds: " + why, cause);
    }
}
