package dev.millrace.streams.views;

import dev.millrace.domain.log.LogPartition;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.UnknownView;
import dev.millrace.domain.view.ViewBehind;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.domain.view.Views;
import dev.millrace.schemas.client.Causes;
import dev.millrace.streams.views.fold.ViewsTopology;
import dev.millrace.streams.views.stores.InstanceNotRunning;
import dev.millrace.streams.views.stores.ViewStores;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the views from the stores, all partitions merged, or the only one that can hold what is
/// read.
///
/// A read sees all of those partitions or fails: never a part of the rows as if it were all. A
/// partition that moves is waited for, and a position that a read is to come after; at most
/// [#MOST_BEHIND] reads wait for theirs, and one more fails with [ViewUnavailable]. What a read is
/// to come after in other partitions than its own cannot change its answer and is not waited for.
public final class KafkaStreamsViews implements Views, AutoCloseable {

    static final int MOST_BEHIND = 1024;

    /* The stores are in this process, and the disk is the only one to wait for. */
    private static final int READERS = 2;

    /* Others are waited for as well, who may be slow. */
    private static final int READERS_OF_OTHERS = 16;

    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Logger LOG = LoggerFactory.getLogger(KafkaStreamsViews.class);

    private final ViewStores stores;
    private final Patience patience;
    private final Map<String, View> views = new LinkedHashMap<>();
    private final ReadScheduler scheduler;
    private final Semaphore placesBehind = new Semaphore(MOST_BEHIND);

    /// Reads with the usual patience what is in this process.
    public KafkaStreamsViews(ViewStores stores) {
        this(stores, Patience.USUAL);
    }

    KafkaStreamsViews(ViewStores stores, Patience patience) {
        this(stores, patience, new Readers(READERS));
    }

    /// Reads with the usual patience what several instances share.
    static KafkaStreamsViews shared(ViewStores stores) {
        return new KafkaStreamsViews(stores, Patience.USUAL, new Readers(READERS_OF_OTHERS));
    }

    KafkaStreamsViews(ViewStores stores, Patience patience, ReadScheduler scheduler) {
        this.stores = stores;
        this.patience = patience;
        this.scheduler = scheduler;
        View.all().forEach(view -> views.put(view.description().name(), view));
    }

    @Override
    public List<ViewDescription> describe() {
        return views.values().stream().map(View::description).toList();
    }

    @Override
    public CompletionStage<ViewPage> list(ViewQuery query) {
        return read(
                query.view(),
                query.after(),
                query.staleOk(),
                view -> view.partition(query, stores.partitions()),
                (view, all) -> {
                    checkFilters(query, view.description().filters());
                    return view.list(query, all);
                },
                ViewPage::position,
                (page, position, fromStandby) ->
                        new ViewPage(
                                page.items(),
                                page.nextToken(),
                                position,
                                page.count(),
                                fromStandby));
    }

    @Override
    public CompletionStage<ViewRow> get(RowQuery query) {
        var asOf = query.asOf();
        return read(
                query.view(),
                query.after(),
                query.staleOk(),
                view -> view.partition(query.key(), stores.partitions()),
                (view, all) ->
                        asOf == null
                                ? view.get(query.tenant(), query.key(), all)
                                : view.get(query, asOf, all),
                ViewRow::position,
                (row, position, fromStandby) ->
                        new ViewRow(row.key(), row.json(), position, fromStandby));
    }

    /// Lets the reads that have begun finish and refuses new ones.
    @Override
    public void close() {
        scheduler.close();
    }

    /// @param home the only partition that can have what is read
    /// @param position how far the view had read that gave an answer
    /// @param whole the answer as it is handed out
    private <T> CompletionStage<T> read(
            String name,
            Position after,
            boolean staleOk,
            Function<View, OptionalInt> home,
            BiFunction<View, ViewStores, T> reading,
            Function<T, Position> position,
            Whole<T> whole) {
        var view = views.get(name);
        if (view == null) {
            return CompletableFuture.failedFuture(new UnknownView(name, views.keySet()));
        }
        Scope scope;
        try {
            checkPosition(view, after);
            var only = home.apply(view);
            scope = new Scope(view, only, within(only, after), staleOk);
        } catch (InvalidQuery wrong) {
            return CompletableFuture.failedFuture(wrong);
        }
        Supplier<T> once =
                () -> {
                    var all = scope.of(stores);
                    var answer = reading.apply(view, all);
                    if (!position.apply(answer).covers(scope.after)) {
                        throw new InvalidStateStoreException("it moved to where less is folded");
                    }
                    return whole.of(
                            answer, position.apply(answer).join(after), all.isFromStandby());
                };
        return reached(scope)
                .thenCompose(_ -> retried(() -> timed(name, once), ending(patience.move())))
                .exceptionallyCompose(failure -> failed(name, failure));
    }

    /// An answer with what is known of it.
    @FunctionalInterface
    private interface Whole<T> {
        T of(T answer, Position position, boolean fromStandby);
    }

    /// What a read is about.
    ///
    /// @param only the only partition that it reads; empty for all
    /// @param after as far as it concerns what is read
    private record Scope(View view, OptionalInt only, Position after, boolean staleOk) {
        ViewStores of(ViewStores stores) {
            var all = stores.forOneRead(staleOk);
            return only.isPresent() ? all.only(only.getAsInt()) : all;
        }

        String name() {
            return view.description().name();
        }
    }

