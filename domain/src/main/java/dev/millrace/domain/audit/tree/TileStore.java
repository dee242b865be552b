package dev.millrace.domain.audit.tree;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Where a tree keeps its tiles: a folder, a bucket, a map. Paths are relative, of ASCII letters,
/// digits, dots and slashes.
///
/// Reading is safe for use by many threads, writing confined to one. Calls block.
public interface TileStore {

    /// What is at a path; null if nothing is.
    byte @Nullable [] read(String path) throws IOException;

    /// Puts something at a path, in place of what was there. It may be lost or torn by a crash
    /// before the next [#sync] returns.
    void write(String path, byte[] content) throws IOException;

    /// When this returns, all that was written is durable.
    void sync() throws IOException;

    /// Puts something at a path in one step: a crash leaves the old or the new, and when this
    /// returns, the new is durable. What was written before is to be synced first.
    void replace(String path, byte[] content) throws IOException;

    /// Removes what is at a path and below it, if anything is. May be undone by a crash.
    void delete(String path) throws IOException;
}
