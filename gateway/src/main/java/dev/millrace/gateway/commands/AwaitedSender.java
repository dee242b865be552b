package dev.millrace.gateway.commands;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.task.TaskId;
import dev.millrace.schemas.client.EventSender;
import dev.millrace.schemas.topic.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/// Publishes to one topic what has an outcome, and awaits that.
///
/// Safe for use by many threads. No more is under way than outcomes may be awaited.
final class AwaitedSender<P extends Message> implements AutoCloseable {

    private final Function<P, TaskId> task;
    private final PendingCommands pending;
    private final EventSender<P> sender;

    /// @param task what a message speaks of, which is its key
    /// @param producers makes the first one at once, and others in place of one that is worn out
    AwaitedSender(
            Topic<P> topic,
            Function<P, TaskId> task,
            Supplier<Producer<String, Envelope<P>>> producers,
            PendingCommands pending) {
        this.task = task;
        this.pending = pending;
        this.sender = new EventSender<>(topic, producers, this::failed);
        sender.prepare();
    }

    /// Publishes a message; completes with its outcome, or fails with [SubmissionsUnavailable].
    CompletionStage<Outcome> send(Envelope<P> envelope) {
        return sendAll(List.of(envelope)).getFirst();
    }

    /// Publishes messages; those of one partition in their order. What follows one that cannot be
    /// sent is not sent either.
    ///
    /// @return completes each as [#send] does
    List<CompletionStage<Outcome>> sendAll(List<Envelope<P>> envelopes) {
        var outcomes = new ArrayList<CompletionStage<Outcome>>();
        var sendable = new ArrayList<EventSender.Keyed<P>>();
        @Nullable CompletionStage<Outcome> unsent = null;
        for (var envelope : envelopes) {
            if (unsent != null) {
                outcomes.add(unsent);
                continue;
            }
            var outcome = pending.await(envelope.id());
            var message = envelope.messageOrNull();
            if (message == null) {
                pending.fail(
                        envelope.id(), new SubmissionsUnavailable("what is sealed cannot be sent"));
            } else if (!outcome.isDone()) {
                sendable.add(new EventSender.Keyed<>(task.apply(message).toString(), envelope));
            }
            if (outcome.isDone()) {
                unsent = outcome;
            }
            outcomes.add(outcome);
        }
        sender.sendAll(sendable);
        return outcomes;
    }

    /// How many partitions the topic has; empty if Kafka does not say in time.
    OptionalInt partitions() {
        try {
            return OptionalInt.of(sender.partitions());
        } catch (KafkaException | IllegalStateException unknown) {
            return OptionalInt.empty();
        }
    }

    private void failed(UUID message, @Nullable Exception cause) {
        pending.fail(
                message,
                cause == null
                        ? new SubmissionsUnavailable("the gateway is closing")
                        : new SubmissionsUnavailable("the log does not take commands now", cause));
    }

    /// Takes nothing more.
    void stop() {
        sender.stop();
    }

    /// Lets go of Kafka within five seconds.
    @Override
    public void close() {
        sender.close();
    }
}
