package dev.millrace.streams.replay;

import dev.millrace.domain.log.LogPartition;
import dev.millrace.domain.replay.Replay;
import dev.millrace.domain.replay.ReplayRequest;
import dev.millrace.domain.replay.Replays;
import dev.millrace.domain.replay.ReplaysBusy;
import dev.millrace.domain.replay.UnknownReplay;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.Moment;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.streams.runtime.PlainConsumers;
import dev.millrace.streams.views.fold.ViewsTopology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.jspecify.annotations.Nullable;

/// Replays with plain consumers that belong to no group, into a folder that is emptied at the
/// start.
///
/// At most [#MOST_RUNNING] run at a time, and [#MOST_KEPT] are kept, each for an hour after its
/// end; where one more is to be kept, the one that ended first goes. One that has not ended after a
/// day is cancelled. Each takes about as much of the disk as the live view. Safe for use by many
/// threads.
public final class KafkaReplays implements Replays, AutoCloseable {

    public static final int MOST_RUNNING = 4;
    public static final int MOST_KEPT = 8;

    private static final Duration KEPT = Duration.ofHours(1);
    private static final Duration LONGEST_RUN = Duration.ofDays(1);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(5);
    private static final int MAX_POLL_RECORDS = 2_000;

    /* Those that the rows of a replay are read from; what else a fold writes is not kept. */
    private static final List<String> STORES =
            List.of(
                    ViewsTopology.TASKS,
                    ViewsTopology.TASKS_INDEX,
                    ViewsTopology.TASK_COUNTS,
                    ViewsTopology.TASKS_APPLIED,
                    ViewsTopology.DOCUMENTS,
                    ViewsTopology.DOCUMENTS_INDEX,
                    ViewsTopology.DOCUMENTS_APPLIED);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final EventSerdes serdes;
    private final Views live;
    private final int partitions;
    private final Path folder;
    private final Supplier<UUID> ids;
    private final InstantSource clock;
    private final Map<UUID, ReplayRun> runs = new LinkedHashMap<>();
    private final Map<UUID, Thread> threads = new HashMap<>();
    private boolean isClosed;

    /// @param client how Kafka is reached: `bootstrap.servers` and whatever else its clients need
    /// @param live the views of today
    /// @param partitions how many each topic has
    /// @param folder whose content is deleted
    /// @param ids of replays
    public KafkaReplays(
            Map<String, Object> client,
            EventSerdes serdes,
            Views live,
            int partitions,
            Path folder,
            Supplier<UUID> ids,
            InstantSource clock) {
        this(
                () -> PlainConsumers.fromEarliest(client, MAX_POLL_RECORDS),
                serdes,
                live,
                partitions,
                folder,
                ids,
                clock);
    }

    KafkaReplays(
            Supplier<Consumer<byte[], byte[]>> consumers,
            EventSerdes serdes,
            Views live,
            int partitions,
            Path folder,
            Supplier<UUID> ids,
            InstantSource clock) {
        this.consumers = consumers;
        this.serdes = serdes;
        this.live = live;
        this.partitions = partitions;
        this.folder = folder;
        this.ids = ids;
        this.clock = clock;
        Folders.delete(folder);
    }

    @Override
    public CompletionStage<Replay> start(ReplayRequest request) {
        if (!VIEWS.contains(request.view())) {
            return CompletableFuture.failedStage(
                    new InvalidQuery(
                            "view: %s (expected: one of %s)".formatted(request.view(), VIEWS)));
        }
        var wrong = wrong(request);
        if (wrong != null) {
            return CompletableFuture.failedStage(new InvalidQuery(wrong));
        }
        try {
            return CompletableFuture.completedStage(begin(request).show());
        } catch (ReplaysBusy busy) {
            return CompletableFuture.failedStage(busy);
        } catch (IOException unusable) {
            return CompletableFuture.failedStage(new UncheckedIOException(unusable));
        }
    }

    /// What is wrong with what is asked for; null if nothing is.
    private @Nullable String wrong(ReplayRequest request) {
        var entity = request.entity();
        if (entity != null && !(request.view().equals("tasks") && isId(entity))) {
            return "entity: %s (expected: the id of a task)".formatted(entity);
        }
        if (request.from() instanceof Moment.Time(var from)
                && request.until() instanceof Moment.Time(var until)
                && from.isAfter(until)) {
            return "from: %s (expected: not after %s)".formatted(from, until);
        }
        var wrong = wrong("from", request.from(), request);
        return wrong == null ? wrong("until", request.until(), request) : wrong;
    }

    private static boolean isId(String text) {
        try {
            return TaskId.parse(text).toString().equals(text);
        } catch (IllegalArgumentException notAnId) {
            return false;
        }
    }

    private @Nullable String wrong(String name, @Nullable Moment moment, ReplayRequest request) {
        return switch (moment) {
            case null -> null;
            case Moment.Event(var event) ->
                    request.entity() == null
                            ? "%s: %s (expected: a time or a position)".formatted(name, event)
                            : null;
            case Moment.Time(var time) ->
                    time.isBefore(Instant.EPOCH) || time.isAfter(clock.instant())
                            ? "%s: %s (expected: from 1970 to now)".formatted(name, time)
                            : null;
            case Moment.Place(var place) -> {
                var topics = ViewsTopology.topics(RowKeys.of(request.view()).applied());
                yield place.offsets().keySet().stream()
                        .filter(partition -> !isOf(partition, topics))
                        .findFirst()
                        .map(partition ->
                                "%s: %s (expected: a position in the partitions of %s)"
                                        .formatted(name, partition, topics))
                        .orElse(null);
            }
        };
    }

