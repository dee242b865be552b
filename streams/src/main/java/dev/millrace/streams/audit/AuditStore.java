package dev.millrace.streams.audit;

import dev.millrace.domain.audit.Checkpoint;
import dev.millrace.domain.audit.PartitionHead;
import dev.millrace.domain.audit.PartitionHeads;
import dev.millrace.domain.audit.Recovery;
import dev.millrace.domain.audit.SiteState;
import dev.millrace.domain.audit.bundle.Bundler;
import dev.millrace.domain.audit.bundle.Snapshot;
import dev.millrace.domain.audit.encoding.CanonicalReader;
import dev.millrace.domain.audit.encoding.CanonicalWriter;
import dev.millrace.domain.audit.note.SignedNote;
import dev.millrace.domain.audit.tree.TileReader;
import dev.millrace.domain.audit.tree.TileStore;
import dev.millrace.domain.audit.tree.TreeDamaged;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where everything of a history lies, in files that may be shown to anybody: they hold digests.
///
/// ```
/// log/checkpoint            the newest, signed and countersigned
/// log/tile/… log/head       the site's log, as tlog-tiles has it
/// states/0/17.checkpoint    one state of the log: its checkpoint, and the heads that it is of
/// states/0/17.heads
/// partitions/<topic>/<topic id>/<partition>/<epoch>/tile/… head place recovery
/// restored                  there until somebody decided what is to become of a restored history
/// scrub/memory              how far the check of the log is
/// ```
///
/// What witnesses remember is in another store, as `witness-<n>.last`: the text that each
/// countersigned last.
///
/// Reading is safe for use by many threads, writing confined to one.
final class AuditStore {

    /// As many of the newest states keep their heads.
    static final int NEWEST_STATES = 1024;

    /// Of the older ones, one in so many does, and the first.
    static final int OLDER_STATES = 256;

    private static final String LATEST = "log/checkpoint";
    private static final int STATES_IN_FOLDER = 1000;
    private static final int CACHED_TILES = 64;

    private final TileStore root;
    private final TileStore witnesses;

    AuditStore(TileStore root, TileStore witnesses) {
        this.root = root;
        this.witnesses = witnesses;
    }

    /// Whether the history comes from a backup, and nobody decided yet what is to become of it.
    boolean isRestored() throws IOException {
        return root.read("restored") != null;
    }

    TileStore log() {
        return new StoreBelow(root, "log/");
    }

    TileReader logReader() throws IOException {
        return new TileReader(log(), CACHED_TILES);
    }

    TileStore tree(AuditedPartition partition, int epoch) {
        return new StoreBelow(root, folderOf(partition, epoch) + "/");
    }

    TileReader treeReader(PartitionHead head) throws IOException {
        return new TileReader(tree(AuditedPartition.of(head), head.epoch()), CACHED_TILES);
    }

    Bundler bundler() throws IOException {
        return new Bundler(logReader(), this::treeReader);
    }

    /// Where the tree of an epoch begins.
    ///
    /// @param first the first offset that it has or will have
    /// @param resume what was before it, and not in the tree, is gone
    record Place(long first, long resume) {}

    /// Where an epoch begins; null if it has not begun.
    @Nullable Place place(AuditedPartition partition, int epoch) throws IOException {
        var path = folderOf(partition, epoch) + "/place";
        var stored = root.read(path);
        if (stored == null) {
            return null;
        }
        try {
            var in = new CanonicalReader(stored);
            var place = new Place(in.i64(), in.i64());
            in.end();
            return place;
        } catch (IllegalArgumentException malformed) {
            throw new TreeDamaged(path, String.valueOf(malformed.getMessage()));
        }
    }

    void begin(AuditedPartition partition, int epoch, Place place) throws IOException {
        root.replace(
                folderOf(partition, epoch) + "/place",
                new CanonicalWriter().i64(place.first()).i64(place.resume()).toBytes());
    }

    /// Of all epochs but the first, in their order.
    List<Recovery> recoveries(AuditedPartition partition) throws IOException {
        var recoveries = new ArrayList<Recovery>();
        while (true) {
            var path = recoveryOf(partition, recoveries.size() + 1);
            var stored = root.read(path);
            if (stored == null) {
                return recoveries;
            }
            try {
                var in = new CanonicalReader(stored);
                recoveries.add(Recovery.read(in));
                in.end();
            } catch (IllegalArgumentException malformed) {
                throw new TreeDamaged(path, String.valueOf(malformed.getMessage()));
            }
        }
    }

