package dev.millrace.gateway.problem;

/// Ends a request with a [Problem]. It has no stack trace: it is an answer, not a failure.
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public ProblemException(Problem problem) {
        super(problem.kind().code() + ": " + problem.detail(), null, false, false);
        this.problem = problem;
    }

    /// The answer.
    public Problem problem() {
        return problem;
    }
}
