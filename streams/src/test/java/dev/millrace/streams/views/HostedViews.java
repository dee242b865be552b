package dev.millrace.streams.views;

import dev.millrace.domain.view.Views;
import dev.millrace.streams.views.stores.ViewStores;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/// The very code that reads views and waits for positions, by a simulation's time and in its one
/// thread.
public final class HostedViews {

    private HostedViews() {}

    /// Views over some stores, which read with the usual patience.
    public static Views of(ViewStores stores, Host host) {
        return new KafkaStreamsViews(stores, Patience.USUAL, new Hosted(host));
    }

    /// What threads and clocks are to reads otherwise.
    public interface Host {

        /// The time, in milliseconds since 1970.
        long millis();

        /// Does something later.
        ///
        /// @return ends that
        Runnable later(long millis, Runnable action);

        /// Reads stores when it is its turn.
        void read(Runnable reading);
    }

    private record Hosted(Host host) implements ReadScheduler {

        @Override
        public <T> CompletableFuture<T> read(String view, Supplier<T> reading, Duration longest) {
            var answer = new CompletableFuture<T>();
            host.read(() -> {
                if (answer.isDone()) {
                    return;
                }
                try {
                    answer.complete(reading.get());
                } catch (RuntimeException failure) {
                    answer.completeExceptionally(failure);
                }
            });
            return within(longest.toNanos(), answer);
        }

        @Override
        public void start(Runnable task) {
            var _ = host.later(0, task);
        }

        @Override
        public long nanoTime() {
            return Duration.ofMillis(host.millis()).toNanos();
        }

        @Override
        public <T> CompletableFuture<T> within(long nanos, CompletableFuture<T> answer) {
            long millis = Math.max(1, Duration.ofNanos(nanos).toMillis());
            var end =
                    host.later(
                            millis,
                            () -> answer.completeExceptionally(new TimeoutException("too late")));
            var _ = answer.whenComplete((_, _) -> end.run());
            return answer;
        }

        @Override
        public CompletableFuture<Void> after(Duration pause) {
            var over = new CompletableFuture<Void>();
            var _ = host.later(pause.toMillis(), () -> over.complete(null));
            return over;
        }

        @Override
        public void close() {}
    }
}
