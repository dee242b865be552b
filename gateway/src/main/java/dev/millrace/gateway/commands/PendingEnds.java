package dev.millrace.gateway.commands;

import dev.millrace.domain.task.TaskId;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Whoever waits for the end of a task, never more than a fixed number of them.
///
/// A tenant's tasks end for that tenant alone. Safe for use by many threads.
final class PendingEnds {

    private final Map<Owned, Set<CompletableFuture<TaskEnd>>> awaited = new ConcurrentHashMap<>();
    private final Semaphore room;

    /// @param most how many may wait at once
    PendingEnds(int most) {
        this.room = new Semaphore(most);
    }

    /// Begins to wait; see [TaskSubmissions#awaitEnd].
    @SuppressWarnings("UndefinedEquals") // a future equals itself alone, as it should here
    CompletableFuture<TaskEnd> await(String tenant, TaskId task, Duration atMost) {
        if (!room.tryAcquire()) {
            return CompletableFuture.failedFuture(
                    new SubmissionsUnavailable("too many requests wait for the end of a task"));
        }
        var owned = new Owned(tenant, task);
        var end = new CompletableFuture<TaskEnd>();
        awaited.compute(
                owned,
                (_, others) -> {
                    var all = others == null ? newSet() : others;
                    all.add(end);
                    return all;
                });
        var _ =
                end.orTimeout(atMost.toMillis(), TimeUnit.MILLISECONDS)
                        .whenComplete((_, _) -> {
                            awaited.computeIfPresent(
                                    owned,
                                    (_, all) -> all.remove(end) && all.isEmpty() ? null : all);
                            room.release();
                        });
        return end;
    }

    /// Whether nobody waits, so that events need not be looked at.
    boolean isEmpty() {
        return awaited.isEmpty();
    }

    void complete(String tenant, TaskEnd end) {
        var waiting = awaited.get(new Owned(tenant, end.task()));
        if (waiting != null) {
            waiting.forEach(one -> one.complete(end));
        }
    }

    void failAll(SubmissionsUnavailable why) {
        awaited.values().forEach(all -> all.forEach(one -> one.completeExceptionally(why)));
    }

    private static Set<CompletableFuture<TaskEnd>> newSet() {
        return ConcurrentHashMap.newKeySet();
    }

    private record Owned(String tenant, TaskId task) {}
}
