package dev.millrace.bench.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/// Sends requests when a schedule says, whatever became of those before.
///
/// A latency counts from the moment at which the request was due, not from when it was sent: if the
/// sender itself is held up (by a server that does not take requests, by a pause of this JVM, by
/// [#MAX_IN_FLIGHT]), the wait is part of what is measured. A server that stalls for a second thus
/// shows in every request that was due in that second, not in one (no coordinated omission).
public final class OpenLoop {

    /// The most requests under way at once; the next one is sent late then.
    public static final int MAX_IN_FLIGHT = 4_096;

    private static final Duration LONGEST_DRAIN = Duration.ofMinutes(2);

    private final LoadClock clock;

    /// By this machine's clock.
    public OpenLoop() {
        this(LoadClock.SYSTEM);
    }

    OpenLoop(LoadClock clock) {
        this.clock = clock;
    }

    /// What is put under load.
    @FunctionalInterface
    public interface Target {

        /// Sends the request of a number.
        ///
        /// @return whether the answer was a good one; may fail
        CompletionStage<Boolean> send(int number);
    }

    /// What became of one request.
    ///
    /// @param dueMicros when it was due, from the start of the run
    /// @param lateMicros how much later it was sent
    /// @param micros from when it was due until the answer was there, or it was given up
    /// @param end how it ended
    public record Sample(int number, long dueMicros, long lateMicros, long micros, End end) {

        boolean isGood() {
            return end == End.GOOD;
        }
    }

    /// How a request ended.
    public enum End {
        GOOD,
        /// Refused, or without an answer that could be read.
        FAILED,
        /// Without an answer two minutes after the last request was sent.
        UNANSWERED
    }

    /// What became of all requests.
    ///
    /// @param samples one for each request, in the order of the answers; last those without one
    public record Outcome(List<Sample> samples) {
        public Outcome {
            samples = List.copyOf(samples);
        }
    }

    /// Runs a schedule to its end.
    ///
    /// @param due nanoseconds after the start, in order
    public Outcome run(long[] due, Target target) throws InterruptedException {
        var inFlight = new Semaphore(MAX_IN_FLIGHT);
        var samples = new ConcurrentLinkedQueue<Sample>();
        var answers = new ArrayList<CompletableFuture<?>>();
        var late = new long[due.length];
        long start = clock.nanos();
        for (int number = 0; number < due.length; number++) {
            long at = start + due[number];
            clock.sleepUntil(at);
            inFlight.acquire();
            late[number] = clock.nanos() - at;
            answers.add(send(number, start, at, late[number], target, samples, inFlight));
            if (answers.size() > 2 * MAX_IN_FLIGHT) {
                answers.removeIf(CompletableFuture::isDone);
            }
        }
        var done = CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new));
        var _ = clock.await(done, LONGEST_DRAIN);
        var all = new ArrayList<>(List.copyOf(samples));
        all.addAll(unanswered(due, late, all, start));
        return new Outcome(all);
    }

    private List<Sample> unanswered(long[] due, long[] late, List<Sample> answered, long start) {
        var isAnswered = new BitSet(due.length);
        answered.forEach(sample -> isAnswered.set(sample.number()));
        var unanswered = new ArrayList<Sample>();
        for (int number = isAnswered.nextClearBit(0);
                number < due.length;
                number = isAnswered.nextClearBit(number + 1)) {
            long waited = clock.nanos() - start - due[number];
            unanswered.add(
                    new Sample(
                            number,
                            due[number] / 1_000,
                            late[number] / 1_000,
                            waited / 1_000,
                            End.UNANSWERED));
        }
        return unanswered;
    }

    private CompletableFuture<?> send(
            int number,
            long start,
            long due,
            long late,
            Target target,
            ConcurrentLinkedQueue<Sample> samples,
            Semaphore inFlight) {
        return target.send(number)
                .handle((good, failure) -> {
                    samples.add(
                            new Sample(
                                    number,
                                    (due - start) / 1_000,
                                    late / 1_000,
                                    (clock.nanos() - due) / 1_000,
                                    failure == null && good ? End.GOOD : End.FAILED));
                    inFlight.release();
                    return good;
                })
                .toCompletableFuture();
    }
}
