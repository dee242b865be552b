package dev.millrace.domain.audit.tree;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Tiles in memory that a crash can take what was not synced from.
public final class MapTiles implements TileStore {

    private final Map<String, byte[]> seen = new TreeMap<>();
    private final Map<String, byte[]> durable = new TreeMap<>();

    /// Reads since the start.
    int reads;

    /// Writes, syncs and deletions that still succeed; the one after them throws.
    int allowed = Integer.MAX_VALUE;

    @Override
    public byte @Nullable [] read(String path) {
        reads++;
        return seen.get(path);
    }

    @Override
    public void write(String path, byte[] content) throws IOException {
        spend();
        seen.put(path, content.clone());
    }

    @Override
    public void sync() throws IOException {
        spend();
        durable.clear();
        durable.putAll(seen);
    }

    @Override
    public void replace(String path, byte[] content) throws IOException {
        spend();
        seen.put(path, content.clone());
        durable.put(path, content.clone());
    }

    @Override
    public void delete(String path) throws IOException {
        spend();
        seen.keySet().removeIf(each -> each.equals(path) || each.startsWith(path + "/"));
    }

    /// Of what was written or deleted since the last sync some is lost, and some is torn.
    void crash(Random random) {
        var before = new TreeMap<>(seen);
        seen.clear();
        seen.putAll(durable);
        before.forEach((path, content) -> {
            if (!Arrays.equals(durable.get(path), content)) {
                switch (random.nextInt(3)) {
                    case 0 -> seen.put(path, content);
                    case 1 -> {
                        if (!durable.containsKey(path)) {
                            seen.put(
                                    path,
                                    Arrays.copyOf(content, random.nextInt(content.length + 1)));
                        }
                    }
                    default -> {}
                }
            }
        });
        durable.keySet().stream()
                .filter(path -> !before.containsKey(path) && random.nextBoolean())
                .toList()
                .forEach(seen::remove);
        durable.clear();
        durable.putAll(seen);
        allowed = Integer.MAX_VALUE;
    }

    /// All paths, sorted.
    Map<String, byte[]> files() {
        return seen;
    }

    private void spend() throws IOException {
        if (allowed-- <= 0) {
            throw new IOException("planned");
        }
    }
}
