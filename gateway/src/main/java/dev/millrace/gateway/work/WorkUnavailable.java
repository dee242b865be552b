package dev.millrace.gateway.work;

/// No work can be taken just now.
public final class WorkUnavailable extends Exception {

    private static final long serialVersionUID = 1L;

    /// @param why for people
    public WorkUnavailable(String why) {
        super(why);
    }

    public WorkUnavailable(String why, Throwable cause) {
        super(why, cause);
    }
}
