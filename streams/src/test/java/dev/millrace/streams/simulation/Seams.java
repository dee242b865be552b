package dev.millrace.streams.simulation;

import dev.millrace.streams.simulation.log.LogRecord;
import dev.millrace.streams.simulation.log.SimulatedStore;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.event.Payload;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskState;
import org.jspecify.annotations.Nullable;

/// Where a bug can be planted. As it is, each of these does what a right system does; a subclass
/// that does otherwise is one bug.
public class Seams {

    /// The record that `decide` is at; null while it looks at its timers.
    @Nullable LogRecord current;

    /// Where nothing is planted.
    public static Seams none() {
        return new Seams();
    }

    /// A store of `decide`'s, for each partition its own.
    SimulatedStore<TaskState> tasks() {
        return new SimulatedStore<>("tasks");
    }

    /// See [#tasks].
    SimulatedStore<Long> applied() {
        return new SimulatedStore<>("applied");
    }

    /// See [#tasks].
    SimulatedStore<Long> timers() {
        return new SimulatedStore<>("timers");
    }

    /// See [#tasks].
    SimulatedStore<Integer> watchers() {
        return new SimulatedStore<>("watchers");
    }

    /// What `decide` takes a record for.
    ///
    /// @param state of its task; null if nothing is known of it
    Envelope<? extends Message> read(
            Envelope<? extends Message> envelope, @Nullable TaskState state) {
        return envelope;
    }

    /// What `decide` writes instead.
    Envelope<? extends Message> written(Envelope<? extends Message> envelope) {
        return envelope;
    }

    /// Whether a topic takes part in the transaction.
    boolean isWrittenInTransaction(String topic) {
        return true;
    }

    /// `decide` has done all that a record asks for, but for the commit.
    void processed(SimulatedDecide decide) {}

    /// The stores are as the last commit left them, and `decide` is about to start.
    void restored(SimulatedDecide decide) {}

    /// Whether `decide` sees the timers that a start finds.
    boolean looksAfterStart() {
        return true;
    }

    /// Whether the dispatcher hands out what it should.
    boolean isHandedOut(TaskEvent event) {
        return true;
    }

    /// Whether the dispatcher commits how far it has read only once all of it is handed out.
    boolean dispatchesBeforeCommit() {
        return true;
    }

    /// Whether a worker takes an attempt that it gave back, or that another had, for over.
    boolean isSpentOnceGivenBack() {
        return false;
    }

    /// The same record with another message.
    static Envelope<? extends Message> with(Envelope<?> envelope, Message message) {
        return new Envelope<>(
                envelope.id(),
                message.type(),
                envelope.time(),
                envelope.tenant(),
                envelope.subject(),
                envelope.labels(),
                envelope.actor(),
                envelope.site(),
                envelope.causation(),
                envelope.correlation(),
                envelope.trace(),
                new Payload.Clear<>(message));
    }
}
