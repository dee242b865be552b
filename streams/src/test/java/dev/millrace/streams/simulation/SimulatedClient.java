package dev.millrace.streams.simulation;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.kind.BuiltInKinds;
import dev.millrace.domain.task.DependencyPolicy;
import dev.millrace.domain.task.Priority;
import dev.millrace.domain.task.Retries;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.Terms;
import dev.millrace.streams.simulation.log.LogRecord;
import dev.millrace.streams.simulation.log.SimulatedLog;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Submits tasks under ids of its own, again until it knows what came of it, and cancels some.
public final class SimulatedClient extends SimulatedProcess {

    public static final String TENANT = "acme";

    private static final Content INPUT = new Content.Inline("{}");
    private static final Digest DIGEST = Digest.of("{}");
    private static final Digest OTHER_DIGEST = Digest.of("another input");
    private static final int PATIENCE_MILLIS = 10_000;
    private static final int BATCH_WITHIN_MILLIS = 10;
    private static final int MOST_DEPENDENCIES = 8;

    private final Producer producer = new Producer(this);
    private final Load load;
    private final Set<TaskId> submitted = new LinkedHashSet<>();

    SimulatedClient(World world, Load load) {
        super(world, "client");
        this.load = load;
    }

    /// The tasks that it asked for.
    Set<TaskId> submitted() {
        return submitted;
    }

    @Override
    protected void begin() {
        int tasks = world.between(2, load.mostTasks());
        int within = world.isOneIn(4) ? BATCH_WITHIN_MILLIS : load.submitWithinMillis();
        for (int number = 1; number <= tasks; number++) {
            var task = new TaskId(new UUID(0x0190_0000_0000_7000L, number));
            submitted.add(task);
            var _ = in(world.between(0, within), () -> submit(task));
        }
    }

    private void submit(TaskId task) {
        var kind = world.isOneIn(6) ? BuiltInKinds.INGEST.name() : Queues.KIND;
        var submit = new TaskCommand.Submit(task, kind, INPUT, DIGEST, terms(), after(task));
        repeat(submit);
        if (world.isOneIn(5)) {
            var cancel = new TaskCommand.Cancel(task, "not needed any more");
            var _ = in(world.between(0, 60_000), () -> send(cancel));
        }
        if (world.isOneIn(8)) {
            var other =
                    new TaskCommand.Submit(
                            task, kind, INPUT, OTHER_DIGEST, Terms.DEFAULT, List.of());
            var _ = in(world.between(20_000, 90_000), () -> send(other));
        }
    }

    /// Some of the tasks with a lower number, submitted or not yet.
    ///
    /// Two tasks that wait for each other, and were submitted at the very same time, wait for ever:
    /// nobody looks for circles.
    private List<TaskId> after(TaskId task) {
        if (world.isOneIn(50)) {
            return List.of(task);
        }
        if (!world.isOneIn(3)) {
            return List.of();
        }
        return submitted.stream()
                .filter(other -> other.compareTo(task) < 0 && isNear(other, task))
                .filter(_ -> world.isOneIn(2))
                .toList();
    }

    private static boolean isNear(TaskId other, TaskId task) {
        return task.value().getLeastSignificantBits() - other.value().getLeastSignificantBits()
                <= MOST_DEPENDENCIES;
    }

    private void repeat(TaskCommand.Submit submit) {
        if (isAnswered(submit.task())) {
            return;
        }
        send(submit);
        // The same words in a record of their own: an id names a record, not what it asks.
        var _ = in(PATIENCE_MILLIS, () -> repeat(submit));
    }

    private void send(TaskCommand command) {
        var envelope = world.envelope(command, TENANT, name);
        producer.send(SimulatedLog.COMMANDS, command.task(), envelope, _ -> {});
    }

    private boolean isAnswered(TaskId task) {
        var events =
                world.log.partition(SimulatedLog.EVENTS, SimulatedLog.partitionOf(task)).since(0);
        return events.stream()
                .filter(LogRecord::isCommitted)
                .map(LogRecord::message)
                .anyMatch(message -> isAnswer(task, message));
    }

    private static boolean isAnswer(TaskId task, @Nullable Object message) {
        return switch (message) {
            case TaskEvent.Submitted event -> event.task().equals(task);
            case TaskEvent.Refused event ->
                    event.task().equals(task) && event.refused().endsWith(".submit");
            case null, default -> false;
        };
    }

    private Terms terms() {
        var now = Instant.ofEpochMilli(localMillis());
        var first = Duration.ofMillis(world.between(1, 3_000));
        var retries =
                new Retries(
                        world.between(1, 4),
                        first,
                        Duration.ofSeconds(20),
                        world.isOneIn(3) ? Set.of(VirtualWork.FINAL_CODE) : Set.of());
        return new Terms(
                world.oneOf(List.of(Priority.values())),
                world.isOneIn(3) ? now.plusMillis(world.between(-5_000, 60_000)) : null,
                world.isOneIn(3) ? now.plusMillis(world.between(-2_000, 180_000)) : null,
                retries,
                null,
                world.oneOf(List.of(DependencyPolicy.values())),
                null,
                world.isOneIn(4) ? Duration.ofMillis(world.between(1_000, 40_000)) : null);
    }
}
