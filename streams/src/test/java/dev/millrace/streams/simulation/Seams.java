package dev.millrace.streams.simulation;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.event.Payload;
import dev.millrace.domain.task.ClaimKey;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskState;
import dev.millrace.streams.simulation.log.LogRecord;
import dev.millrace.streams.simulation.log.SimulatedStore;
import org.jspecify.annotations.Nullable;

/// Where a bug can be planted. As it is, each of these does what a right system does; a subclass
/// that does otherwise is one bug.
public class Seams {

    /// What makes the claim tokens.
    public static final ClaimKey CLAIMS = new ClaimKey(new byte[32]);

    /// The record that `decide` is at; null while it looks at its timers.
    protected @Nullable LogRecord current;

    /// Where nothing is planted.
    public static Seams none() {
        return new Seams();
    }

    /// A store of `decide`'s, for each partition its own.
    protected SimulatedStore<TaskState> tasks() {
        return new SimulatedStore<>("tasks");
    }

    /// See [#tasks].
    protected SimulatedStore<Long> applied() {
        return new SimulatedStore<>("applied");
    }

    /// See [#tasks].
    protected SimulatedStore<Long> timers() {
        return new SimulatedStore<>("timers");
    }

    /// See [#tasks].
    protected SimulatedStore<Integer> watchers() {
        return new SimulatedStore<>("watchers");
    }

    /// See [#tasks].
    protected SimulatedStore<Envelope<TaskCommand>> dependencies() {
        return new SimulatedStore<>("dependencies");
    }

    /// What `decide` takes a record for.
    ///
    /// @param state of its task; null if nothing is known of it
    protected Envelope<? extends Message> read(
            Envelope<? extends Message> envelope, @Nullable TaskState state) {
        return envelope;
    }

    /// What `decide` writes instead.
    protected Envelope<? extends Message> written(Envelope<? extends Message> envelope) {
        return envelope;
    }

    /// Whether a topic takes part in the transaction.
    protected boolean isWrittenInTransaction(String topic) {
        return true;
    }

    /// Whether how far `decide` has read is committed with what comes of it, and not before.
    protected boolean commitsPositionsWithTheRest() {
        return true;
    }

    /// The stores are as the last commit left them, and `decide` is about to start.
    protected void restored(
            SimulatedStore<Long> timers,
            SimulatedStore<Integer> watchers,
            SimulatedStore<Envelope<TaskCommand>> dependencies) {}

    /// Whether `decide` sees the timers that a start finds.
    protected boolean looksAfterStart() {
        return true;
    }

    /// Whether the dispatcher hands out what it should.
    protected boolean isHandedOut(TaskEvent event) {
        return true;
    }

    /// Whether the dispatcher commits how far it has read only once all of it is handed out.
    protected boolean dispatchesBeforeCommit() {
        return true;
    }

    /// Whether a worker takes an attempt that it gave back, or that another had, for over.
    protected boolean isSpentOnceGivenBack() {
        return false;
    }

    /// Whether a worker that is handed an attempt that it takes for over asks whether it is.
    protected boolean asksAboutWhatIsSpent() {
        return true;
    }

    /// The same record with another message.
    public static Envelope<? extends Message> with(Envelope<?> envelope, Message message) {
        return with(envelope, message, envelope.tenant());
    }

    /// The same record of another tenant.
    public static Envelope<? extends Message> with(Envelope<?> envelope, String tenant) {
        var message = envelope.messageOrNull();
        return message == null ? envelope : with(envelope, message, tenant);
    }

    private static Envelope<? extends Message> with(
            Envelope<?> envelope, Message message, String tenant) {
        return new Envelope<>(
                envelope.id(),
                message.type(),
                envelope.time(),
                tenant,
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
