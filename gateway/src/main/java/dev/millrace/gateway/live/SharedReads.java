package dev.millrace.gateway.live;

import dev.millrace.domain.view.Position;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// Reads of views that many streams ask for at about the same time: each is made once, and what it
/// gave is kept a while for those who ask for no more than that.
///
/// Bounded by [#MOST_KEPT] answers of [#MOST_CHARACTERS] together, and [#MOST_AT_ONCE] reads at a
/// time; more wait for theirs in order. Safe for use by many threads.
///
/// @param <Q> what is asked, but for the position
/// @param <A> the answer
final class SharedReads<Q, A> {

    static final int MOST_KEPT = 8_192;
    static final long MOST_CHARACTERS = 16L * 1024 * 1024;
    static final int MOST_AT_ONCE = 64;

    private final BiFunction<Q, Position, CompletionStage<A>> reading;
    private final Function<A, Position> position;
    private final ToIntFunction<A> size;
    private final Map<Q, A> kept = new LinkedHashMap<>(16, 0.75F, true);
    private final Map<Q, Flight<A>> flights = new HashMap<>();
    private final Deque<Waiting<Q, A>> waiting = new ArrayDeque<>();
    private long characters;
    private int free = MOST_AT_ONCE;

    /// @param reading no earlier than the view has come to a position
    /// @param position how far the view had come for an answer
    /// @param size of an answer in characters
    SharedReads(
            BiFunction<Q, Position, CompletionStage<A>> reading,
            Function<A, Position> position,
            ToIntFunction<A> size) {
        this.reading = reading;
        this.position = position;
        this.size = size;
    }

    /// The answer of a view that has come to a position.
    CompletableFuture<A> ask(Q question, Position after) {
        Flight<A> flight;
        synchronized (this) {
            var known = kept.get(question);
            if (known != null && position.apply(known).covers(after)) {
                return CompletableFuture.completedFuture(known);
            }
            var current = flights.get(question);
            if (current != null && current.after.covers(after)) {
                return current.answer.copy();
            }
            flight = new Flight<>(current == null ? after : current.after.join(after));
            flights.put(question, flight);
            if (free == 0) {
                var later = flight;
                waiting.add(new Waiting<>(question, later));
                return flight.answer.copy();
            }
            free--;
        }
        begin(question, flight);
        return flight.answer.copy();
    }

    /// Reads that end at once are made one after the other, not one within the other: any number of
    /// them may wait.
    private void begin(Q question, Flight<A> flight) {
        var next = new Waiting<>(question, flight);
        while (next != null) {
            var one = next;
            var read = read(one);
            if (!read.isDone()) {
                var _ =
                        read.whenComplete((answer, failure) -> {
                            end(one, answer, failure);
                            var later = next();
                            if (later != null) {
                                begin(later.question, later.flight);
                            }
                        });
                return;
            }
            var _ = read.whenComplete((answer, failure) -> end(one, answer, failure));
            next = next();
        }
    }

    private CompletableFuture<A> read(Waiting<Q, A> one) {
        try {
            return reading.apply(one.question, one.flight.after).toCompletableFuture();
        } catch (RuntimeException | Error failure) { // whoever asked is told of it
            return CompletableFuture.failedFuture(failure);
        }
    }

    private void end(Waiting<Q, A> one, @Nullable A answer, @Nullable Throwable failure) {
        synchronized (this) {
            flights.remove(one.question, one.flight);
            if (answer != null && failure == null) {
                keep(one.question, answer);
            }
        }
        if (failure == null) {
            one.flight.answer.complete(answer);
        } else {
            one.flight.answer.completeExceptionally(failure);
        }
    }

    /// @return the read that has waited longest, which is begun now; null if none waits
    private synchronized @Nullable Waiting<Q, A> next() {
        var next = waiting.poll();
        if (next == null) {
            free++;
        }
        return next;
    }

    private void keep(Q question, A answer) {
        var before = kept.get(question);
        if (before != null && position.apply(before).covers(position.apply(answer))) {
            return;
        }
        kept.put(question, answer);
        characters += size.applyAsInt(answer) - (before == null ? 0 : size.applyAsInt(before));
        var oldest = kept.entrySet().iterator();
        while (kept.size() > MOST_KEPT || characters > MOST_CHARACTERS) {
            characters -= size.applyAsInt(oldest.next().getValue());
            oldest.remove();
        }
    }

    /// A read that waits for others to end.
    private record Waiting<Q, A>(Q question, Flight<A> flight) {}

    /// A read that is under way.
    private static final class Flight<A> {
        private final Position after;
        private final CompletableFuture<A> answer = new CompletableFuture<>();

        Flight(Position after) {
            this.after = after;
        }
    }
}
