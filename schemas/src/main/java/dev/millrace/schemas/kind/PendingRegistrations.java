package dev.millrace.schemas.kind;

import dev.millrace.domain.kind.KindsUnavailable;
import dev.millrace.domain.kind.Registration;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The registrations that were sent and not read back yet, never more than a fixed number of them.
///
/// Safe for use by many threads.
final class PendingRegistrations {

    private final ConcurrentHashMap<UUID, CompletableFuture<Registration>> awaited =
            new ConcurrentHashMap<>();
    private final Semaphore room;
    private final Duration timeout;

    PendingRegistrations(int most, Duration timeout) {
        this.room = new Semaphore(most);
        this.timeout = timeout;
    }

    /// Begins to await a record, for as long as the timeout.
    ///
    /// @return fails with [KindsUnavailable] at the end of it, or at once if there is no room
    CompletableFuture<Registration> await(UUID id) {
        if (!room.tryAcquire()) {
            return CompletableFuture.failedFuture(
                    new KindsUnavailable("too many are being registered at once"));
        }
        var outcome = new CompletableFuture<Registration>();
        awaited.put(id, outcome);
        return outcome.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((_, _) -> {
                    awaited.remove(id);
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
                ? new KindsUnavailable(
                        "the record was not read back within " + timeout.toMillis() + " ms")
                : cause;
    }

    /// Whether nothing is awaited.
    boolean isEmpty() {
        return awaited.isEmpty();
    }

    void complete(UUID id, Registration outcome) {
        var pending = awaited.get(id);
        if (pending != null) {
            pending.complete(outcome);
        }
    }

    void fail(UUID id, KindsUnavailable why) {
        var pending = awaited.get(id);
        if (pending != null) {
            pending.completeExceptionally(why);
        }
    }

    void failAll(KindsUnavailable why) {
        awaited.values().forEach(pending -> pending.completeExceptionally(why));
    }
}
