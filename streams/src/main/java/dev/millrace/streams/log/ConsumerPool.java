package dev.millrace.streams.log;

import dev.millrace.domain.view.ViewUnavailable;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;

/// A few consumers, for the many who want something read: each has one to itself while it is read
/// for, and one that failed is not used again.
///
/// So many read at a time, in the order in which they were asked, and so many wait; beyond that,
/// after [#close], and while the brokers do not answer, a stage fails with [ViewUnavailable]. Safe
/// for use by many threads; never blocks.
final class ConsumerPool implements AutoCloseable {

    private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

    private final int mostWaiting;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Queue<Consumer<byte[], byte[]>> idle = new ConcurrentLinkedQueue<>();
    private final ThreadPoolExecutor readers;

    /// @param name of its threads
    /// @param most consumers
    /// @param mostWaiting for one of them
    /// @param consumers makes them
    ConsumerPool(
            String name, int most, int mostWaiting, Supplier<Consumer<byte[], byte[]>> consumers) {
        this.mostWaiting = mostWaiting;
        this.consumers = consumers;
        this.readers =
                new ThreadPoolExecutor(
                        most,
                        most,
                        0,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(mostWaiting),
                        Thread.ofVirtual().name(name + "-", 0).factory());
    }

    /// What is read with a consumer.
    @FunctionalInterface
    interface Work<T> {
        T with(Consumer<byte[], byte[]> consumer) throws Exception;
    }

    /// Reads when there is a consumer for it.
    <T> CompletionStage<T> submit(Work<T> work) {
        var result = new CompletableFuture<T>();
        try {
            readers.execute(() -> run(work, result));
        } catch (RejectedExecutionException refused) {
            result.completeExceptionally(
                    unavailable(mostWaiting + " reads wait already; ask again soon"));
        }
        return result;
    }

    /// Gives up what is being read and closes the consumers, within 5 s.
    @Override
    public void close() {
        for (var waiting : readers.shutdownNow()) {
            waiting.run();
        }
        try {
            if (!readers.awaitTermination(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        for (var consumer = idle.poll(); consumer != null; consumer = idle.poll()) {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
    }

    /// The top of a reader's thread: whatever goes wrong is the failure of what was asked for.
    private <T> void run(Work<T> work, CompletableFuture<T> result) {
        if (readers.isShutdown() || result.isDone()) {
            result.completeExceptionally(unavailable(""));
            return;
        }
        try {
            var waiting = idle.poll();
            result.complete(with(waiting == null ? consumers.get() : waiting, work));
        } catch (RetriableException | InterruptException silent) {
            result.completeExceptionally(unavailable("the brokers do not answer; ask again soon"));
        } catch (Exception | Error failure) {
            result.completeExceptionally(failure);
        }
    }

    private <T> T with(Consumer<byte[], byte[]> consumer, Work<T> work) throws Exception {
        boolean sound = false;
        try {
            T done = work.with(consumer);
            sound = true;
            return done;
        } finally {
            if (sound) {
                idle.add(consumer);
            } else {
                consumer.close(CloseOptions.timeout(Duration.ZERO));
            }
        }
    }

    private ViewUnavailable unavailable(String why) {
        return new ViewUnavailable("events", readers.isShutdown() ? "the site is stopping" : why);
    }
}
