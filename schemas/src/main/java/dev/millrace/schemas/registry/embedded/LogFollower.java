package dev.millrace.schemas.registry.embedded;

import dev.millrace.schemas.registry.RegistryUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Keeps a registry's state up with a log that other registries write to as well.
///
/// Whoever needs what others wrote asks for it; all who ask while the log is being read share the
/// next read. For those who read, the log is asked at most ten times a second, whatever they want,
/// and at most once a second while it is silent. Safe for use by many threads: the log has one user
/// at a time, and each waits for it at most [#LONGEST_WAIT].
final class LogFollower implements AutoCloseable {

    /// How old the state may be that a changeable answer is made of.
    static final Duration MOST_STALE = Duration.ofSeconds(1);

    /// From the beginning of one read to that of the next.
    static final Duration BETWEEN_READS = Duration.ofMillis(100);

    /// How long a log that was silent is taken to be so still.
    static final Duration AFTER_SILENCE = Duration.ofSeconds(1);

    static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    /// How often a write is tried in a row while other registries write in between.
    static final int WRITE_TRIES = 10;

    /// The longest wait before the second try; it doubles from one to the next, up to eightfold.
    static final Duration BETWEEN_WRITES = Duration.ofMillis(25);

    private static final int MOST_DOUBLINGS = 3;

    private final ReentrantLock turn = new ReentrantLock();
    private final Condition nextRead = turn.newCondition();
    private final RegistryLog log;
    private final RegistryState state;
    private final LongSupplier nanoClock;
    private final RegistryMeters meters;
    private long lastBegan;
    /* When the last read began that came to the log's end: the state is as new as that. */
    private volatile long asOf;
    private long silentAt;
    private @Nullable RegistryUnavailable silence;

    LogFollower(
            RegistryLog log, RegistryState state, LongSupplier nanoClock, RegistryMeters meters) {
        this.meters = meters;
        this.log = log;
        this.state = state;
        this.nanoClock = nanoClock;
        this.asOf = nanoClock.getAsLong() - MOST_STALE.toNanos() - 1;
        this.lastBegan = asOf;
    }

    /// A look at the state.
    @FunctionalInterface
    interface Read<T> {
        T run() throws RegistryFault;
    }

    /// A decision that may append, made while nobody else writes.
    @FunctionalInterface
    interface Write<T> {
        T run() throws RegistryFault, RegistryUnavailable, WriterReplaced;
    }

    /// Reads the log to its end, however long ago the last read was.
    void open() throws RegistryUnavailable {
        lock();
        try {
            read();
        } finally {
            turn.unlock();
        }
    }

    /// Answers what never changes once it is there; refuses it only when the log was read since.
    <T> T known(Read<T> read) throws RegistryFault, RegistryUnavailable {
        long asked = nanoClock.getAsLong();
        try {
            return read.run();
        } catch (RegistryFault _) { // another registry may have written what is missing here
            readSince(asked);
            return read.run();
        }
    }

    /// Answers what may change, as it was at most [#MOST_STALE] ago; refuses nothing that was there
    /// when this was called.
    <T> T recent(Read<T> read) throws RegistryFault, RegistryUnavailable {
        catchUpIfStale();
        return known(read);
    }

    /// Returns once the state holds all that was in the log [#MOST_STALE] ago.
    ///
    /// @throws RegistryUnavailable if the log was silent
    void catchUpIfStale() throws RegistryUnavailable {
        readSince(nanoClock.getAsLong() - MOST_STALE.toNanos());
    }

    /// Decides on all that is in the log, with nobody else writing to it; decides anew, up to
    /// [#WRITE_TRIES] times, where another registry has taken the turn before this one appended.
    <T> T writing(Write<T> write) throws RegistryFault, RegistryUnavailable {
        lock();
        try {
            for (int tries = 1; ; tries++) {
                long began = nanoClock.getAsLong();
                read(log::readToWrite, began);
                try {
                    return write.run();
                } catch (WriterReplaced replaced) {
                    if (tries == WRITE_TRIES) {
                        throw new RegistryUnavailable(
                                String.valueOf(replaced.getMessage()), replaced);
                    }
                    letOthersWrite(tries);
                }
            }
        } catch (InterruptedException stopped) {
            throw interrupted(stopped);
        } finally {
            turn.unlock();
        }
    }

    /* The first time at once, for most often the other one is long done; then for a while that is
     * drawn by lot, or two that are in each other's way could stay so. */
    private void letOthersWrite(int tries) throws InterruptedException {
        if (tries > 1) {
            long longest = BETWEEN_WRITES.toNanos() << Math.min(tries - 2, MOST_DOUBLINGS);
            long left = ThreadLocalRandom.current().nextLong(longest);
            while (left > 0) {
                left = nextRead.awaitNanos(left);
            }
        }
    }

    /// Appends all entries or none; only while [#writing].
    void append(List<LogEntry> entries) throws RegistryUnavailable, WriterReplaced {
        log.append(entries, state::apply);
    }

    /// Nanoseconds since when the log may hold what the state does not.
    long lag() {
        return nanoClock.getAsLong() - asOf;
    }

    @Override
    public void close() {
        turn.lock();
        try {
            log.close();
        } finally {
            turn.unlock();
        }
    }

    private void readSince(long moment) throws RegistryUnavailable {
        lock();
        try {
            while (asOf - moment < 0) {
                requireNotSilent();
                long tooEarly = lastBegan + BETWEEN_READS.toNanos() - nanoClock.getAsLong();
                if (tooEarly > 0) {
                    // Lets writes go first; whoever wakes up first reads for all.
                    var _ = nextRead.awaitNanos(tooEarly);
                } else {
                    read();
                }
            }
        } catch (InterruptedException stopped) {
            throw interrupted(stopped);
        } finally {
            turn.unlock();
        }
    }

    private void read() throws RegistryUnavailable {
        long began = nanoClock.getAsLong();
        lastBegan = began;
        try {
            read(log::read, began);
        } catch (RegistryUnavailable silent) {
            silentAt = nanoClock.getAsLong();
            silence = silent;
            throw silent;
        }
    }

    private void read(ToTheEnd log, long began) throws RegistryUnavailable {
        var fresh = new AtomicInteger();
        log.read(entry -> {
            state.apply(entry);
            fresh.incrementAndGet();
        });
        meters.noteRead(fresh.get(), nanoClock.getAsLong() - began);
        lastBegan = began;
        asOf = began;
        silence = null;
    }

    private void requireNotSilent() throws RegistryUnavailable {
        if (silence != null && nanoClock.getAsLong() - silentAt < AFTER_SILENCE.toNanos()) {
            throw new RegistryUnavailable(String.valueOf(silence.getMessage()), silence);
        }
    }

    private void lock() throws RegistryUnavailable {
        try {
            if (!turn.tryLock(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new RegistryUnavailable(
                        "the log was busy for " + LONGEST_WAIT + " (try again later)", null);
            }
        } catch (InterruptedException stopped) {
            throw interrupted(stopped);
        }
    }

    /// A read of what is new.
    @FunctionalInterface
    private interface ToTheEnd {
        void read(Consumer<LogEntry> reader) throws RegistryUnavailable;
    }

    private static RegistryUnavailable interrupted(InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return new RegistryUnavailable("interrupted: the registry is stopping", stopped);
    }
}
