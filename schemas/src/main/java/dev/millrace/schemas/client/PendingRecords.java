package dev.millrace.schemas.client;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/// The records that were sent and not read back yet, never more than a fixed number of them.
///
/// Safe for use by many threads.
///
/// @param <T> what a record counted for
public final class PendingRecords<T> {

    private final ConcurrentHashMap<UUID, CompletableFuture<T>> awaited = new ConcurrentHashMap<>();
    private final Semaphore room;
    private final Duration timeout;
    private final String tooMany;
    private final Function<String, Exception> unavailable;

    /// @param tooMany what is said when there is no room
    /// @param unavailable what is failed with, for a reason
    public PendingRecords(
            int most, Duration timeout, String tooMany, Function<String, Exception> unavailable) {
        this.room = new Semaphore(most);
        this.timeout = timeout;
        this.tooMany = tooMany;
        this.unavailable = unavailable;
    }

    /// Begins to await a record, for as long as the timeout.
    ///
    /// @return fails at the end of it, or at once if there is no room
    public CompletableFuture<T> await(UUID id) {
        if (!room.tryAcquire()) {
            return CompletableFuture.failedFuture(unavailable.apply(tooMany));
        }
        var outcome = new CompletableFuture<T>();
        awaited.put(id, outcome);
        return outcome.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((_, _) -> {
                    awaited.remove(id);
                    room.release();
                })
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(why(failure)));
    }

    private Throwable why(Throwable failure) {
        var cause = Causes.ofStage(failure);
        return cause instanceof TimeoutException
                ? unavailable.apply(
                        "the record was not read back within " + timeout.toMillis() + " ms")
                : cause;
    }

    /// Whether nothing is awaited.
    public boolean isEmpty() {
        return awaited.isEmpty();
    }

    /// A record was read back; one that nobody awaits is passed over.
    public void complete(UUID id, T outcome) {
        var pending = awaited.get(id);
        if (pending != null) {
            pending.complete(outcome);
        }
    }

    /// A record will not be read back.
    public void fail(UUID id, Exception why) {
        var pending = awaited.get(id);
        if (pending != null) {
            pending.completeExceptionally(why);
        }
    }

    /// None will.
    public void failAll(Exception why) {
        awaited.values().forEach(pending -> pending.completeExceptionally(why));
    }
}
