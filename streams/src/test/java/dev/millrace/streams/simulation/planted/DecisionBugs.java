package dev.millrace.streams.simulation.planted;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.task.DependencyResults;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.TaskState.Open;
import dev.millrace.domain.task.TaskState.Stage;
import dev.millrace.streams.simulation.Seams;
import dev.millrace.streams.simulation.log.SimulatedStore;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Bugs in what `decide` decides. Its code is as it is: what it reads is changed so that it does
/// what code with the bug would do.
final class DecisionBugs {

    private DecisionBugs() {}

    static Seams staleReportBelieved() {
        return reading((envelope, state) ->
                envelope.messageOrNull() instanceof TaskReport report
                                && state != null
                                && report.attempt() < state.attempt()
                        ? Seams.with(envelope, Reports.of(report, state.attempt(), state.kind()))
                        : envelope);
    }

    static Seams tokenNotChecked() {
        return reading((envelope, state) ->
                envelope.messageOrNull() instanceof TaskReport report
                        ? Seams.with(
                                envelope,
                                Reports.of(
                                        report,
                                        report.attempt(),
                                        state == null ? null : state.kind()))
                        : envelope);
    }

    static Seams tenantNotChecked() {
        return reading((envelope, state) ->
                state != null && state.owner() != null
                        ? Seams.with(envelope, state.owner().tenant())
                        : envelope);
    }

    static Seams cancelIgnoredWhileRunning() {
        return reading((envelope, state) ->
                envelope.messageOrNull() instanceof TaskCommand.Cancel cancel
                                && state != null
                                && state.stage() == Stage.RUNNING
                        ? Seams.with(envelope, new TaskCommand.Wake(cancel.task(), Instant.EPOCH))
                        : envelope);
    }

    static Seams wokenEarly() {
        return reading((envelope, _) ->
                envelope.messageOrNull() instanceof TaskCommand.Wake wake
                        ? Seams.with(
                                envelope,
                                new TaskCommand.Wake(
                                        wake.task(), wake.due().plus(Duration.ofHours(1))))
                        : envelope);
    }

    static Seams claimGrantedTwice() {
        return loading(TaskReport.Started.class, States::withoutHolder);
    }

    static Seams leaseNotEnforced() {
        return loading(TaskCommand.Wake.class, States::withoutLease);
    }

    static Seams timeoutForgotten() {
        return loading(TaskReport.Heartbeat.class, States::withoutTimeout);
    }

    static Seams deadlineIgnored() {
        return loading(TaskCommand.Wake.class, States::withoutDeadline);
    }

    static Seams begunTooLate() {
        return loading(TaskReport.Started.class, States::withoutDeadline);
    }

    static Seams leaseNotGiven() {
        return new Seams() {
            @Override
            protected Envelope<? extends Message> written(Envelope<? extends Message> envelope) {
                return envelope.messageOrNull() instanceof TaskEvent.Started started
                        ? with(
                                envelope,
                                new TaskEvent.Started(
                                        started.task(),
                                        started.version(),
                                        started.attempt(),
                                        started.worker(),
                                        null,
                                        started.endsBy()))
                        : envelope;
            }

            @Override
            protected SimulatedStore<TaskState> tasks() {
                return storing(open ->
                        current != null && current.message() instanceof TaskReport.Started
                                ? States.withoutLease(open)
                                : open);
            }
        };
    }

    static Seams notQueuedOnceMore() {
        return new Seams() {
            @Override
            protected Envelope<? extends Message> written(Envelope<? extends Message> envelope) {
                return switch (envelope.messageOrNull()) {
                    case TaskEvent.Submitted event ->
                            with(
                                    envelope,
                                    new TaskEvent.Submitted(
                                            event.task(),
                                            event.version(),
                                            event.kind(),
                                            event.input(),
                                            event.inputDigest(),
                                            event.terms(),
                                            event.due(),
                                            null,
                                            event.after()));
                    case TaskEvent.Queued event ->
                            with(
                                    envelope,
                                    new TaskEvent.Queued(
                                            event.task(),
                                            event.version(),
                                            event.attempt(),
                                            event.kind(),
                                            event.input(),
                                            event.terms(),
                                            null,
                                            event.dependencies()));
                    case null, default -> envelope;
                };
            }

            @Override
            protected SimulatedStore<TaskState> tasks() {
                return storing(States::withoutRepeat);
            }
        };
    }

    static Seams falseEndTold() {
        return new Seams() {
            @Override
            protected Envelope<? extends Message> written(Envelope<? extends Message> envelope) {
                return envelope.messageOrNull() instanceof TaskCommand.Settle settle
                        ? with(
                                envelope,
                                new TaskCommand.Settle(
                                        settle.task(),
                                        settle.dependency(),
                                        settle.index(),
                                        Stage.SUCCEEDED,
                                        settle.output()))
                        : envelope;
            }
        };
    }

    static Seams otherOutputTold() {
        return new Seams() {
            @Override
            protected Envelope<? extends Message> written(Envelope<? extends Message> envelope) {
                return envelope.messageOrNull() instanceof TaskCommand.Settle settle
                                && settle.output() != null
                        ? with(
                                envelope,
                                new TaskCommand.Settle(
                                        settle.task(),
                                        settle.dependency(),
                                        settle.index(),
                                        settle.end(),
                                        new Content.Inline("{}")))
                        : envelope;
            }
        };
    }

    static Seams retriesWithoutResults() {
        return new Seams() {
            @Override
            protected Envelope<? extends Message> written(Envelope<? extends Message> envelope) {
                return envelope.messageOrNull() instanceof TaskEvent.Queued queued
                                && queued.attempt() > 1
                        ? with(envelope, queued.with(DependencyResults.NONE))
                        : envelope;
            }
        };
    }

    private static Seams reading(Reading reading) {
        return new Seams() {
            @Override
            protected Envelope<? extends Message> read(
                    Envelope<? extends Message> envelope, @Nullable TaskState state) {
                return reading.of(envelope, state);
            }
        };
    }

    /// @param change to the state as it is found when such a message is decided on
    private static Seams loading(Class<? extends Message> type, UnaryOperator<Open> change) {
        return new Seams() {
            @Override
            protected SimulatedStore<TaskState> tasks() {
                return new SimulatedStore<>("tasks") {
                    @Override
                    public @Nullable TaskState get(String key) {
                        var state = super.get(key);
                        return current != null && type.isInstance(current.message())
                                ? States.open(state, change)
                                : state;
                    }
                };
            }
        };
    }

    private static SimulatedStore<TaskState> storing(UnaryOperator<Open> change) {
        return new SimulatedStore<>("tasks") {
            @Override
            public void put(String key, @Nullable TaskState state) {
                super.put(key, States.open(state, change));
            }
        };
    }

    private interface Reading {
        Envelope<? extends Message> of(
                Envelope<? extends Message> envelope, @Nullable TaskState state);
    }
}