    private boolean isOf(String partition, List<String> topics) {
        var named = LogPartition.parse(partition);
        return topics.contains(named.topic()) && named.partition() < partitions;
    }

    private ReplayRun begin(ReplayRequest request) throws ReplaysBusy, IOException {
        var gone = sweep();
        try {
            return add(request, gone);
        } finally {
            gone.forEach(ReplayRun::close);
        }
    }

    /// @param gone where to put what has to go for it
    private synchronized ReplayRun add(ReplayRequest request, List<ReplayRun> gone)
            throws ReplaysBusy, IOException {
        long running = runs.values().stream().filter(run -> !run.isEnded()).count();
        if (isClosed || running >= MOST_RUNNING) {
            throw new ReplaysBusy(
                    isClosed
                            ? "the site is stopping"
                            : MOST_RUNNING + " replays are under way; cancel one or wait for it");
        }
        if (runs.size() >= MOST_KEPT) {
            runs.values().stream()
                    .filter(ReplayRun::isEnded)
                    .min(Comparator.comparing(ReplayRun::ended))
                    .ifPresent(run -> gone.add(forget(run)));
        }
        var id = ids.get();
        var stores = new ShadowStores(folder.resolve(id.toString()), partitions, kept(request));
        var run = new ReplayRun(id, request, consumers, serdes, stores, live, clock, KEPT);
        try {
            threads.put(id, Thread.ofPlatform().daemon().name("millrace-replay-" + id).start(run));
        } catch (Error noThread) {
            run.close();
            throw noThread;
        }
        runs.put(id, run);
        return run;
    }

    /// Of one task, its history is shown too. What is added up for few views is kept for those.
    private static List<String> kept(ReplayRequest request) {
        var kept = new ArrayList<>(STORES);
        if (request.entity() != null) {
            kept.add(ViewsTopology.TASK_HISTORY);
        }
        switch (request.view()) {
            case "usage" -> kept.add(ViewsTopology.TASKS_TALLIES);
            case "models" -> kept.add(ViewsTopology.DOCUMENTS_TALLIES);
            default -> {
                /* What it is made of is kept for all. */
            }
        }
        return kept;
    }

    @Override
    public List<Replay> list(String tenant) {
        sweep().forEach(ReplayRun::close);
        var all = new ArrayList<Replay>();
        synchronized (this) {
            runs.values().stream()
                    .filter(run -> run.tenant().equals(tenant))
                    .forEach(run -> all.add(run.show()));
        }
        all.sort(Comparator.comparing(Replay::created).reversed());
        return all;
    }

    @Override
    public Replay get(String tenant, UUID id) throws UnknownReplay {
        return run(tenant, id).show();
    }

    @Override
    public Replay act(String tenant, UUID id, Replay.Action action) throws UnknownReplay {
        var run = run(tenant, id);
        run.act(action);
        return run.show();
    }

    @Override
    public CompletionStage<ViewPage> rows(UUID id, ViewQuery query) throws UnknownReplay {
        return run(query.tenant(), id).shadow().list(query);
    }

    @Override
    public CompletionStage<ViewRow> row(UUID id, RowQuery query) throws UnknownReplay {
        return run(query.tenant(), id).shadow().get(query);
    }

    @Override
    public CompletionStage<ViewPage> steps(
            String tenant, UUID id, int limit, @Nullable String token) throws UnknownReplay {
        var run = run(tenant, id);
        return CompletableFuture.supplyAsync(
                        () -> run.steps(limit, token), Thread::startVirtualThread)
                .exceptionallyCompose(failure ->
                        CompletableFuture.failedFuture(
                                failure.getCause() instanceof InvalidStateStoreException
                                        ? new UnknownReplay(id)
                                        : failure));
    }

    private ReplayRun run(String tenant, UUID id) throws UnknownReplay {
        sweep().forEach(ReplayRun::close);
        ReplayRun run;
        synchronized (this) {
            run = runs.get(id);
        }
        if (run == null || !run.tenant().equals(tenant)) {
            throw new UnknownReplay(id);
        }
        return run;
    }

    /// Waits until a replay has ended, whichever way; at once if there is none. For tests.
    void awaitEnd(UUID id) throws InterruptedException {
        Thread thread;
        synchronized (this) {
            thread = threads.get(id);
        }
        if (thread != null) {
            thread.join();
        }
    }

    /// Takes out what has expired.
    ///
    /// @return to be closed, which takes its time
    private synchronized List<ReplayRun> sweep() {
        var gone = new ArrayList<ReplayRun>();
        for (var run : List.copyOf(runs.values())) {
            if (run.isExpired()) {
                gone.add(forget(run));
            } else if (run.isOlderThan(LONGEST_RUN)) {
                run.act(Replay.Action.CANCEL);
            }
        }
        return gone;
    }

    private ReplayRun forget(ReplayRun run) {
        runs.remove(run.id());
        threads.remove(run.id());
        return run;
    }

    /// Ends what is under way, within five seconds, and throws all rows away.
    @Override
    public void close() {
        List<ReplayRun> left;
        List<Thread> running;
        synchronized (this) {
            isClosed = true;
            left = List.copyOf(runs.values());
            running = List.copyOf(threads.values());
        }
        left.forEach(run -> run.act(Replay.Action.CANCEL));
        running.forEach(Thread::interrupt);
        long until = System.nanoTime() + LONGEST_STOP.toNanos();
        try {
            for (var thread : running) {
                thread.join(Duration.ofNanos(Math.max(1, until - System.nanoTime())));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        left.forEach(ReplayRun::close);
    }
}
