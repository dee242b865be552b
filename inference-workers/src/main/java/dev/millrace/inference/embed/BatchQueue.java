package dev.millrace.inference.embed;

import ai.djl.translate.TranslateException;
import dev.millrace.domain.search.ModelNotReady;
import dev.millrace.domain.search.Vector;
import dev.millrace.inference.embed.Request.Slice;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Requests that wait for the model, and the batches made of them.
///
/// A batch is whatever waits, up to [#MAX_BATCH] texts. Short requests, which are people's live
/// queries, go before long ones, which are a worker's; a long one is cut, so a query waits for one
/// batch at most. While long ones wait, a quarter of every batch is theirs, so a flood of queries
/// cannot starve them.
///
/// Any thread may [#offer] and [#close]; one thread at a time may [#serve].
final class BatchQueue {

    /// Most requests that wait.
    static final int MAX_REQUESTS = 256;

    /// Most texts in one request.
    static final int MAX_TEXTS = 4096;

    /// Most texts in one batch.
    static final int MAX_BATCH = 256;

    /// A request of at most so many texts counts as a live query.
    static final int SHORT = 4;

    private static final int KEPT_FOR_LONG = MAX_BATCH / 4;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Request> shortOnes = new ArrayDeque<>();
    private final Deque<Request> longOnes = new ArrayDeque<>();
    private boolean closed;

    /// The vectors of some texts. Fails with [EmbedderBusy] when [#MAX_REQUESTS] wait, with
    /// [ModelNotReady] once closed, with `IllegalArgumentException` for more than [#MAX_TEXTS].
    CompletionStage<List<Vector>> offer(List<String> texts) {
        if (texts.size() > MAX_TEXTS) {
            return CompletableFuture.failedStage(
                    new IllegalArgumentException(
                            "texts: " + texts.size() + " (expected: 0.." + MAX_TEXTS + ")"));
        }
        if (texts.isEmpty()) {
            return CompletableFuture.completedStage(List.of());
        }
        var request = new Request(texts);
        lock.lock();
        try {
            int waiting = shortOnes.size() + longOnes.size();
            if (closed) {
                return CompletableFuture.failedStage(new ModelNotReady("the model was closed"));
            }
            if (waiting >= MAX_REQUESTS) {
                return CompletableFuture.failedStage(new EmbedderBusy(waiting));
            }
            (request.size() <= SHORT ? shortOnes : longOnes).add(request);
            changed.signal();
        } finally {
            lock.unlock();
        }
        return request.result().minimalCompletionStage();
    }

    /// Answers requests until closed.
    void serve(BatchModel model) throws InterruptedException {
        for (var batch = next(); !batch.isEmpty(); batch = next()) {
            compute(model, batch);
        }
    }

    /// Refuses what waits and what comes. Does nothing the second time.
    void close() {
        var refused = new ArrayList<Request>();
        lock.lock();
        try {
            closed = true;
            refused.addAll(shortOnes);
            refused.addAll(longOnes);
            shortOnes.clear();
            longOnes.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        for (var request : refused) {
            request.fail(new ModelNotReady("the model was closed"));
        }
    }

    /// Waits for a batch; empty once closed.
    private List<Slice> next() throws InterruptedException {
        lock.lock();
        try {
            while (!closed && shortOnes.isEmpty() && longOnes.isEmpty()) {
                changed.await();
            }
            return assemble();
        } finally {
            lock.unlock();
        }
    }

    private List<Slice> assemble() {
        var batch = new ArrayList<Slice>();
        int room = MAX_BATCH;
        int kept = longOnes.isEmpty() ? 0 : KEPT_FOR_LONG;
        for (var first = shortOnes.peek();
                first != null && first.remaining() <= room - kept;
                first = shortOnes.peek()) {
            room -= first.remaining();
            batch.add(shortOnes.remove().take(SHORT));
        }
        for (var first = longOnes.peek(); first != null && room > 0; first = longOnes.peek()) {
            var slice = first.take(room);
            room -= slice.texts().size();
            batch.add(slice);
            if (first.remaining() == 0) {
                longOnes.remove();
            }
        }
        return batch;
    }

    /// A batch that fails is tried again request by request, so that only those to blame fail.
    private void compute(BatchModel model, List<Slice> batch) {
        try {
            var texts = new ArrayList<String>();
            batch.forEach(slice -> texts.addAll(slice.texts()));
            var vectors = model.embed(texts);
            int from = 0;
            for (var slice : batch) {
                int to = from + slice.texts().size();
                slice.request().deliver(vectors.subList(from, to));
                from = to;
            }
        } catch (TranslateException | RuntimeException failure) {
            if (batch.size() == 1) {
                abandon(batch.getFirst().request(), failure);
            } else {
                batch.forEach(slice -> compute(model, List.of(slice)));
            }
        } catch (Error broken) {
            // The thread ends with it; whoever waits for this batch must not wait for ever.
            var why = new IllegalStateException("the model broke: " + broken, broken);
            batch.forEach(slice -> abandon(slice.request(), why));
            throw broken;
        }
    }

    private void abandon(Request request, Exception failure) {
        lock.lock();
        try {
            longOnes.remove(request);
        } finally {
            lock.unlock();
        }
        request.fail(failure);
    }
}
