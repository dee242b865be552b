package dev.millrace.search.lucene;

import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.search.Embedder;
import dev.millrace.domain.search.ModelNotReady;
import dev.millrace.domain.search.SearchIndex;
import dev.millrace.domain.search.Vector;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.schemas.client.Causes;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The search port over a [LuceneStore], on a few threads of its own.
///
/// Stages fail with [InvalidQuery] for a request that can never succeed, with [SearchBusy] when too
/// many are waiting, with what the embedder fails with (but not with [ModelNotReady]: then words
/// alone are searched), and with `IOException` when the index does. A query vector that is not of
/// unit length, as a text without any feature of the model may give, counts as none.
public final class LuceneSearchIndex implements SearchIndex, AutoCloseable {

    /// The longest text to search for, in UTF-16 units.
    public static final int MAX_TEXT_LENGTH = 16_384;

    private static final Logger log = LoggerFactory.getLogger(LuceneSearchIndex.class);

    private static final int DEFAULT_THREADS = 2;
    private static final int DEFAULT_WAITING = 256;
    private static final int SHUTDOWN_SECONDS = 10;

    private final LuceneStore store;
    private final Embedder embedder;
    private final int waiting;
    private final ThreadPoolExecutor threads;

    /// Two threads, and at most 256 searches waiting for one.
    public LuceneSearchIndex(LuceneStore store, Embedder embedder) {
        this(store, embedder, DEFAULT_THREADS, DEFAULT_WAITING);
    }

    /// @param threads how many searches run at once
    /// @param waiting how many more may wait
    /// @throws IllegalArgumentException if the embedder's model is not that of the index
    public LuceneSearchIndex(LuceneStore store, Embedder embedder, int threads, int waiting) {
        if (!embedder.model().equals(store.model())) {
            throw new IllegalArgumentException(
                    "model: %s (expected: %s, as in the index)"
                            .formatted(embedder.model().text(), store.model().text()));
        }
        this.store = store;
        this.embedder = embedder;
        this.waiting = waiting;
        this.threads =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        0,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(waiting),
                        Thread.ofPlatform().name("search-", 0).daemon().factory());
    }

    @Override
    public CompletionStage<SearchResult> search(String tenant, String text, int limit) {
        if (text.isBlank() || text.length() > MAX_TEXT_LENGTH) {
            return refused(
                    "text: %d characters (expected: 1..%d, not all blank)"
                            .formatted(text.length(), MAX_TEXT_LENGTH));
        }
        if (limit < 1 || limit > MAX_LIMIT) {
            return refused("limit: %d (expected: 1..%d)".formatted(limit, MAX_LIMIT));
        }
        return queryVector(text)
                .thenCompose(found -> run(() -> store.search(tenant, text, found.orNull(), limit)));
    }

    @Override
    public CompletionStage<IndexCount> count(String tenant, Collection<DocumentId> documents) {
        if (documents.size() > LuceneStore.MAX_COUNTED_DOCUMENTS) {
            return refused(
                    "documents: %d (expected: 0..%d)"
                            .formatted(documents.size(), LuceneStore.MAX_COUNTED_DOCUMENTS));
        }
        var asked = List.copyOf(documents);
        return run(() -> store.count(tenant, asked));
    }

    /* A stage's value is not null, hence the wrapper. */
    private record Found(@Nullable QueryVector orNull) {}

    private CompletionStage<Found> queryVector(String text) {
        return embedder.embed(List.of(text))
                .handle((vectors, failure) -> {
                    if (failure == null) {
                        return new Found(usable(vectors.getFirst()));
                    }
                    if (Causes.ofStage(failure) instanceof ModelNotReady) {
                        return new Found(null);
                    }
                    throw new CompletionException(Causes.ofStage(failure));
                });
    }

    private @Nullable QueryVector usable(Vector vector) {
        boolean fits =
                vector.dimensions() == store.model().dimensions() && UnitLength.isUnit(vector);
        return fits ? new QueryVector(vector, embedder.model()) : null;
    }

    /// Runs work on one of the threads, as soon as one is free.
    <T> CompletionStage<T> run(Callable<T> work) {
        var answer = new CompletableFuture<T>();
        try {
            threads.execute(() -> {
                try {
                    answer.complete(work.call());
                } catch (Throwable failure) { // an Error too: the caller waits for an end
                    answer.completeExceptionally(failure);
                }
            });
        } catch (RejectedExecutionException full) {
            answer.completeExceptionally(new SearchBusy(waiting));
        }
        return answer;
    }

    private static <T> CompletionStage<T> refused(String why) {
        return CompletableFuture.failedFuture(new InvalidQuery(why));
    }

    /// Lets the searches under way and waiting finish, for at most 10 s; new ones fail.
    @Override
    public void close() {
        threads.shutdown();
        try {
            boolean allDone = threads.awaitTermination(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
            if (!allDone) {
                log.atWarn()
                        .setMessage("searches are still running at the stop")
                        .addKeyValue("waiting", threads.getQueue().size())
                        .log();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
