package dev.millrace.domain.view.generation;

/// The generations of the views are not known just now, or nothing can be said of them. Asking
/// again soon will do.
public final class RebuildsUnavailable extends Exception {

    private static final long serialVersionUID = 1L;

    public RebuildsUnavailable(String why) {
        super("rebuilds of views: " + why);
    }

    public RebuildsUnavailable(String why, Throwable cause) {
        super("rebuilds of views: " + why, cause);
    }
}
