package dev.millrace.gateway;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Actor.Proof;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Sensitivity;
import dev.millrace.domain.task.Cause;
import dev.millrace.domain.task.ClaimKey;
import dev.millrace.domain.task.DependencyResults;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskDecider;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskProgress;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.Terms;
import dev.millrace.domain.task.WorkItem;
import dev.millrace.domain.view.Position;
import dev.millrace.gateway.commands.Outcome;
import dev.millrace.gateway.commands.SubmissionsUnavailable;
import dev.millrace.gateway.commands.TaskReports;
import dev.millrace.gateway.work.TakenItem;
import dev.millrace.gateway.work.WorkSource;
import dev.millrace.gateway.work.WorkUnavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/// Queues of work in memory, and what `decide` makes of the reports of those who do it.
final class FakeWork implements WorkSource, TaskReports {

    private final TaskDecider decider = new TaskDecider();
    private final ClaimKey claims = new ClaimKey(new byte[32]);
    private final Map<TaskId, TaskState> states = new HashMap<>();
    private final Deque<Envelope<WorkItem>> queue = new ArrayDeque<>();
    private final List<Envelope<TaskReport>> reports = new ArrayList<>();
    private final List<Envelope<TaskProgress>> told = new ArrayList<>();
    private final List<Ask> asks = new ArrayList<>();
    private final List<Runnable> heldBack = new ArrayList<>();
    private final List<String> settled = new ArrayList<>();
    private Instant now = RunningGateway.NOON;
    private boolean held;
    private int unanswered;
    private boolean broken;
    private long ids;

    /// Submits a task of the kind `shout` and queues it.
    TaskId put(String input) {
        return put(new Content.Inline(input), Terms.DEFAULT, Envelope.DEFAULT_TENANT);
    }

    synchronized TaskId put(Content input, Terms terms, String tenant) {
        var task = new TaskId(new UUID(0x7000, 0x5000 + ++ids));
        decide(
                task,
                new TaskCommand.Submit(task, "shout", input, Digest.of("x"), terms, List.of()));
        queue(task, 1, input, terms, tenant);
        return task;
    }

    /// Submits a task that waited for others, and queues it.
    synchronized TaskId put(String input, DependencyResults dependencies) {
        var task = new TaskId(new UUID(0x7000, 0x5000 + ++ids));
        var content = new Content.Inline(input);
        decide(
                task,
                new TaskCommand.Submit(
                        task, "shout", content, Digest.of("x"), Terms.DEFAULT, List.of()));
        queue(
                new WorkItem(
                        task,
                        1,
                        "shout",
                        content,
                        Terms.DEFAULT,
                        claims.token(task, 1),
                        dependencies),
                Envelope.DEFAULT_TENANT);
        return task;
    }

    /// Queues an attempt, whether or not it is due.
    synchronized void queue(TaskId task, int attempt, Content input, Terms terms, String tenant) {
        queue(
                new WorkItem(task, attempt, "shout", input, terms, claims.token(task, attempt)),
                tenant);
    }

    private void queue(WorkItem item, String tenant) {
        queue.add(
                Envelope.<WorkItem>first(
                                new UUID(0x7000, 0x9000 + ++ids),
                                now,
                                tenant,
                                Labels.of(Sensitivity.CONFIDENTIAL, List.of("region=eu")),
                                new Actor("dispatch", Proof.WORKER),
                                RunningGateway.SITE,
                                item)
                        .partOf(new UUID(0x7000, 0xABC), "patient-7"));
        serve();
    }

    String token(TaskId task, int attempt) {
        return claims.token(task, attempt);
    }

    synchronized void cancel(TaskId task) {
        decide(task, new TaskCommand.Cancel(task, "a test"));
    }

    /// Lets time pass, and with it leases.
    synchronized void pass(TaskId task, Duration time) {
        now = now.plus(time);
        decide(task, new TaskCommand.Wake(task, now));
    }

    synchronized TaskState state(TaskId task) {
        return Objects.requireNonNull(states.get(task));
    }

    @Override
    public synchronized CompletableFuture<List<TakenItem>> take(
            String kind, int most, Duration wait) {
        if (broken) {
            return CompletableFuture.failedFuture(new WorkUnavailable("no queues"));
        }
        var answer = new CompletableFuture<List<TakenItem>>();
        asks.add(new Ask(most, wait, answer));
        serve();
        if (wait.isZero()) {
            answer.complete(List.of());
        } else {
            answer.completeOnTimeout(List.of(), wait.toMillis(), TimeUnit.MILLISECONDS);
        }
        notifyAll();
        return answer;
    }

