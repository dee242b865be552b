package dev.millrace.streams.runtime;

/// A failure that lasts as long as something outside is away: it is waited for, however long that
/// takes.
public interface Absence {

    /// What is away, for people, for instance `the blob store`.
    String absent();
}
