package dev.millrace.streams.letters;

import dev.millrace.schemas.client.ByteClients;
import dev.millrace.schemas.client.SessionLoop;
import dev.millrace.schemas.serde.EventSerdes;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.IsolationLevel;
import org.jspecify.annotations.Nullable;

/// Writes the dead letters of kinds of task, of signals to workers and of rebuilds of views.
///
/// Every gateway follows the kinds, every worker the signals, and gateways and views the rebuilds,
/// each from a place of its own and without a group: none of them knows whether another has written
/// a letter, or whether it did so itself before its last start. So one reader with a group looks
/// for what none of them can read.
///
/// ```
/// task-kinds, task-control, view-events ──▶ can it be read? ──▶ no: dead-letters
/// ```
///
/// Readers of several processes share the partitions, so each letter is written by one, and again
/// only if that dies before it has committed. While the broker or the registry is away it tries
/// again each second. Safe for use by many threads; the work is done by one thread of its own.
public final class TailLetters implements AutoCloseable {

    /// What its letters say who passed over the record.
    static final String GROUP = "millrace-tails";

    private static final int MOST_RECORDS = 500;

    private final SessionLoop loop;

    /// @param kafka where the cluster is and how to log in to it
    /// @param instance names this process
    public TailLetters(Map<String, Object> kafka, EventSerdes serdes, String instance) {
        var clients = new ByteClients(kafka, "tail-letters-" + instance);
        this.loop =
                new SessionLoop(
                        "tail-letters",
                        "Putting kinds and signals aside that cannot be read",
                        () ->
                                clients.session(
                                        GROUP,
                                        MOST_RECORDS,
                                        IsolationLevel.READ_COMMITTED,
                                        (consumer, producer) ->
                                                new TailLetterSession(consumer, producer, serdes)));
    }

    /// Begins, in the background.
    public void start() {
        loop.start();
    }

    /// Whether what comes now is looked at now.
    public boolean isReady() {
        return loop.isOpen();
    }

    /// Completes when it has stopped: with nothing after [#close], with the cause if it cannot go
    /// on.
    public CompletionStage<@Nullable Void> stopped() {
        return loop.stopped();
    }

    /// Stops, within 15 s.
    @Override
    public void close() {
        loop.close();
    }
}
