package dev.millrace.domain.view;

/// A view cannot be read just now: it is being restored or moved. Asking again soon will do.
public final class ViewUnavailable extends Exception {

    private static final long serialVersionUID = 1L;

    private final String why;

    public ViewUnavailable(String view, String why) {
        super("view " + view + ": " + why);
        this.why = why;
    }

    /// The cause, without the view's name.
    public String why() {
        return why;
    }
}
