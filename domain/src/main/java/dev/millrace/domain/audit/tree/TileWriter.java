package dev.millrace.domain.audit.tree;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Appends to a tree and keeps it in tiles.
///
/// In memory is only the right edge: one unfinished tile a level, and the entries of the lowest.
/// Full tiles are written as they fill and never again. [#commit] writes the unfinished ones, makes
/// all of it durable, and only then replaces the `head`; what a crash leaves beyond the head counts
/// for nothing and is written again.
///
/// Confined to one thread. After an `IOException` it does nothing more: open another.
public final class TileWriter {

    /// A length in a bundle of entries has two bytes.
    public static final int MAX_ENTRY_BYTES = 0xFFFF;

    private static final int TILE_BYTES = TilePath.WIDTH * Hash.BYTES;

    private final TileStore store;
    private final Partials kept;
    private final TreeHasher hasher = new TreeHasher();
    private final List<Level> levels = new ArrayList<>();
    private final ByteArrayOutputStream entries = new ByteArrayOutputStream();

    /// No longer needed once the next commit is made.
    private final List<String> obsolete = new ArrayList<>();

    private TreeHead head;
    private long size;
    private boolean isFailed;

    private TileWriter(TileStore store, Partials kept, TreeHead head) {
        this.store = store;
        this.kept = kept;
        this.head = head;
        this.size = head.size();
    }

    /// Which unfinished tiles stay until the full one is there.
    public enum Partials {
        /// Those of the last two commits: of the checkpoint that is published and of the next.
        NEWEST,
        /// Those of every commit, as tlog-tiles asks of a log with checkpoints of its own.
        ALL
    }

    /// Goes on where the last commit was; an empty store is an empty tree.
    ///
    /// @throws TreeDamaged if what is stored does not lead to the root that was committed
    public static TileWriter open(TileStore store, Partials kept) throws IOException {
        var stored = store.read(TreeHead.PATH);
        var head = stored == null ? TreeHead.EMPTY : TreeHead.parse(stored);
        var writer = new TileWriter(store, kept, head);
        writer.load();
        return writer;
    }

    /// Appends one entry and returns its index.
    ///
    /// @param entry at most [#MAX_ENTRY_BYTES]
    public long append(byte[] entry) throws IOException {
        requireWhole();
        if (entry.length > MAX_ENTRY_BYTES) {
            throw new IllegalArgumentException(
                    "entry: %d bytes (expected: 0..%d)".formatted(entry.length, MAX_ENTRY_BYTES));
        }
        entries.write(entry.length >>> Byte.SIZE);
        entries.write(entry.length);
        entries.write(entry, 0, entry.length);
        var lowest = level(0);
        hasher.leaf(entry, lowest.hashes, lowest.width * Hash.BYTES);
        lowest.width++;
        long index = size++;
        if (lowest.width == TilePath.WIDTH) {
            attempt(this::finishTiles);
        }
        return index;
    }

    /// Makes everything appended so far durable, and returns what is then the head.
    public TreeHead commit() throws IOException {
        requireWhole();
        if (size != head.size()) {
            attempt(this::writeHead);
        }
        return head;
    }

    /// Leaves appended, committed or not.
    public long size() {
        return size;
    }

    /// The root over them.
    public Hash root() {
        Hash root = null;
        for (var level : levels) {
            // A width in binary is the complete subtrees in the tile, the smallest one last.
            int end = level.width;
            for (int left = level.width; left > 0; left &= left - 1) {
                int count = Integer.lowestOneBit(left);
                end -= count;
                var peak = hasher.complete(level.hashes, end * Hash.BYTES, count);
                root = root == null ? peak : hasher.node(peak, root);
            }
        }
        return root == null ? TreeHasher.EMPTY : root;
    }

    private void finishTiles() throws IOException {
        var bundle = TilePath.entries(levels.getFirst().index);
        store.write(bundle, entries.toByteArray());
        entries.reset();
        obsolete.add(TilePath.partials(bundle));
        for (int l = 0; level(l).width == TilePath.WIDTH; l++) {
            var level = level(l);
            var tile = TilePath.tile(l, level.index);
            store.write(tile, level.hashes);
            obsolete.add(TilePath.partials(tile));
            var above = level(l + 1);
            hasher.complete(level.hashes, 0, TilePath.WIDTH)
                    .copyTo(above.hashes, above.width * Hash.BYTES);
            above.width++;
            level.next();
        }
    }

