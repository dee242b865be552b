package dev.millrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A bounded number of requests under way, all the time.
class ClosedLoopTest {

    private static final Duration SHORT = Duration.ofMillis(200);

    @Test
    void asManyAreUnderWayAsWasSaidAndNeverMore() throws Exception {
        var underWay = new AtomicInteger();
        var most = new AtomicInteger();
        var numbers = new ConcurrentSkipListSet<Integer>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var outcome =
                    ClosedLoop.run(
                            SHORT,
                            4,
                            10,
                            number -> {
                                numbers.add(number);
                                most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                                return CompletableFuture.supplyAsync(
                                        () -> underWay.decrementAndGet() >= 0, threads);
                            });

            assertThat(most.get()).isBetween(1, 4);
            assertThat(numbers.first()).isEqualTo(10);
            assertThat(numbers.last()).isEqualTo(9 + outcome.good());
            assertThat(numbers).hasSize(outcome.good());
        }
    }

    @Test
    void whatFailsOrIsWrongIsCountedApart() throws Exception {
        var seen = new ConcurrentSkipListSet<Integer>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var outcome =
                    ClosedLoop.run(
                            SHORT,
                            8,
                            0,
                            number -> {
                                seen.add(number);
                                return CompletableFuture.supplyAsync(
                                        () -> {
                                            if (number % 4 == 0) {
                                                throw new IllegalStateException("refused");
                                            }
                                            return number % 4 != 1;
                                        },
                                        threads);
                            });

            assertThat(outcome.good() + outcome.failed()).isEqualTo(seen.size());
            assertThat(outcome.failed()).isBetween(seen.size() / 2, seen.size() / 2 + 1);
            assertThat(outcome.latencies().count()).isEqualTo(outcome.good());
            assertThat(outcome.seconds()).isGreaterThanOrEqualTo(0.2);
        }
    }
}
