package dev.millrace.streams.audit;

import dev.millrace.domain.audit.tree.TileStore;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Files in memory, of which the disk breaks after so many changes.
final class BreakingTiles implements TileStore {

    private final Map<String, byte[]> files = new TreeMap<>();
    private long left = Long.MAX_VALUE;

    /// Lets so many more changes pass, and none after them.
    void breakAfter(long changes) {
        left = changes;
    }

    void mend() {
        left = Long.MAX_VALUE;
    }

    Map<String, byte[]> files() {
        return files;
    }

    @Override
    public synchronized byte @Nullable [] read(String path) {
        var content = files.get(path);
        return content == null ? null : content.clone();
    }

    @Override
    public synchronized void write(String path, byte[] content) throws IOException {
        change();
        files.put(path, content.clone());
    }

    @Override
    public synchronized void sync() throws IOException {
        change();
    }

    @Override
    public synchronized void replace(String path, byte[] content) throws IOException {
        change();
        files.put(path, content.clone());
    }

    @Override
    public synchronized void delete(String path) throws IOException {
        change();
        files.keySet().removeIf(each -> each.equals(path) || each.startsWith(path + "/"));
    }

    private void change() throws IOException {
        if (left-- <= 0) {
            throw new IOException("the disk broke");
        }
    }
}