    /// Removes what a crash left of an epoch that never began.
    void clear(AuditedPartition partition, int epoch) throws IOException {
        root.delete(folderOf(partition, epoch));
    }

    /// Removes the tree of an epoch, to be built anew.
    void clearTree(AuditedPartition partition, int epoch) throws IOException {
        root.delete(folderOf(partition, epoch) + "/head");
        root.delete(folderOf(partition, epoch) + "/tile");
    }

    /// Ends an epoch: from now on the next one counts, which is stored by now.
    void recover(AuditedPartition partition, Recovery recovery) throws IOException {
        var content = new CanonicalWriter();
        recovery.write(content);
        root.replace(recoveryOf(partition, recovery.epoch()), content.toBytes());
    }

    void putHeads(long number, PartitionHeads heads) throws IOException {
        root.replace(stateOf(number) + ".heads", heads.encode());
    }

    @Nullable PartitionHeads heads(long number) throws IOException {
        var path = stateOf(number) + ".heads";
        var stored = root.read(path);
        try {
            return stored == null ? null : PartitionHeads.decode(stored);
        } catch (IllegalArgumentException malformed) {
            throw new TreeDamaged(path, String.valueOf(malformed.getMessage()));
        }
    }

    /// @throws TreeDamaged if another text was signed for the same state
    void putCheckpoint(long number, SignedNote note) throws IOException {
        var before = checkpoint(number);
        if (before != null && !before.text().equals(note.text())) {
            throw new TreeDamaged(stateOf(number), "signed before, as another one");
        }
        root.replace(stateOf(number) + ".checkpoint", note.toBytes());
    }

    /// Makes one the newest.
    void publish(SignedNote note) throws IOException {
        root.replace(LATEST, note.toBytes());
    }

    /// The newest; null if there is none yet.
    @Nullable SignedNote latest() throws IOException {
        return note(LATEST);
    }

    /// The number of the state of the newest; -1 if there is none yet.
    long latestNumber() throws IOException {
        var latest = latest();
        return latest == null ? -1 : Checkpoint.parse(latest.text()).size() - 1;
    }

    @Nullable SignedNote checkpoint(long number) throws IOException {
        return note(stateOf(number) + ".checkpoint");
    }

    /// A state with its checkpoint and heads; null if these are not kept.
    @Nullable Snapshot snapshot(long number) throws IOException {
        var note = checkpoint(number);
        var heads = note == null ? null : heads(number);
        return note == null || heads == null ? null : new Snapshot(note, state(number), heads);
    }

    SiteState state(long number) throws IOException {
        return SiteState.decode(logReader().entry(number));
    }

    /// Whether a state is kept while another is the newest.
    static boolean isKept(long number, long newest) {
        return number > newest - NEWEST_STATES || number % OLDER_STATES == 0;
    }

    /// Drops what a state that just came pushes out.
    void thin(long newest) throws IOException {
        long number = newest - NEWEST_STATES;
        if (number >= 0 && !isKept(number, newest)) {
            root.delete(stateOf(number) + ".heads");
            root.delete(stateOf(number) + ".checkpoint");
        }
    }

    @Nullable String witnessed(int witness) throws IOException {
        var stored = witnesses.read(witnessOf(witness));
        if (stored == null) {
            stored = root.read("witness/" + (witness + 1)); // as earlier versions had it
        }
        return stored == null ? null : new String(stored, StandardCharsets.UTF_8);
    }

    void putWitnessed(int witness, String checkpoint) throws IOException {
        witnesses.replace(witnessOf(witness), checkpoint.getBytes(StandardCharsets.UTF_8));
    }

    private @Nullable SignedNote note(String path) throws IOException {
        var stored = root.read(path);
        try {
            return stored == null ? null : SignedNote.parse(stored);
        } catch (IllegalArgumentException malformed) {
            throw new TreeDamaged(path, String.valueOf(malformed.getMessage()));
        }
    }

    private static String folderOf(AuditedPartition partition, int epoch) {
        return "partitions/%s/%s/%d/%d"
                .formatted(partition.topic(), partition.topicId(), partition.partition(), epoch);
    }

    private static String recoveryOf(AuditedPartition partition, int epoch) {
        return folderOf(partition, epoch) + "/recovery";
    }

    private static String stateOf(long number) {
        return "states/" + number / STATES_IN_FOLDER + "/" + number % STATES_IN_FOLDER;
    }

    private static String witnessOf(int witness) {
        return "witness-%d.last".formatted(witness + 1);
    }
}
