package dev.millrace.bench.load;

import java.time.Duration;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;

/// A time that passes only when somebody waits, and does what is due on the way.
final class VirtualClock implements LoadClock {

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long now;
    private long count;

    private record Event(long at, long number, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(number, other.number);
        }
    }

    /// Does something later.
    void at(long nanos, Runnable action) {
        events.add(new Event(nanos, count++, action));
    }

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public void sleepUntil(long nanos) {
        for (var next = events.peek(); next != null && next.at() <= nanos; next = events.peek()) {
            events.remove();
            now = Math.max(now, next.at());
            next.action().run();
        }
        now = Math.max(now, nanos);
    }

    @Override
    public boolean await(CompletableFuture<?> done, Duration longest) {
        long until = now + longest.toNanos();
        for (var next = events.peek();
                !done.isDone() && next != null && next.at() <= until;
                next = events.peek()) {
            sleepUntil(next.at());
        }
        if (!done.isDone()) {
            now = until;
        }
        return done.isDone();
    }
}
