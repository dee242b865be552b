package dev.millrace.streams.audit;

import dev.millrace.domain.audit.tree.TileStore;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A part of a store, under a prefix.
///
/// @param prefix ends with a slash
record StoreBelow(TileStore store, String prefix) implements TileStore {

    @Override
    public byte @Nullable [] read(String path) throws IOException {
        return store.read(prefix + path);
    }

    @Override
    public void write(String path, byte[] content) throws IOException {
        store.write(prefix + path, content);
    }

    @Override
    public void sync() throws IOException {
        store.sync();
    }

    @Override
    public void replace(String path, byte[] content) throws IOException {
        store.replace(prefix + path, content);
    }

    @Override
    public void delete(String path) throws IOException {
        store.delete(prefix + path);
    }
}
