package dev.millrace.inference.work;

import dev.millrace.domain.task.Failure;

/// An attempt failed, in a way that its kind foresees.
public final class WorkFailed extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Failure failure;
    private final boolean isRetryable;

    private WorkFailed(Failure failure, boolean isRetryable) {
        super(failure.code() + ": " + failure.detail());
        this.failure = failure;
        this.isRetryable = isRetryable;
    }

    /// A failure that another attempt may mend.
    ///
    /// @param code for programs, in snake_case
    /// @param detail for people: the cause and the way out
    public static WorkFailed forNow(String code, String detail) {
        return new WorkFailed(new Failure(code, detail), true);
    }

    /// A failure that no attempt will mend.
    public static WorkFailed forGood(String code, String detail) {
        return new WorkFailed(new Failure(code, detail), false);
    }

    /// What failed, and why.
    public Failure failure() {
        return failure;
    }

    /// Whether another attempt may mend it.
    public boolean isRetryable() {
        return isRetryable;
    }
}
