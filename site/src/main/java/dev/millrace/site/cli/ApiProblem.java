package dev.millrace.site.cli;

/// The gateway refused a request, or could not be asked. The message is for people.
public final class ApiProblem extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;

    /// @param status the HTTP status; 0 if there was no answer
    public ApiProblem(int status, String message) {
        super(message);
        this.status = status;
    }

    /// The HTTP status; 0 if there was no answer.
    public int status() {
        return status;
    }
}
