package dev.millrace.gateway;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.Cause;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskDecider;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.view.Position;
import dev.millrace.gateway.commands.DecisionOrder;
import dev.millrace.gateway.commands.Outcome;
import dev.millrace.gateway.commands.SubmissionsUnavailable;
import dev.millrace.gateway.commands.TaskEnd;
import dev.millrace.gateway.commands.TaskSubmissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Decides commands as `decide` does, in memory. While it is held nobody learns what was decided.
final class FakeSubmissions implements TaskSubmissions {

    private final TaskDecider decider = new TaskDecider();
    private final Map<TaskId, TaskState> states = new HashMap<>();
    private final List<Envelope<TaskCommand>> commands = new ArrayList<>();
    private final List<Runnable> heldBack = new ArrayList<>();
    private final List<Wait> waits = new ArrayList<>();
    private boolean held;
    private boolean full;
    private volatile boolean isOrderKnown = true;
    private final AtomicInteger orderAskedFor = new AtomicInteger();
    private @Nullable TaskEnd early;
    private @Nullable Throwable failure;

    @Override
    public synchronized CompletionStage<Outcome> submit(Envelope<TaskCommand> envelope) {
        if (failure != null) {
            return CompletableFuture.failedStage(failure);
        }
        commands.add(envelope);
        var command = envelope.messageOrNull();
        if (command == null) {
            throw new IllegalStateException("a sealed command");
        }
        var before = states.get(command.task());
        var event = decider.decide(before, command, new Cause(envelope.id(), envelope.time()));
        states.put(command.task(), TaskDecider.evolve(before, event));
        var position = Position.at("millrace.task-events", 1, commands.size());
        if (early != null) {
            end(early);
        }
        var told = new CompletableFuture<Outcome>();
        tell(() ->
                told.complete(
                        event instanceof TaskEvent.Refused refused
                                ? new Outcome.Refused(position, refused.reason(), refused.detail())
                                : new Outcome.Accepted(position)));
        return told;
    }

    @Override
    public List<CompletionStage<Outcome>> submitAll(List<Envelope<TaskCommand>> all) {
        return all.stream().map(this::submit).toList();
    }

    /// There are two partitions: one of the even tasks and one of the odd ones.
    @Override
    public Optional<DecisionOrder> decisionOrder() {
        orderAskedFor.incrementAndGet();
        return isOrderKnown
                ? Optional.of((one, other) -> isOdd(one) == isOdd(other))
                : Optional.empty();
    }

    /// From now on nobody says what is decided in its order.
    void forgetOrder() {
        isOrderKnown = false;
    }

    /// How often it was asked for.
    int orderAskedFor() {
        return orderAskedFor.get();
    }

    private static boolean isOdd(TaskId task) {
        return task.value().getLeastSignificantBits() % 2 != 0;
    }

    @Override
    public synchronized CompletableFuture<TaskEnd> awaitEnd(
            String tenant, TaskId task, Duration atMost) {
        if (full) {
            return CompletableFuture.failedFuture(new SubmissionsUnavailable("too many wait"));
        }
        var end = new CompletableFuture<TaskEnd>();
        waits.add(new Wait(task, atMost, end));
        notifyAll();
        return end;
    }

    /// Ends a task for whoever waits for that.
    synchronized void end(TaskEnd end) {
        waits.stream()
                .filter(wait -> wait.task.equals(end.task()))
                .forEach(wait -> wait.end.complete(end));
    }

    /// Ends a task before the outcome of the next submission is known.
    synchronized void endEarly(TaskEnd end) {
        early = end;
    }

    /// Lets the time of whoever waits for an end run out.
    synchronized void timeOut() {
        waits.forEach(wait -> wait.end.completeExceptionally(new TimeoutException()));
    }

    /// Lets nobody wait any more.
    synchronized void fill() {
        full = true;
    }

    /// Waits until somebody waits for an end.
    ///
    /// @return for how long at most
    synchronized Duration awaitWaiting() throws InterruptedException {
        while (waits.isEmpty()) {
            wait();
        }
        return waits.getLast().atMost;
    }

    /// Whether nobody waits for an end any more.
    synchronized boolean nobodyWaits() {
        return waits.stream().allMatch(wait -> wait.end.isDone());
    }

    private record Wait(TaskId task, Duration atMost, CompletableFuture<TaskEnd> end) {}

    private void tell(Runnable outcome) {
        if (held) {
            heldBack.add(outcome);
            notifyAll();
        } else {
            outcome.run();
        }
    }

    /// Keeps outcomes back from now on.
    synchronized void hold() {
        held = true;
    }

    /// Waits until so many outcomes are kept back.
    synchronized void awaitHeld(int count) throws InterruptedException {
        while (heldBack.size() < count) {
            wait();
        }
    }

    /// Tells what was kept back.
    synchronized void release() {
        held = false;
        heldBack.forEach(Runnable::run);
        heldBack.clear();
    }

    synchronized void failWith(Throwable cause) {
        failure = cause;
    }

    synchronized Envelope<TaskCommand> last() {
        return commands.getLast();
    }

    synchronized TaskCommand.Submit lastSubmit() {
        if (last().messageOrNull() instanceof TaskCommand.Submit submit) {
            return submit;
        }
        throw new IllegalStateException("the last command is no submission");
    }

    synchronized int count() {
        return commands.size();
    }
}