    private void writeHead() throws IOException {
        for (int l = 0; l < levels.size(); l++) {
            writePartials(l, levels.get(l));
        }
        store.sync();
        var next = new TreeHead(size, root());
        store.replace(TreeHead.PATH, next.toBytes());
        head = next;
        for (var path : obsolete) {
            store.delete(path);
        }
        obsolete.clear();
    }

    private void writePartials(int l, Level level) throws IOException {
        if (level.width == 0 || level.width == level.stored) {
            return;
        }
        var tile = TilePath.tile(l, level.index);
        writePartial(level, tile, level.toBytes());
        if (l == 0) {
            writePartial(level, TilePath.entries(level.index), entries.toByteArray());
        }
        level.storedBefore = level.stored;
        level.stored = level.width;
    }

    private void writePartial(Level level, String full, byte[] content) throws IOException {
        store.write(TilePath.partial(full, level.width), content);
        if (kept == Partials.NEWEST && level.storedBefore > 0) {
            obsolete.add(TilePath.partial(full, level.storedBefore));
        }
    }

    private void load() throws IOException {
        for (int l = 0; size >>> (l * TilePath.HEIGHT) > 0; l++) {
            long hashes = size >>> (l * TilePath.HEIGHT);
            var level = level(l);
            level.index = hashes / TilePath.WIDTH;
            level.width = (int) (hashes % TilePath.WIDTH);
            level.stored = level.width;
            if (level.width > 0) {
                var path = TilePath.partial(TilePath.tile(l, level.index), level.width);
                var content = required(path);
                if (content.length != level.width * Hash.BYTES) {
                    throw new TreeDamaged(path, content.length + " bytes");
                }
                System.arraycopy(content, 0, level.hashes, 0, content.length);
            }
        }
        if (!root().equals(head.root())) {
            throw new TreeDamaged(TreeHead.PATH, "the tiles do not lead to its root");
        }
        if (!levels.isEmpty() && levels.getFirst().width > 0) {
            loadEntries(levels.getFirst());
        }
    }

    private void loadEntries(Level lowest) throws IOException {
        var path = TilePath.partial(TilePath.entries(lowest.index), lowest.width);
        var content = required(path);
        var hash = new byte[Hash.BYTES];
        for (int i = 0; i < lowest.width; i++) {
            hasher.leaf(EntryBundle.entry(path, content, lowest.width, i), hash, 0);
            if (!Hash.of(hash, 0).equals(Hash.of(lowest.hashes, i * Hash.BYTES))) {
                throw new TreeDamaged(path, "entry " + i + " is not that of its leaf");
            }
        }
        entries.writeBytes(content);
    }

    private byte[] required(String path) throws IOException {
        var content = store.read(path);
        if (content == null) {
            throw new TreeDamaged(path, "missing");
        }
        return content;
    }

    private Level level(int l) {
        while (levels.size() <= l) {
            levels.add(new Level());
        }
        return levels.get(l);
    }

    private void requireWhole() {
        if (isFailed) {
            throw new IllegalStateException("the audit tree failed to write; open it again");
        }
    }

    private void attempt(Writing writing) throws IOException {
        isFailed = true;
        writing.write();
        isFailed = false;
    }

    /// What leaves the writer unusable unless it succeeds.
    private interface Writing {
        void write() throws IOException;
    }

    /// The unfinished tile of one level.
    private static final class Level {

        final byte[] hashes = new byte[TILE_BYTES];
        long index;
        int width;

        /// Its widths at the last commit and the one before; 0 if it was not there.
        int stored;

        int storedBefore;

        byte[] toBytes() {
            return Arrays.copyOf(hashes, width * Hash.BYTES);
        }

        void next() {
            index++;
            width = 0;
            stored = 0;
            storedBefore = 0;
        }
    }
}
