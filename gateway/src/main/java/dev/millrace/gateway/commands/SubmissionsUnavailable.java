package dev.millrace.gateway.commands;

/// A command's outcome is not known: it could not be published, or nothing was decided in time.
public final class SubmissionsUnavailable extends Exception {

    private static final long serialVersionUID = 1L;

    public SubmissionsUnavailable(String why) {
        super(why);
    }

    public SubmissionsUnavailable(String why, Throwable cause) {
        super(why, cause);
    }
}
