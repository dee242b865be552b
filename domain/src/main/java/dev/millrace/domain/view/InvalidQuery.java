package dev.millrace.domain.view;

/// A query that cannot be answered however often it is asked: its asker must change it.
///
/// Of views, of the log and of the index alike. It stands apart from other illegal arguments, which
/// are mistakes of the program and not of whoever asks.
public final class InvalidQuery extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /// @param message for the asker: `name: value (expected: range)`
    public InvalidQuery(String message) {
        super(message);
    }
}
