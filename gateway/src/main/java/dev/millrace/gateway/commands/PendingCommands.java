package dev.millrace.gateway.commands;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The commands and reports whose outcome is awaited, never more than a fixed number of them.
///
/// One is given up when nothing at all has been decided for as long as the timeout, or after three
/// timeouts: what stands in a long queue that moves is waited for, what is stuck is not. What moves
/// need not be a command of ours: a task that waits for thousands puts a question to each of them
/// in front of whatever comes next.
///
/// Safe for use by many threads.
final class PendingCommands {

    /* Where one partition is stuck and others are not, its commands wait that long. */
    private static final int TIMEOUTS = 3;

    private final ConcurrentHashMap<UUID, CompletableFuture<Outcome>> awaited =
            new ConcurrentHashMap<>();
    private final Semaphore room;
    private final Duration timeout;
    private final Duration longest;
    private final LongSupplier nanos;
    private volatile long lastDecided;

    PendingCommands(SubmissionsConfig config) {
        this(config, System::nanoTime);
    }

    /// @param nanos tells the time; the timers themselves go by the system's
    PendingCommands(SubmissionsConfig config, LongSupplier nanos) {
        this.room = new Semaphore(config.maxPending());
        this.timeout = config.timeout();
        this.longest = timeout.multipliedBy(TIMEOUTS);
        this.nanos = nanos;
        this.lastDecided = nanos.getAsLong();
    }

    /// Begins to await a command's outcome.
    ///
    /// @return fails with [SubmissionsUnavailable] when it is given up, or at once if there is no
    ///   room
    CompletableFuture<Outcome> await(UUID command) {
        if (!room.tryAcquire()) {
            return CompletableFuture.failedFuture(
                    new SubmissionsUnavailable("too many submissions are waiting for an outcome"));
        }
        var outcome = new CompletableFuture<Outcome>();
        awaited.put(command, outcome);
        giveUp(outcome, nanos.getAsLong(), timeout.toNanos());
        return outcome.whenComplete((_, _) -> {
            awaited.remove(command);
            room.release();
        });
    }

    /// Looks after a while whether to wait for an outcome any longer.
    private void giveUp(CompletableFuture<Outcome> outcome, long begun, long wait) {
        var timer =
                new CompletableFuture<@Nullable Void>()
                        .completeOnTimeout(null, wait, TimeUnit.NANOSECONDS);
        var _ = outcome.whenComplete((_, _) -> timer.cancel(false));
        var _ =
                timer.thenRun(() -> {
                    long now = nanos.getAsLong();
                    long silent = now - Math.max(begun, lastDecided);
                    long left =
                            Math.min(timeout.toNanos() - silent, longest.toNanos() - (now - begun));
                    if (left > 0) {
                        giveUp(outcome, begun, left);
                    } else {
                        var passed = silent < timeout.toNanos() ? longest : timeout;
                        outcome.completeExceptionally(
                                new SubmissionsUnavailable(
                                        "nothing was decided within " + passed.toMillis() + " ms"));
                    }
                });
    }

    /// Whether nothing is awaited, so that events need not be looked at.
    boolean isEmpty() {
        return awaited.isEmpty();
    }

    boolean isAwaited(UUID command) {
        return awaited.containsKey(command);
    }

    /// Notes that something was decided, whoever asked for it.
    void decided() {
        lastDecided = nanos.getAsLong();
    }

    void complete(UUID command, Outcome outcome) {
        var pending = awaited.get(command);
        if (pending != null) {
            pending.complete(outcome);
        }
    }

    void fail(UUID command, SubmissionsUnavailable why) {
        var pending = awaited.get(command);
        if (pending != null) {
            pending.completeExceptionally(why);
        }
    }

    void failAll(SubmissionsUnavailable why) {
        awaited.values().forEach(pending -> pending.completeExceptionally(why));
    }
}
