package dev.millrace.gateway.commands;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The commands and reports whose outcome is awaited, never more than a fixed number of them.
///
/// Safe for use by many threads.
final class PendingCommands {

    private final ConcurrentHashMap<UUID, CompletableFuture<Outcome>> awaited =
            new ConcurrentHashMap<>();
    private final Semaphore room;
    private final Duration timeout;

    PendingCommands(SubmissionsConfig config) {
        this.room = new Semaphore(config.maxPending());
        this.timeout = config.timeout();
    }

    /// Begins to await a command's outcome, for as long as the timeout.
    ///
    /// @return fails with [SubmissionsUnavailable] at the end of it, or at once if there is no room
    CompletableFuture<Outcome> await(UUID command) {
        if (!room.tryAcquire()) {
            return CompletableFuture.failedFuture(
                    new SubmissionsUnavailable("too many submissions are waiting for an outcome"));
        }
        var outcome = new CompletableFuture<Outcome>();
        awaited.put(command, outcome);
        return outcome.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((_, _) -> {
                    awaited.remove(command);
                    room.release();
                })
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(why(failure)));
    }

    private Throwable why(Throwable failure) {
        var cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        return cause instanceof TimeoutException
                ? new SubmissionsUnavailable(
                        "nothing was decided within " + timeout.toMillis() + " ms")
                : cause;
    }

    /// Whether nothing is awaited, so that events need not be looked at.
    boolean isEmpty() {
        return awaited.isEmpty();
    }

    boolean isAwaited(UUID command) {
        return awaited.containsKey(command);
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
