package dev.millrace.schemas.view;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.view.generation.GenerationLog;
import dev.millrace.domain.view.generation.Generations;
import dev.millrace.domain.view.generation.RebuildsUnavailable;
import dev.millrace.domain.view.generation.ViewEvent;
import dev.millrace.schemas.client.EventSender;
import dev.millrace.schemas.client.EventTail;
import dev.millrace.schemas.client.PendingRecords;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/// The generations of the views in `millrace.view-events`: all that is said there, read from its
/// beginning and followed on a thread of its own, and what this process adds.
///
/// While Kafka is away the generations stay as they were, and what is to be appended fails, within
/// ten seconds; afterwards both go on by themselves. Safe for use by many threads; calls never
/// block.
public final class ViewLog implements GenerationLog, AutoCloseable {

    /// How long it may take until an event is read back.
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    /// The most events under way at once.
    static final int MOST_PENDING = 16;

    private static final String CLIENT_ID = "millrace-view-events";

    private final Site site;
    private final Supplier<UUID> ids;
    private final InstantSource clock;
    private final PendingRecords<Boolean> pending;
    private final EventSender<ViewEvent> sender;
    private final EventTail<ViewEvent> tail;
    private volatile Generations generations = Generations.FIRST;
    private volatile boolean isClosed;

    /// @param kafka how to reach the brokers: `bootstrap.servers` and security
    /// @param serdes shared
    /// @param site what the records say wrote them
    /// @param ids makes UUIDv7s
    public ViewLog(
            Map<String, Object> kafka,
            EventSerdes serdes,
            Site site,
            Supplier<UUID> ids,
            InstantSource clock) {
        this(
                EventSender.producers(Topics.VIEW_EVENTS, CLIENT_ID, kafka, serdes, TIMEOUT),
                EventTail.consumers(kafka, CLIENT_ID),
                serdes,
                site,
                ids,
                clock,
                TIMEOUT);
    }

    ViewLog(
            Supplier<Producer<String, Envelope<ViewEvent>>> producers,
            Supplier<Consumer<String, byte[]>> consumers,
            EventSerdes serdes,
            Site site,
            Supplier<UUID> ids,
            InstantSource clock,
            Duration timeout) {
        this.site = site;
        this.ids = ids;
        this.clock = clock;
        this.pending =
                new PendingRecords<>(
                        MOST_PENDING,
                        timeout,
                        "too much is being said at once",
                        RebuildsUnavailable::new);
        this.sender = new EventSender<>(Topics.VIEW_EVENTS, producers, this::failed);
        this.tail =
                new EventTail<>(
                        "view-events",
                        Topics.VIEW_EVENTS,
                        consumers,
                        serdes,
                        _ -> ViewEvent.KEY,
                        this::fold);
    }

    /// Starts following the topic; completes once it was read to the end that it had then. It goes
    /// on trying while Kafka cannot be reached.
    public CompletionStage<Void> start() {
        return tail.start();
    }

    /// Whether all is known that was there when this started. Stays so.
    public boolean isReady() {
        return tail.hasCaughtUp();
    }

    @Override
    public Generations generations() throws RebuildsUnavailable {
        if (!tail.hasCaughtUp()) {
            throw new RebuildsUnavailable("not all has been read yet");
        }
        return generations;
    }

    @Override
    public CompletionStage<Boolean> append(ViewEvent event, Actor actor) {
        if (isClosed || !tail.hasCaughtUp() || !tail.isFollowing()) {
            return CompletableFuture.failedStage(
                    new RebuildsUnavailable("the log cannot be followed just now"));
        }
        // Views are the site's, whoever's tenant it was that asked.
        var envelope =
                Envelope.first(
                        ids.get(),
                        clock.instant(),
                        Envelope.DEFAULT_TENANT,
                        Labels.DEFAULT,
                        actor,
                        site,
                        event);
        var outcome = pending.await(envelope.id());
        if (!outcome.isDone()) {
            sender.send(ViewEvent.KEY, envelope);
        }
        return outcome;
    }

    private void failed(UUID id, @Nullable Exception cause) {
        pending.fail(
                id,
                cause == null
                        ? new RebuildsUnavailable("the process is stopping")
                        : new RebuildsUnavailable("the log takes nothing just now", cause));
    }

    /* Only on the tail's thread. */
    private void fold(List<Envelope<ViewEvent>> read) {
        for (var envelope : read) {
            var event = envelope.messageOrNull();
            if (event != null) {
                var before = generations;
                generations = before.with(event, envelope.time());
                pending.complete(envelope.id(), !generations.equals(before));
            }
        }
    }

    /// Fails what is still awaited, and lets go of Kafka within ten seconds.
    @Override
    public void close() {
        isClosed = true;
        pending.failAll(new RebuildsUnavailable("the process is stopping"));
        tail.close();
        sender.close();
    }
}
