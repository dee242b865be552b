package dev.millrace.schemas.registry.embedded;

import dev.millrace.schemas.registry.RegistryUnavailable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// A registry's log in memory, as the lines that Kafka would hold; several registries may follow
/// each other on one, or share it by turns.
final class MemoryRegistryLog implements RegistryLog {

    private final List<LogEntryJson.Line> lines;
    private final AtomicReference<MemoryRegistryLog> writer;
    private int read;
    private boolean hasBegunToWrite;
    private boolean isAway;

    MemoryRegistryLog() {
        this(new ArrayList<>(), new AtomicReference<>());
    }

    private MemoryRegistryLog(
            List<LogEntryJson.Line> lines, AtomicReference<MemoryRegistryLog> writer) {
        this.lines = lines;
        this.writer = writer;
    }

    /// A copy of the log, to be read from its beginning.
    MemoryRegistryLog reopened() {
        return new MemoryRegistryLog(new ArrayList<>(lines), new AtomicReference<>());
    }

    /// The log itself as another registry sees it, which has read nothing yet.
    MemoryRegistryLog shared() {
        return new MemoryRegistryLog(lines, writer);
    }

    /// The same log after compaction: of each key the last line, and none whose value is null.
    MemoryRegistryLog compacted() {
        var last = new LinkedHashMap<String, LogEntryJson.Line>();
        for (var line : lines) {
            last.remove(line.key());
            last.put(line.key(), line);
        }
        last.values().removeIf(line -> line.value() == null);
        return new MemoryRegistryLog(new ArrayList<>(last.values()), new AtomicReference<>());
    }

    /// From here on nothing can be written or read by this one.
    void goAway() {
        isAway = true;
    }

    int size() {
        return lines.size();
    }

    @Override
    public void read(Consumer<LogEntry> reader) throws RegistryUnavailable {
        if (isAway) {
            throw new RegistryUnavailable("the log is away", null);
        }
        for (; read < lines.size(); read++) {
            var line = lines.get(read);
            try {
                var entry = LogEntryJson.read(line.key(), line.value());
                if (entry != null) {
                    reader.accept(entry);
                }
            } catch (IOException malformed) {
                throw new UncheckedIOException(malformed);
            }
        }
    }

    @Override
    public void readToWrite(Consumer<LogEntry> reader) throws RegistryUnavailable {
        if (!hasBegunToWrite) {
            writer.set(this);
            hasBegunToWrite = true;
        }
        read(reader);
    }

    /* As Kafka does it: whoever was replaced hears of it when it appends. */
    @Override
    public void append(List<LogEntry> entries, Consumer<LogEntry> reader)
            throws RegistryUnavailable, WriterReplaced {
        if (writer.get() != this) {
            hasBegunToWrite = false;
            throw new WriterReplaced("another registry writes", new IllegalStateException());
        }
        entries.forEach(entry -> lines.add(LogEntryJson.written(entry)));
        read(reader);
    }

    @Override
    public void close() {}
}
