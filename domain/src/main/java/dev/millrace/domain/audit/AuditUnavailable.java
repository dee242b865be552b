package dev.millrace.domain.audit;

/// The history cannot be shown just now, or not by this process.
public final class AuditUnavailable extends Exception {

    private static final long serialVersionUID = 1L;

    /// @param message for people: the cause and the way out
    public AuditUnavailable(String message) {
        super(message);
    }
}
