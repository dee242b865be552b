package dev.millrace.bench.ingest;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Looks for documents every 20 ms, until all that were sent were found or it has no patience left.
///
/// A look that fails is repeated: a busy site may refuse one. It fails with the last failure once
/// nothing else came for as long as its patience.
///
/// @param sent at zero when no more documents come
/// @param patience for the last documents to be found, and for looks that fail
record Watcher(Searchable watched, CountDownLatch sent, Duration patience)
        implements Callable<@Nullable Void> {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    @Override
    public @Nullable Void call() throws IOException, InterruptedException {
        long lookedAt = System.nanoTime();
        long until = Long.MAX_VALUE;
        while (watched.waiting() > 0 || sent.getCount() > 0) {
            try {
                watched.look();
                lookedAt = System.nanoTime();
            } catch (IOException refused) {
                if (System.nanoTime() - lookedAt > patience.toNanos()) {
                    throw refused;
                }
            }
            if (sent.await(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS)) {
                Thread.sleep(BETWEEN_LOOKS);
                until = Math.min(until, System.nanoTime() + patience.toNanos());
                if (System.nanoTime() > until) {
                    return null;
                }
            }
        }
        return null;
    }
}
