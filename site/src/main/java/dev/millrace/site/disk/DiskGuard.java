package dev.millrace.site.disk;

import dev.millrace.gateway.submit.WriteGate;
import dev.millrace.site.broker.DataFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stops all that writes while there is still room, because Kafka ends the process when there is
/// none.
///
/// ```
///                 free < floor
///   open ───────────────────────────▶ closed: writes are refused, applications wait, reads go on
///        ◀───────────────────────────
///          free >= floor + a quarter of the reserve
///
///   floor = the reserve + what Lucene and RocksDB may be rewriting, at most 8 GiB of it
/// ```
///
/// Looks [#LOOKS_PER_SECOND] times a second. How large the reserve has to be is in decision 21.
/// Safe for use by many threads; the looking is done by one of its own.
public final class DiskGuard implements WriteGate, AutoCloseable {

    /// How often the free space is asked for.
    static final int LOOKS_PER_SECOND = 5;

    /// The most that is kept free for what is compacted: a merge of Lucene's makes segments of 5
    /// GiB at most, a store of RocksDB's is far smaller.
    static final long MOST_REWRITTEN = 8L << 30;

    /* Walks through folders, so it is done seldom. */
    private static final int LOOKS_BETWEEN_SIZES = 50;

    private static final Duration STOP = Duration.ofSeconds(5);
    private static final long MIB = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(DiskGuard.class);

    private final Room room;
    private final long reserve;
    private final List<Pausable> writers;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("disk-guard").unstarted(this::run);
    private long rewritten;
    private int looks;
    private boolean blind;
    private volatile @Nullable String closed;

    /// @param folder on the disk that is watched
    /// @param rewritten folders in it whose files are compacted
    /// @param reserve bytes to be kept free beside that
    /// @param writers what is to wait when it gets tight
    public DiskGuard(Path folder, List<Path> rewritten, long reserve, List<Pausable> writers)
            throws IOException {
        this(Room.of(folder, rewritten), reserve, writers);
    }

    DiskGuard(Room room, long reserve, List<Pausable> writers) {
        this.room = room;
        this.reserve = reserve;
        this.writers = List.copyOf(writers);
    }

    /// Below how many free bytes a site writes nothing.
    ///
    /// @param data its folder, whether or not it is there
    /// @param reserve as it is configured
    public static long floor(Path data, long reserve) throws IOException {
        return floor(reserve, Room.sizeOf(DataFolder.compacted(data)));
    }

    private static long floor(long reserve, long rewritten) {
        return reserve + Math.min(rewritten, MOST_REWRITTEN);
    }

    /// Looks once, then goes on looking in the background.
    public void start() {
        look();
        thread.start();
    }

    @Override
    public @Nullable String closed() {
        return closed;
    }

    /// Looks once.
    void look() {
        try {
            if (looks++ % LOOKS_BETWEEN_SIZES == 0) {
                rewritten = room.rewrittenBytes();
            }
            judge(room.freeBytes());
            blind = false;
        } catch (IOException unknown) {
            if (!blind) {
                LOG.atWarn()
                        .setMessage("The room on the disk cannot be told; all stays as it is")
                        .setCause(unknown)
                        .log();
            }
            blind = true;
        }
    }

    private void judge(long free) {
        long floor = floor(reserve, rewritten);
        if (closed == null ? free >= floor : free >= floor + reserve / 4) {
            if (closed != null) {
                closed = null;
                writers.forEach(Pausable::resume);
                LOG.atInfo()
                        .setMessage("There is room on the disk again; writing goes on")
                        .addKeyValue("free-mib", free / MIB)
                        .log();
            }
            return;
        }
        if (closed == null) {
            LOG.atError()
                    .setMessage("The disk is nearly full; nothing is written until there is room")
                    .addKeyValue("free-mib", free / MIB)
                    .addKeyValue("kept-free-mib", floor / MIB)
                    .log();
            closed = why(free, floor);
            writers.forEach(Pausable::pause);
        }
        closed = why(free, floor);
    }

    private String why(long free, long floor) {
        return ("the site's disk has %d MiB left and keeps %d MiB free for what it has begun; writing"
                        + " goes on by itself once %d MiB are free: remove files, enlarge the disk, or"
                        + " lower millrace.disk.reserve")
                .formatted(free / MIB, floor / MIB, (floor + reserve / 4) / MIB);
    }

    private void run() {
        try {
            while (!closing.await(1_000 / LOOKS_PER_SECOND, TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /// Stops looking. Whatever waits goes on waiting.
    @Override
    public void close() {
        closing.countDown();
        try {
            var _ = thread.isAlive() && thread.join(STOP);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
