package dev.millrace.domain.view;

/// A view did not come to the position that a read was to wait for within the time for that. Asking
/// again is safe.
public final class ViewBehind extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Position reached;

    /// @param reached how far the view has come instead
    public ViewBehind(String view, Position reached) {
        super("view " + view + ": has come no further than " + reached + " yet");
        this.reached = reached;
    }

    /// How far the view has come.
    public Position reached() {
        return reached;
    }
}
