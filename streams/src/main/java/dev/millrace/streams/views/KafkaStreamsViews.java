package dev.millrace.streams.views;

import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.UnknownView;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.domain.view.Views;
import dev.millrace.streams.views.stores.ViewStores;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the views from the stores, all partitions merged.
///
/// Two threads read; at most 256 reads wait for them, and one more fails with [ViewUnavailable]. A
/// read sees all partitions or fails: never a part of the rows as if it were all. One that takes
/// over ten seconds fails, too: while the brokers are away, Kafka Streams may hold a store for as
/// long as its producer waits for them.
final class KafkaStreamsViews implements Views, AutoCloseable {

    static final int MOST_WAITING = 256;

    private static final int READERS = 2;
    private static final Duration LONGEST_READ = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(KafkaStreamsViews.class);

    private final ViewStores stores;
    private final Duration longestRead;
    private final Map<String, View> views = new LinkedHashMap<>();
    private final ThreadPoolExecutor readers =
            new ThreadPoolExecutor(
                    READERS,
                    READERS,
                    0,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(MOST_WAITING),
                    Thread.ofPlatform().daemon().name("millrace-views-reader-", 0).factory());

    KafkaStreamsViews(ViewStores stores) {
        this(stores, LONGEST_READ);
    }

    /// @param longestRead from the question on; then it is answered that the view is unavailable
    KafkaStreamsViews(ViewStores stores, Duration longestRead) {
        this.stores = stores;
        this.longestRead = longestRead;
        var all =
                List.of(
                        IndexedView.tasks(),
                        new HistoryView(),
                        new CountsView(),
                        new ProgressView(),
                        IndexedView.documents(),
                        new ThroughputView());
        all.forEach(view -> views.put(view.description().name(), view));
    }

    @Override
    public List<ViewDescription> describe() {
        return views.values().stream().map(View::description).toList();
    }

    @Override
    public CompletionStage<ViewPage> list(ViewQuery query) {
        return read(
                query.view(),
                view -> {
                    checkFilters(query, view.description().filters());
                    return view.list(query, stores.forOneRead());
                });
    }

    @Override
    public CompletionStage<ViewRow> get(String view, String tenant, String key) {
        return read(view, found -> found.get(tenant, key, stores.forOneRead()));
    }

    /// Lets the reads that have begun finish and refuses new ones.
    @Override
    public void close() {
        readers.shutdown();
    }

    private <T> CompletionStage<T> read(String name, Function<View, T> reading) {
        var view = views.get(name);
        if (view == null) {
            return CompletableFuture.failedFuture(new UnknownView(name, views.keySet()));
        }
        var answer = new CompletableFuture<T>();
        try {
            readers.execute(() -> answer(answer, name, view, reading));
        } catch (RejectedExecutionException full) {
            answer.completeExceptionally(
                    new ViewUnavailable(
                            name,
                            readers.isShutdown()
                                    ? "the site is stopping"
                                    : MOST_WAITING + " reads are waiting already"));
        }
        return answer.orTimeout(longestRead.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(failure ->
                        CompletableFuture.failedFuture(
                                failure instanceof TimeoutException
                                        ? new ViewUnavailable(name, "it cannot be read just now")
                                        : failure));
    }

    private static <T> void answer(
            CompletableFuture<T> answer, String name, View view, Function<View, T> reading) {
        if (answer.isDone()) {
            return; // too late: nobody waits for it any more
        }
        try {
            answer.complete(reading.apply(view));
        } catch (InvalidStateStoreException notNow) {
            LOG.atDebug()
                    .setMessage("A partition of a view cannot be read")
                    .addKeyValue("view", name)
                    .setCause(notNow)
                    .log();
            answer.completeExceptionally(
                    new ViewUnavailable(name, "it is being restored or moved"));
        } catch (RuntimeException | Error failure) {
            answer.completeExceptionally(failure);
        }
    }

    private static void checkFilters(ViewQuery query, List<String> known) {
        for (var filter : query.filters().keySet()) {
            if (!known.contains(filter)) {
                throw new InvalidQuery("filter: " + filter + " (expected: one of " + known + ")");
            }
        }
    }
}
