package dev.millrace.domain.view;

/// A field of a view's rows.
///
/// @param name as in the row's JSON
/// @param isNullable whether it may be null; none is ever missing
/// @param summary what it says, for people
public record RowField(String name, Type type, boolean isNullable, String summary) {

    /// What a field holds.
    public enum Type {
        TEXT,
        /// A list of texts, in their order.
        TEXTS,
        /// Of a task, a document or an event.
        ID,
        /// In ISO 8601, UTC, with microseconds.
        TIME,
        WHOLE_NUMBER,
        NUMBER,
        OBJECT,
        /// Whatever its writer put there.
        ANY
    }

    /// A field that always says something.
    static RowField field(String name, Type type, String summary) {
        return new RowField(name, type, false, summary);
    }

    /// A field that may be null.
    static RowField orNull(String name, Type type, String summary) {
        return new RowField(name, type, true, summary);
    }
}
