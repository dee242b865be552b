package dev.millrace.schemas.registry.embedded;

import dev.millrace.schemas.registry.RegistryUnavailable;
import java.util.List;
import java.util.function.Consumer;

/// The durable, ordered list of a registry's changes, from which all it knows is folded.
///
/// Not safe for use by many threads: its owner calls it one at a time. Calls block, each for a
/// bounded time.
interface RegistryLog extends AutoCloseable {

    /// Hands on, in order, every committed entry that was not handed on yet.
    void read(Consumer<LogEntry> reader) throws RegistryUnavailable;

    /// Makes sure that nobody else writes from here on, and nothing of an earlier, failed [#append]
    /// arrives late; then reads as [#read] does. Comes before deciding what to append.
    void readToWrite(Consumer<LogEntry> reader) throws RegistryUnavailable;

    /// Appends all entries or none, and hands them on when they are durable.
    ///
    /// When it fails, the entries may have been appended or not; [#readToWrite] tells.
    ///
    /// @throws WriterReplaced if somebody else made sure of it since [#readToWrite]
    void append(List<LogEntry> entries, Consumer<LogEntry> reader)
            throws RegistryUnavailable, WriterReplaced;

    @Override
    void close();
}
