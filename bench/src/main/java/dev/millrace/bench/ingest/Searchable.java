package dev.millrace.bench.ingest;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;

/// Watches documents until all of their chunks can be found, by asking the index.
///
/// A document counts as found when it and all that were accepted before it are: a latency may thus
/// be told too long, never too short. Safe for use by many threads; one of them looks.
final class Searchable {

    private static final int MOST_ASKED = 1_000;

    private final Count count;
    private final LongSupplier nanoClock;
    private final Deque<Awaited> waiting = new ArrayDeque<>();
    private final List<Long> micros = new ArrayList<>();

    Searchable(Count count, LongSupplier nanoClock) {
        this.count = count;
        this.nanoClock = nanoClock;
    }

    /// Asks the index how many chunks of some documents it finds.
    @FunctionalInterface
    interface Count {
        long of(List<String> documents) throws IOException;
    }

    /// A document that was accepted.
    ///
    /// @param dueNanos when its submission was due
    record Awaited(String document, int chunks, long dueNanos) {}

    synchronized void add(Awaited accepted) {
        waiting.add(accepted);
    }

    synchronized int waiting() {
        return waiting.size();
    }

    /// Latencies of those that were found, in microseconds, in the order in which they were.
    synchronized List<Long> micros() {
        return List.copyOf(micros);
    }

    /// Asks once how far the index is.
    void look() throws IOException {
        var asked = oldest();
        int found = found(asked);
        long now = nanoClock.getAsLong();
        synchronized (this) {
            for (int i = 0; i < found; i++) {
                micros.add((now - waiting.remove().dueNanos()) / 1_000);
            }
        }
    }

    private synchronized List<Awaited> oldest() {
        return waiting.stream().limit(MOST_ASKED).toList();
    }

    /// The length of the longest beginning that is found, by halving.
    private int found(List<Awaited> asked) throws IOException {
        int found = 0;
        int open = asked.size();
        while (found < open) {
            int middle = (found + open + 1) / 2;
            if (areFound(asked.subList(found, middle))) {
                found = middle;
            } else {
                open = middle - 1;
            }
        }
        return found;
    }

    private boolean areFound(List<Awaited> documents) throws IOException {
        long chunks = documents.stream().mapToLong(Awaited::chunks).sum();
        return count.of(documents.stream().map(Awaited::document).toList()) == chunks;
    }
}
