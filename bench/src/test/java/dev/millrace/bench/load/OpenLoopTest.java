package dev.millrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// What an open loop measures when the server, or the sender, is held up.
class OpenLoopTest {

    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;

    /* A request each 10 ms, for 10 s. */
    private static final long[] STEADY =
            LongStream.range(0, 1_000).map(number -> number * 10 * MILLI).toArray();

    private final VirtualClock clock = new VirtualClock();

    /// Answers one request after the other, each in 1 ms, but for a second in which it does
    /// nothing.
    private final class StallingServer implements OpenLoop.Target {

        private final long stallAt;
        private long freeAt;

        StallingServer(long stallAt) {
            this.stallAt = stallAt;
        }

        @Override
        public CompletionStage<Boolean> send(int number) {
            long begin = Math.max(clock.nanos(), freeAt);
            if (begin >= stallAt && begin < stallAt + SECOND) {
                begin = stallAt + SECOND;
            }
            freeAt = begin + MILLI;
            var answer = new CompletableFuture<Boolean>();
            clock.at(freeAt, () -> answer.complete(true));
            return answer;
        }
    }

    @Test
    void aStallShowsInEveryRequestThatWasDueMeanwhile() throws Exception {
        var outcome = new OpenLoop(clock).run(STEADY, new StallingServer(5 * SECOND));

        var latencies = Latencies.of(outcome);
        assertThat(latencies.count()).isEqualTo(1_000);
        assertThat(latencies.p50()).isCloseTo(1, within(0.1));
        // A tenth of the requests fell into the stall and waited for what was left of it; those
        // behind them for the queue.
        assertThat(latencies.p90()).isGreaterThan(90);
        assertThat(latencies.p99()).isGreaterThan(850);
        assertThat(latencies.max()).isCloseTo(1_001, within(2.0));
        assertThat(outcome.samples())
                .filteredOn(sample -> sample.micros() > 100_000)
                .hasSizeBetween(95, 105);
    }

    @Test
    void aServerThatDoesNotTakeRequestsShowsAsMuch() throws Exception {
        // The sender itself hangs in the call for a second: a closed loop would see one slow
        // request and never send the hundred that were due.
        var outcome =
                new OpenLoop(clock)
                        .run(
                                STEADY,
                                number -> {
                                    clock.sleepUntil(
                                            clock.nanos() + (number == 500 ? SECOND : MILLI));
                                    return CompletableFuture.completedFuture(true);
                                });

        var latencies = Latencies.of(outcome);
        assertThat(latencies.p99()).isGreaterThan(850);
        assertThat(outcome.samples())
                .filteredOn(sample -> sample.lateMicros() > 100_000)
                .hasSizeBetween(90, 105);
    }

    @Test
    void whatFailsOrIsRefusedIsSummedUpByItself() throws Exception {
        var outcome =
                new OpenLoop(clock)
                        .run(
                                new long[] {0, MILLI, 2 * MILLI},
                                number ->
                                        switch (number) {
                                            case 0 -> CompletableFuture.completedFuture(true);
                                            case 1 -> CompletableFuture.completedFuture(false);
                                            default ->
                                                    CompletableFuture.failedFuture(
                                                            new IllegalStateException("gone"));
                                        });

        assertThat(outcome.samples())
                .extracting(OpenLoop.Sample::end)
                .containsExactly(OpenLoop.End.GOOD, OpenLoop.End.FAILED, OpenLoop.End.FAILED);
        assertThat(Latencies.of(outcome).count()).isEqualTo(1);
        assertThat(Latencies.ofFailed(outcome).count()).isEqualTo(2);
    }

    @Test
    void aRequestWithoutAnAnswerCountsAsLongAsItWasWaitedFor() throws Exception {
        var sent = new AtomicInteger();
        var outcome =
                new OpenLoop(clock)
                        .run(
                                new long[] {0, MILLI},
                                number -> {
                                    sent.incrementAndGet();
                                    return number == 0
                                            ? new CompletableFuture<>()
                                            : CompletableFuture.completedFuture(true);
                                });

        assertThat(sent).hasValue(2);
        assertThat(outcome.samples())
                .extracting(OpenLoop.Sample::end)
                .containsExactly(OpenLoop.End.GOOD, OpenLoop.End.UNANSWERED);
        assertThat(Latencies.of(outcome).count()).isEqualTo(1);
        assertThat(Latencies.ofFailed(outcome).max()).isCloseTo(120_001, within(200.0));
    }
}