    /// The part of a position that is about one partition number. The topics of a fold put what
    /// belongs together into the same.
    private static Position within(OptionalInt only, Position position) {
        if (only.isEmpty()) {
            return position;
        }
        var offsets = new TreeMap<>(position.offsets());
        offsets.keySet().removeIf(name -> LogPartition.parse(name).partition() != only.getAsInt());
        return new Position(offsets);
    }

    /// Completes when a view has come to a position; fails with [ViewBehind] if it takes too long.
    /// Where a standby may answer, an owner that cannot is left to the read.
    private CompletableFuture<Void> reached(Scope scope) {
        if (scope.after.offsets().isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        if (!placesBehind.tryAcquire()) {
            return CompletableFuture.failedFuture(
                    new ViewUnavailable(
                            scope.name(), MOST_BEHIND + " reads wait for theirs already"));
        }
        long until = ending(patience.position());
        var reached =
                scope.staleOk
                        ? reached(scope.after, until)
                                .exceptionallyCompose(failure ->
                                        Causes.ofStage(failure)
                                                        instanceof InvalidStateStoreException
                                                ? CompletableFuture.completedFuture(null)
                                                : CompletableFuture.failedFuture(failure))
                        : retried(() -> reached(scope.after, until), until);
        return reached.whenComplete((_, _) -> placesBehind.release())
                .exceptionallyCompose(failure ->
                        Causes.ofStage(failure) instanceof TimeoutException
                                ? behind(scope)
                                : CompletableFuture.failedFuture(failure));
    }

    /// Looks and waits on a thread of its own: a store may be held for long.
    private CompletableFuture<Void> reached(Position after, long untilNanos) {
        var over = new CompletableFuture<Void>();
        scheduler.start(() -> {
            try {
                var waiting = stores.reached(after);
                var _ = over.whenComplete((_, _) -> waiting.cancel(false));
                var _ =
                        waiting.whenComplete((_, failure) -> {
                            if (failure == null) {
                                over.complete(null);
                            } else {
                                over.completeExceptionally(Causes.ofStage(failure));
                            }
                        });
            } catch (RuntimeException notHere) { // the top of this thread
                over.completeExceptionally(notHere);
            }
        });
        return scheduler.within(Math.max(1, untilNanos - scheduler.nanoTime()), over);
    }

    /// Fails with how far the view has come, unless it is there: who waits may not hear of it, or
    /// too late, for instance while a partition moves or the process stands still.
    private CompletableFuture<Void> behind(Scope scope) {
        var name = scope.name();
        return timed(name, () -> position(scope.view.applied(), scope.of(stores)))
                .thenCompose(position ->
                        position.covers(scope.after)
                                ? CompletableFuture.completedFuture(null)
                                : CompletableFuture.failedFuture(new ViewBehind(name, position)));
    }

    private <T> CompletableFuture<T> timed(String name, Supplier<T> reading) {
        return scheduler.read(name, reading, patience.read());
    }

    /// Tries until it is over, as long as stores cannot be read because they move.
    private <T> CompletableFuture<T> retried(
            Supplier<CompletableFuture<T>> attempt, long untilNanos) {
        return attempt.get()
                .exceptionallyCompose(failure ->
                        isPassing(Causes.ofStage(failure))
                                        && untilNanos - scheduler.nanoTime() > PAUSE.toNanos()
                                ? scheduler
                                        .after(PAUSE)
                                        .thenCompose(_ -> retried(attempt, untilNanos))
                                : CompletableFuture.failedFuture(failure));
    }

    private static boolean isPassing(Throwable cause) {
        return cause instanceof InvalidStateStoreException
                && !(cause instanceof InstanceNotRunning);
    }

    private long ending(Duration wait) {
        return scheduler.nanoTime() + wait.toNanos();
    }

    private static <T> CompletableFuture<T> failed(String name, Throwable failure) {
        return CompletableFuture.failedFuture(
                switch (Causes.ofStage(failure)) {
                    case InvalidStateStoreException notNow -> {
                        LOG.atDebug()
                                .setMessage("A partition of a view cannot be read")
                                .addKeyValue("view", name)
                                .setCause(notNow)
                                .log();
                        yield new ViewUnavailable(name, "it is being restored or moved");
                    }
                    case TimeoutException _ ->
                            new ViewUnavailable(name, "it cannot be read just now");
                    default -> Causes.ofStage(failure);
                });
    }

    static Position position(List<String> applied, ViewStores stores) {
        var position = Position.START;
        for (var store : applied) {
            position = position.join(stores.position(store));
        }
        return position;
    }

    /// A view that is not made of a topic would never come to a position in it.
    private void checkPosition(View view, Position after) {
        for (var partition : after.offsets().keySet()) {
            var named = LogPartition.parse(partition);
            var applied = ViewsTopology.applied(named.topic());
            if (applied == null
                    || !view.applied().contains(applied)
                    || named.partition() >= stores.partitions()) {
                throw new InvalidQuery(
                        "after: %s (expected: a position in the partitions of %s, of which the"
                                        .formatted(partition, topics(view))
                                + " view %s is made)".formatted(view.description().name()));
            }
        }
    }

    private static List<String> topics(View view) {
        return view.applied().stream()
                .flatMap(store -> ViewsTopology.topics(store).stream())
                .toList();
    }

    private static void checkFilters(ViewQuery query, List<String> known) {
        for (var filter : query.filters().keySet()) {
            if (!known.contains(filter)) {
                throw new InvalidQuery("filter: " + filter + " (expected: one of " + known + ")");
            }
        }
    }
}
