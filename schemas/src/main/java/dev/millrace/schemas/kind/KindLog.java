package dev.millrace.schemas.kind;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.kind.KindCatalogue;
import dev.millrace.domain.kind.KindsUnavailable;
import dev.millrace.domain.kind.Registration;
import dev.millrace.domain.kind.TaskKind;
import dev.millrace.domain.kind.TaskKindEvent;
import dev.millrace.domain.kind.TaskKinds;
import dev.millrace.schemas.client.EventSender;
import dev.millrace.schemas.client.EventTail;
import dev.millrace.schemas.client.PendingRecords;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/// The kinds of task in `millrace.task-kinds`: all that is said there, read from its beginning and
/// followed on a thread of its own, and what this process adds.
///
/// ```
/// register ──▶ judged ──▶ awaited ──▶ task-kinds ──▶ read back ──▶ folded ──▶ what it counted for
///                │                                                                 │
///                └── known, or refused: nothing is written          won, known, or lost to another
/// ```
///
/// While Kafka is away the catalogue stays as it was, and registrations fail, each within ten
/// seconds; afterwards both go on by themselves. Safe for use by many threads; calls never block.
public final class KindLog implements TaskKinds, AutoCloseable {

    /// How long a registration may take.
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    /// The most registrations under way at once.
    static final int MOST_PENDING = 64;

    private static final String CLIENT_ID = "millrace-kinds";

    private final Site site;
    private final Supplier<UUID> ids;
    private final InstantSource clock;
    private final PendingRecords<Registration> pending;
    private final EventSender<TaskKindEvent> sender;
    private final EventTail<TaskKindEvent> tail;
    private volatile KindCatalogue catalogue = KindCatalogue.BUILT_IN;

    /// @param kafka how to reach the brokers: `bootstrap.servers` and security
    /// @param serdes shared
    /// @param site what the records say wrote them
    /// @param ids makes UUIDv7s
    public KindLog(
            Map<String, Object> kafka,
            EventSerdes serdes,
            Site site,
            Supplier<UUID> ids,
            InstantSource clock) {
        this(
                EventSender.producers(Topics.TASK_KINDS, CLIENT_ID, kafka, serdes, TIMEOUT),
                EventTail.consumers(kafka, CLIENT_ID),
                serdes,
                site,
                ids,
                clock,
                TIMEOUT);
    }

    KindLog(
            Supplier<Producer<String, Envelope<TaskKindEvent>>> producers,
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
                        "too many are being registered at once",
                        KindsUnavailable::new);
        this.sender = new EventSender<>(Topics.TASK_KINDS, producers, this::failed);
        this.tail =
                new EventTail<>(
                        "task-kinds",
                        Topics.TASK_KINDS,
                        consumers,
                        serdes,
                        TaskKindEvent::name,
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
    public KindCatalogue catalogue() throws KindsUnavailable {
        if (!tail.hasCaughtUp()) {
            throw new KindsUnavailable("not all have been read yet");
        }
        return catalogue;
    }

    @Override
    public CompletionStage<Registration> register(TaskKind kind, Actor actor) {
        if (!tail.hasCaughtUp() || !tail.isFollowing()) {
            return CompletableFuture.failedStage(
                    new KindsUnavailable("the log cannot be followed just now"));
        }
        return switch (catalogue.judge(kind)) {
            case KindCatalogue.Verdict.Known(var standing) ->
                    CompletableFuture.completedStage(
                            new Registration.Done(standing, false, tail.position()));
            case KindCatalogue.Verdict.Refused(var why) ->
                    CompletableFuture.completedStage(new Registration.Refused(why));
            case KindCatalogue.Verdict.New _ -> append(kind, actor);
        };
    }

    private CompletionStage<Registration> append(TaskKind kind, Actor actor) {
        // Kinds are the site's, whoever's tenant it was that asked.
        var envelope =
                Envelope.<TaskKindEvent>first(
                        ids.get(),
                        clock.instant(),
                        Envelope.DEFAULT_TENANT,
                        Labels.DEFAULT,
                        actor,
                        site,
                        new TaskKindEvent.Registered(kind));
        var outcome = pending.await(envelope.id());
        if (!outcome.isDone()) {
            sender.send(kind.name(), envelope);
        }
        return outcome;
    }

    private void failed(UUID id, @Nullable Exception cause) {
        pending.fail(
                id,
                cause == null
                        ? new KindsUnavailable("the gateway is closing")
                        : new KindsUnavailable("the log takes none just now", cause));
    }

    /* Only on the tail's thread. */
    private void fold(List<Envelope<TaskKindEvent>> read) {
        if (pending.isEmpty()) {
            var events = new ArrayList<TaskKindEvent>();
            for (var envelope : read) {
                var event = envelope.messageOrNull();
                if (event != null) {
                    events.add(event);
                }
            }
            catalogue = catalogue.with(events);
            return;
        }
        for (var envelope : read) {
            var event = envelope.messageOrNull();
            if (event != null) {
                var before = catalogue;
                catalogue = before.with(event);
                if (event instanceof TaskKindEvent.Registered(var kind)) {
                    pending.complete(envelope.id(), outcome(before, catalogue, kind));
                }
            }
        }
    }

    /// What a record counted for.
    private Registration outcome(KindCatalogue before, KindCatalogue after, TaskKind kind) {
        if (kind.equals(after.find(kind.name(), kind.version()))) {
            return new Registration.Done(
                    kind, before.find(kind.name(), kind.version()) == null, tail.position());
        }
        return new Registration.Refused(
                before.judge(kind) instanceof KindCatalogue.Verdict.Refused(var why)
                        ? why
                        : "version: %d of %s was passed over"
                                .formatted(kind.version(), kind.name()));
    }

    /// Fails what is still awaited, and lets go of Kafka within ten seconds.
    @Override
    public void close() {
        pending.failAll(new KindsUnavailable("the gateway is closing"));
        tail.close();
        sender.close();
    }
}
