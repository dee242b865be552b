package dev.millrace.streams.audit;

import dev.millrace.domain.audit.tree.TileStore;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Files in memory, of which a crash keeps no more than is promised: what was written or deleted
/// since the last sync may be lost or torn, each by itself.
final class CrashingTiles implements TileStore {

    /// A promise that this disk does not keep.
    enum Lie {
        NONE,
        /// What was synced may be lost all the same.
        SYNC,
        /// What was replaced may be the old one again.
        REPLACE
    }

    private final Random random;
    private final Lie lie;
    private final Map<String, byte[]> files = new TreeMap<>();

    /// What is durable at the paths where that is something else than is seen.
    private final Map<String, byte @Nullable []> durable = new LinkedHashMap<>();

    private long left = Long.MAX_VALUE;

    CrashingTiles(Random random, Lie lie) {
        this.random = random;
        this.lie = lie;
    }

    /// Lets so many more changes pass, and none after them.
    void breakAfter(long changes) {
        left = changes;
    }

    /// The machine goes down, and comes back.
    void crash() {
        for (var change : new HashMap<>(durable).entrySet()) {
            var before = change.getValue();
            switch (random.nextInt(3)) {
                case 0 -> put(change.getKey(), before);
                case 1 -> {
                    var now = files.get(change.getKey());
                    if (now != null) {
                        files.put(
                                change.getKey(),
                                Arrays.copyOf(now, random.nextInt(now.length + 1)));
                    }
                }
                default -> {
                    // It came to the disk in time.
                }
            }
        }
        durable.clear();
        left = Long.MAX_VALUE;
    }

    @Override
    public synchronized byte @Nullable [] read(String path) {
        var content = files.get(path);
        return content == null ? null : content.clone();
    }

    @Override
    public synchronized void write(String path, byte[] content) throws IOException {
        change();
        remember(path);
        files.put(path, content.clone());
    }

    @Override
    public synchronized void sync() throws IOException {
        change();
        if (lie != Lie.SYNC) {
            durable.clear();
        }
    }

    @Override
    public synchronized void replace(String path, byte[] content) throws IOException {
        change();
        if (lie == Lie.REPLACE) {
            remember(path);
        } else {
            durable.remove(path);
        }
        files.put(path, content.clone());
    }

    @Override
    public synchronized void delete(String path) throws IOException {
        change();
        for (var each : files.keySet().toArray(String[]::new)) {
            if (each.equals(path) || each.startsWith(path + "/")) {
                remember(each);
                files.remove(each);
            }
        }
    }

    private void remember(String path) {
        if (!durable.containsKey(path)) {
            durable.put(path, files.get(path));
        }
    }

    private void put(String path, byte @Nullable [] content) {
        if (content == null) {
            files.remove(path);
        } else {
            files.put(path, content);
        }
    }

    private void change() throws IOException {
        if (left-- <= 0) {
            throw new IOException("the disk broke");
        }
    }
}
