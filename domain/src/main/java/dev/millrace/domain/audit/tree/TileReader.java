package dev.millrace.domain.audit.tree;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads a stored tree: its entries, and roots and proofs at every size up to the last commit.
///
/// A proof reads a few tiles for each eight doublings of the size. The tiles read last stay in
/// memory. Safe for use by many threads, also while a [TileWriter] goes on.
public final class TileReader {

    /// As many times may a commit overtake a reader before it gives up.
    private static final int ATTEMPTS = 4;

    private final TileStore store;
    private final Map<String, byte[]> tiles;
    private volatile TreeHead head;

    /// @param cachedTiles most tiles held in memory, of 8 KiB; bundles of entries count as tiles
    public TileReader(TileStore store, int cachedTiles) throws IOException {
        if (cachedTiles < 1) {
            throw new IllegalArgumentException(
                    "cached tiles: " + cachedTiles + " (expected: 1 or more)");
        }
        this.store = store;
        this.tiles =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<String, byte[]> eldest) {
                        return size() > cachedTiles;
                    }
                };
        this.head = readHead();
    }

    /// The last commit.
    public TreeHead head() throws IOException {
        head = readHead();
        return head;
    }

    /// The root of the first `size` leaves.
    public Hash root(long size) throws IOException {
        requireStored(size);
        return new TreeProofs(this::complete).root(size);
    }

    public List<Hash> inclusion(long index, long size) throws IOException {
        requireStored(size);
        return new TreeProofs(this::complete).inclusion(index, size);
    }

    public List<Hash> consistency(long former, long size) throws IOException {
        requireStored(size);
        return new TreeProofs(this::complete).consistency(former, size);
    }

    /// What the leaf at `index` is the hash of.
    public byte[] entry(long index) throws IOException {
        requireStored(index + 1);
        long tile = index / TilePath.WIDTH;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long size = head.size();
            int width = (int) Math.min(TilePath.WIDTH, size - tile * TilePath.WIDTH);
            var full = TilePath.entries(tile);
            var path = width == TilePath.WIDTH ? full : TilePath.partial(full, width);
            var content = cached(path);
            if (content != null) {
                return EntryBundle.entry(path, content, width, (int) (index % TilePath.WIDTH));
            }
            head = readHead();
        }
        throw new TreeDamaged(TilePath.entries(tile), "missing");
    }

    private Hash complete(int height, long index) throws IOException {
        int level = height / TilePath.HEIGHT;
        int count = 1 << (height % TilePath.HEIGHT);
        long first = index * count;
        int start = (int) (first % TilePath.WIDTH);
        var tile = tile(level, first / TilePath.WIDTH, start + count);
        return new TreeHasher().complete(tile, start * Hash.BYTES, count);
    }

    /// @param least hashes that it is to have
    private byte[] tile(int level, long index, int least) throws IOException {
        var full = TilePath.tile(level, index);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long hashes = head.size() >>> (level * TilePath.HEIGHT);
            int width = (int) Math.min(TilePath.WIDTH, hashes - index * TilePath.WIDTH);
            var path = width == TilePath.WIDTH ? full : TilePath.partial(full, width);
            var content = width < least ? null : cached(path);
            if (content != null) {
                if (content.length != width * Hash.BYTES) {
                    throw new TreeDamaged(path, content.length + " bytes");
                }
                return content;
            }
            head = readHead();
        }
        throw new TreeDamaged(full, "missing");
    }

    private byte @Nullable [] cached(String path) throws IOException {
        synchronized (tiles) {
            var tile = tiles.get(path);
            if (tile != null) {
                return tile;
            }
        }
        var read = store.read(path);
        if (read != null) {
            synchronized (tiles) {
                tiles.put(path, read);
            }
        }
        return read;
    }

    private void requireStored(long size) throws IOException {
        if (size > head.size() && size > head().size()) {
            throw new IllegalArgumentException(
                    "size: %d (expected: 0..%d)".formatted(size, head.size()));
        }
    }

    private TreeHead readHead() throws IOException {
        var stored = store.read(TreeHead.PATH);
        return stored == null ? TreeHead.EMPTY : TreeHead.parse(stored);
    }
}
