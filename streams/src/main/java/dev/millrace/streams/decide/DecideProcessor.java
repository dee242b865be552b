package dev.millrace.streams.decide;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.event.Payload;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.kind.BuiltInKinds;
import dev.millrace.domain.task.Cause;
import dev.millrace.domain.task.ClaimKey;
import dev.millrace.domain.task.DependencyResult;
import dev.millrace.domain.task.DependencyResults;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskDecider;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.domain.task.TaskResult;
import dev.millrace.domain.task.TaskSignal;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.TaskState.Owner;
import dev.millrace.domain.task.TaskState.Stage;
import dev.millrace.streams.runtime.AppliedOffsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.function.Function;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Read, load, decide, evolve, store, append: the box around the pure functions of [TaskDecider].
///
/// What a decision asks of another task is decided in the same step if that task is on the same
/// partition, as if a command had come of it; the event has the place of the input that all of it
/// follows from. Else it goes by way of a command.
///
/// A record that was applied before is skipped. One that is sealed or of a newer version is
/// refused, so that whoever sent it is told. Confined to the stream thread.
final class DecideProcessor
        implements Processor<
                String, Envelope<? extends Message>, String, Placed<? extends Message>> {

    /// So much of what follows from an input for other tasks is decided in the same step, at most;
    /// what is more goes by way of commands, so that no step takes long.
    static final int MOST_FOLLOWING = 100;

    private static final Actor ACTOR = new Actor("decide", Actor.Proof.WORKER);

    private final TaskDecider decider;
    private final ClaimKey claims;
    private final Site site;
    private final Function<KeyValueStore<String, Long>, AppliedOffsets> remembering;
    private final Deque<Record<String, Envelope<? extends Message>>> following = new ArrayDeque<>();
    private int followed;

    /* Kafka Streams calls init before anything else. */
    @SuppressWarnings("NullAway.Init")
    private ProcessorContext<String, Placed<? extends Message>> context;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<String, TaskState> tasks;

    @SuppressWarnings("NullAway.Init")
    private AppliedOffsets applied;

    @SuppressWarnings("NullAway.Init")
    private Timers timers;

    @SuppressWarnings("NullAway.Init")
    private Watchers watchers;

    @SuppressWarnings("NullAway.Init")
    private Dependencies dependencies;

    private @Nullable Look look;

    DecideProcessor(TaskDecider decider, ClaimKey claims, Site site) {
        this(decider, claims, site, AppliedOffsets::new);
    }

    /// @param remembering how applied offsets are kept in their store
    DecideProcessor(
            TaskDecider decider,
            ClaimKey claims,
            Site site,
            Function<KeyValueStore<String, Long>, AppliedOffsets> remembering) {
        this.decider = decider;
        this.claims = claims;
        this.site = site;
        this.remembering = remembering;
    }

    @Override
    public void init(ProcessorContext<String, Placed<? extends Message>> context) {
        this.context = context;
        this.tasks = context.getStateStore(DecideTopology.TASKS);
        this.applied = remembering.apply(context.getStateStore(DecideTopology.APPLIED));
        this.timers = new Timers(context.getStateStore(DecideTopology.TIMERS));
        this.watchers = new Watchers(context.getStateStore(DecideTopology.WATCHERS));
        this.dependencies = new Dependencies(context.getStateStore(DecideTopology.DEPENDENCIES));
        this.look = null;
        following.clear();
        lookAt(timers.next());
    }

    /// Looks at the timers when the next one is due, and not before: Kafka Streams commits after
    /// each look, whether or not it found something.
    private void lookAt(@Nullable Instant moment) {
        if (moment == null || (look != null && !moment.isBefore(look.at))) {
            return;
        }
        cancelLook();
        long wait = Math.max(1, moment.toEpochMilli() - context.currentSystemTimeMs());
        look =
                new Look(
                        moment,
                        context.schedule(
                                Duration.ofMillis(wait),
                                PunctuationType.WALL_CLOCK_TIME,
                                this::wake));
    }

    private void cancelLook() {
        if (look != null) {
            look.schedule.cancel();
            look = null;
        }
    }

    @Override
    public void process(Record<String, Envelope<? extends Message>> record) {
        var origin = context.recordMetadata().orElseThrow();
        if (!applied.advanceTo(origin) || record.value() == null) {
            return;
        }
        followed = 0;
        decide(record, origin);
        while (!following.isEmpty()) {
            decide(following.remove(), origin);
        }
    }

    private void decide(Record<String, Envelope<? extends Message>> record, RecordMetadata origin) {
        var cause = record.value();
        switch (cause.messageOrNull()) {
            case TaskCommand command ->
                    settle(
                            command.task(),
                            command,
                            state -> decider.decide(state, command, at(record)),
                            record,
                            origin);
            case TaskReport report ->
                    settle(
                            report.task(),
                            report,
                            state ->
                                    isClaimed(state, report)
                                            ? decider.decide(state, report, at(record))
                                            : decider.refuseClaim(state, report),
                            record,
                            origin);
            case null, default -> {
                // A key that names no task is a dead letter long before this.
                var task = TaskId.parse(record.key());
                var state = tasks.get(task.toString());
                var refused =
                        decider.refuseUnreadable(state, task, cause.type(), why(cause.payload()));
                append(refused, state, null, cause, record.timestamp(), origin);
            }
        }
    }

    private void settle(
            TaskId task,
            Message message,
            Function<@Nullable TaskState, TaskEvent> decision,
            Record<String, Envelope<? extends Message>> record,
            RecordMetadata origin) {
        var cause = record.value();
        var state = tasks.get(task.toString());
        var event =
                isForeign(state, cause)
                        ? decider.refuseForeign(state, message)
                        : decision.apply(state);
        append(event, state, message, cause, record.timestamp(), origin);
    }

    /// Whether a report comes from one who holds the attempt that it speaks of, as far as the token
    /// tells. What nobody knows of needs none. What the site itself does has none: whoever shows
    /// one there is a stranger.
    private boolean isClaimed(@Nullable TaskState state, TaskReport report) {
        var kind = state == null ? null : state.kind();
        if (kind == null) {
            return true;
        }
        return BuiltInKinds.isInHouse(kind)
                ? report.claimToken() == null
                : claims.isToken(report.claimToken(), report.task(), report.attempt());
    }

    /// Tells tasks that their moment has come, by commands of decide's own.
    private void wake(long now) {
        cancelLook();
        for (var due : timers.take(Instant.ofEpochMilli(now))) {
            var task = due.task().toString();
            var state = tasks.get(task);
            var owner = state == null ? null : state.owner();
            if (owner == null) {
                continue; // of a version that had no timers
            }
            var envelope =
                    Envelope.<TaskCommand>first(
                                    DerivedId.of("wake", task, due.moment().toString()),
                                    Instant.ofEpochMilli(now),
                                    owner.tenant(),
                                    owner.labels(),
                                    ACTOR,
                                    site,
                                    new TaskCommand.Wake(due.task(), due.moment()))
                            .partOf(owner.correlation(), owner.subject());
            var placed = new Placed<>(envelope, context.taskId().partition());
            context.forward(new Record<>(task, placed, now), DecideTopology.COMMANDS_OUT);
        }
        lookAt(timers.next());
    }

    /// Whether a task belongs to another tenant than who speaks of it.
    private static boolean isForeign(@Nullable TaskState state, Envelope<?> cause) {
        var owner = state == null ? null : state.owner();
        return owner != null && !owner.tenant().equals(cause.tenant());
    }

    private static Cause at(Record<String, Envelope<? extends Message>> record) {
        return new Cause(record.value().id(), Instant.ofEpochMilli(record.timestamp()));
    }

    private static String why(Payload<? extends Message> payload) {
        return switch (payload) {
            case Payload.Sealed<?> _ ->
                    "it is sealed, and this site opens nothing here; send it in the clear";
            case Payload.Unknown<?> unknown ->
                    "%s is of a newer version; send it again once this site is updated"
                            .formatted(unknown.branch());
            case Payload.Clear<?> _ -> "it is neither a command nor a report; send one of those";
        };
    }

    /// @param input null if nobody here can read it
    private void append(
            TaskEvent event,
            @Nullable TaskState before,
            @Nullable Message input,
            Envelope<? extends Message> cause,
            long timestamp,
            RecordMetadata origin) {
        var key = event.task().toString();
        var after = TaskDecider.evolve(before, event);
        if (event instanceof TaskEvent.Submitted) {
            after =
                    after.ownedBy(
                            new Owner(
                                    cause.tenant(),
                                    cause.subject(),
                                    cause.labels(),
                                    cause.correlation()));
        }
        keepDependency(event, after, input, cause);
        var told = withDependencies(event, after);
        if (told.owner != null) {
            after = after.ownedBy(told.owner);
        }
        tasks.put(key, after);
        lookAt(timers.move(before, after));
        var out = new Outgoing(context, site, cause, told.owner, timestamp, origin);
        out.write(key, told.event, "0", DecideTopology.EVENTS_OUT);
        if (event instanceof TaskEvent.Succeeded succeeded) {
            var result = new TaskResult(succeeded.task(), succeeded.attempt(), succeeded.output());
            out.write(key, result, "1", DecideTopology.RESULTS_OUT);
        }
        var signal = input == null ? null : TaskSignal.of(before, input, event);
        if (signal != null) {
            out.write(key, signal, "2", DecideTopology.CONTROL_OUT);
        }
        tellOthers(event, input, before, after, out);
        if (hasJustEnded(before, after) && waitedForOthers(before)) {
            dependencies.drop(event.task());
        }
    }

    private void keepDependency(
            TaskEvent event,
            TaskState after,
            @Nullable Message input,
            Envelope<? extends Message> cause) {
        if (input instanceof TaskCommand.Settle settle
                && !(event instanceof TaskEvent.Refused)
                && waitedForOthers(after)) {
            @SuppressWarnings("unchecked") // it holds the command that we have in hand
            var command = (Envelope<TaskCommand>) cause;
            dependencies.add(settle, command);
        }
    }

    /// The event as it is told: of an attempt that is queued, with what the tasks gave that it
    /// waited for, and under labels at least as strict as those of that. They are the task's from
    /// then on, whoever reports of it, since what it gives may come of what it was handed.
    private Told withDependencies(TaskEvent event, TaskState after) {
        var owner = after.owner();
        if (!(event instanceof TaskEvent.Queued queued)
                || owner == null
                || !waitedForOthers(after)) {
            return new Told(event, owner);
        }
        int named = Objects.requireNonNull(after.open()).dependencies();
        var handed = dependencies.of(event.task(), named, owner.labels());
        return new Told(queued.with(handed.results()), owner.under(handed.labels()));
    }

    private static boolean waitedForOthers(@Nullable TaskState state) {
        return state != null && state.open() != null && state.open().dependencies() > 0;
    }

    private static boolean hasJustEnded(@Nullable TaskState before, TaskState after) {
        return after.stage().isEnded() && (before == null || !before.stage().isEnded());
    }

    /// Asks the tasks that a new one waits for to say how they end, and says so of one that ends.
    private void tellOthers(
            TaskEvent event,
            @Nullable Message input,
            @Nullable TaskState before,
            TaskState after,
            Outgoing out) {
        if (event instanceof TaskEvent.Submitted submitted) {
            int index = 0;
            for (var dependency : submitted.after()) {
                var watch = new TaskCommand.Watch(dependency, submitted.task(), index);
                ask(out, watch, "watch-" + index++);
            }
        } else if (input instanceof TaskCommand.Watch(TaskId task, TaskId by, int index)) {
            if (event instanceof TaskEvent.Watched) {
                watchers.add(task, by, index);
            } else {
                // It has ended, or there is none, as far as who asks may know.
                boolean isKnown = after.stage().isEnded() && isOurs(out);
                ask(
                        out,
                        new TaskCommand.Settle(
                                by,
                                task,
                                index,
                                isKnown ? after.stage() : Stage.ABSENT,
                                isKnown && DependencyResults.names(index) ? after.output() : null),
                        "settle");
            }
        } else if (hasJustEnded(before, after)) {
            var waiting = watchers.take(after.task());
            long handedOn =
                    waiting.stream().filter(one -> DependencyResults.names(one.index())).count();
            var output = DependencyResult.toldAtOnce(after.output(), handedOn);
            for (var watcher : waiting) {
                ask(
                        out,
                        new TaskCommand.Settle(
                                watcher.by(),
                                after.task(),
                                watcher.index(),
                                after.stage(),
                                DependencyResults.names(watcher.index()) ? output : null),
                        "settle-" + watcher.by());
            }
        }
    }

    /// Asks something of another task: at once if that is known here, which only tasks of this
    /// partition are; else by a command. Of a task of any partition there may be a row that says
    /// that there is none: an input for it came here and was refused.
    private void ask(Outgoing out, TaskCommand command, String ordinal) {
        var task = command.task().toString();
        var known = followed < MOST_FOLLOWING ? tasks.get(task) : null;
        if (known != null && known.stage() != Stage.ABSENT) {
            followed++;
            following.add(new Record<>(task, out.envelope(command, ordinal), out.timestamp()));
        } else {
            out.ask(command, ordinal);
        }
    }

    private static boolean isOurs(Outgoing out) {
        var owner = out.owner();
        return owner != null && owner.tenant().equals(out.cause().tenant());
    }

    /// An event, and whose it is told to be.
    private record Told(TaskEvent event, @Nullable Owner owner) {}

    /// A look at the timers that is to come.
    private record Look(Instant at, Cancellable schedule) {}
}