    private void serve() {
        asks.removeIf(ask -> ask.answer.isDone());
        while (!asks.isEmpty() && !queue.isEmpty()) {
            var ask = asks.removeFirst();
            var taken = new ArrayList<Item>();
            while (taken.size() < ask.most && !queue.isEmpty()) {
                var next = queue.remove();
                taken.add(new Item(next));
            }
            if (!ask.answer.complete(List.copyOf(taken))) {
                taken.forEach(Item::release);
            }
        }
    }

    @Override
    public synchronized CompletionStage<Outcome> report(Envelope<TaskReport> envelope) {
        reports.add(envelope);
        notifyAll();
        if (unanswered > 0) {
            unanswered--;
            return CompletableFuture.failedStage(
                    new SubmissionsUnavailable("nothing was decided within 10 ms"));
        }
        var report = envelope.messageOrNull();
        if (report == null) {
            throw new IllegalStateException("a sealed report");
        }
        var state = states.get(report.task());
        var event =
                state == null
                                || state.kind() == null
                                || claims.isToken(
                                        report.claimToken(), report.task(), report.attempt())
                        ? decider.decide(state, report, new Cause(envelope.id(), now))
                        : decider.refuseClaim(state, report);
        states.put(report.task(), TaskDecider.evolve(state, event));
        var outcome = new CompletableFuture<Outcome>();
        Runnable tell = () -> outcome.complete(outcome(event));
        if (held) {
            heldBack.add(tell);
        } else {
            tell.run();
        }
        return outcome;
    }

    @Override
    public synchronized void tell(Envelope<TaskProgress> envelope) {
        told.add(envelope);
    }

    /// What was said of how far attempts are.
    synchronized List<Envelope<TaskProgress>> told() {
        return List.copyOf(told);
    }

    private Outcome outcome(TaskEvent event) {
        var position = Position.at("millrace.task-events", 1, reports.size());
        return switch (event) {
            case TaskEvent.Refused(_, _, _, var reason, var detail) ->
                    new Outcome.Refused(position, reason, detail);
            case TaskEvent.Started started -> new Outcome.Accepted(position, started.leaseEnds());
            case TaskEvent.LeaseExtended extended ->
                    new Outcome.Accepted(position, extended.leaseEnds());
            default -> new Outcome.Accepted(position);
        };
    }

    private void decide(TaskId task, TaskCommand command) {
        var state = states.get(task);
        var event = decider.decide(state, command, new Cause(new UUID(0x7000, ++ids), now));
        states.put(task, TaskDecider.evolve(state, event));
    }

    /// Keeps outcomes back from now on.
    synchronized void hold() {
        held = true;
    }

    /// Tells what was kept back.
    synchronized void tell() {
        held = false;
        heldBack.forEach(Runnable::run);
        heldBack.clear();
    }

    /// Lets the outcomes of the next so many reports never come.
    synchronized void loseOutcomes(int count) {
        unanswered = count;
    }

    synchronized void breakQueues() {
        broken = true;
    }

    /// Waits until somebody asks for work.
    ///
    /// @return for how long at most
    synchronized Duration awaitAsking() throws InterruptedException {
        while (asks.isEmpty()) {
            wait();
        }
        return asks.getLast().patience;
    }

    /// Waits until the only one who asked does not ask any more.
    void awaitNobodyAsks() throws Exception {
        CompletableFuture<List<TakenItem>> last;
        synchronized (this) {
            last = asks.getLast().answer;
        }
        last.handle((_, _) -> true).get(30, TimeUnit.SECONDS);
    }

    /// Waits until so many reports were made.
    synchronized List<TaskReport> awaitReports(int count) throws InterruptedException {
        while (reports.size() < count) {
            wait();
        }
        return reports.stream()
                .map(report -> Objects.requireNonNull(report.messageOrNull()))
                .toList();
    }

    synchronized List<Envelope<TaskReport>> reports() {
        return List.copyOf(reports);
    }

    /// Waits until so many items are accepted or released.
    ///
    /// @return which of the two, and the task
    synchronized List<String> awaitSettled(int count) throws InterruptedException {
        while (settled.size() < count) {
            wait();
        }
        return List.copyOf(settled);
    }

    private synchronized void settle(String how, Item item) {
        settled.add(how + " " + item.item().task());
        notifyAll();
    }

    private record Ask(int most, Duration patience, CompletableFuture<List<TakenItem>> answer) {}

    private final class Item implements TakenItem {

        private final Envelope<WorkItem> envelope;

        Item(Envelope<WorkItem> envelope) {
            this.envelope = envelope;
        }

        @Override
        public Envelope<WorkItem> envelope() {
            return envelope;
        }

        @Override
        public WorkItem item() {
            var item = envelope.messageOrNull();
            if (item == null) {
                throw new IllegalStateException("a sealed item");
            }
            return item;
        }

        @Override
        public void accept() {
            settle("accepted", this);
        }

        @Override
        public void release() {
            settle("released", this);
        }
    }
}
