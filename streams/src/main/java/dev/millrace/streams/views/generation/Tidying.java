package dev.millrace.streams.views.generation;

import java.io.IOException;
import java.time.Duration;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deletes what generations that nobody wants any more have left, and tries again where it cannot,
/// [#MOST_TRIES] times; what is left then is the next start's. For one thread at a time.
final class Tidying {

    /// As long as the session of an instance that was killed may last, at least.
    static final int MOST_TRIES = 60;

    static final Duration BETWEEN_TRIES = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(Tidying.class);

    private final Remains remains;
    private final LongSupplier nanoTime;
    private int left;
    private long next;
    private int begun;

    Tidying(Remains remains, LongSupplier nanoTime) {
        this.remains = remains;
        this.nanoTime = nanoTime;
        begin();
    }

    /// Lets [#isDue] say so from now on.
    final synchronized void begin() {
        left = MOST_TRIES;
        next = nanoTime.getAsLong();
        begun++;
    }

    /// Whether to [#tidy] now.
    synchronized boolean isDue() {
        return left > 0 && nanoTime.getAsLong() - next >= 0;
    }

    /// Tries once.
    ///
    /// @param isOver whether a generation is wanted no more, and not run here either
    void tidy(IntPredicate isOver) throws InterruptedException {
        int asked = begun();
        Exception why = null;
        try {
            for (int generation : remains.find()) {
                if (isOver.test(generation)) {
                    try {
                        remains.delete(generation);
                        LOG.atInfo()
                                .setMessage("What a generation of the views left was deleted")
                                .addKeyValue("generation", generation)
                                .log();
                    } catch (IOException notNow) {
                        why = notNow;
                    }
                }
            }
        } catch (IOException | RuntimeException away) { // tried again
            why = away;
        }
        tried(why, asked);
    }

    private synchronized int begun() {
        return begun;
    }

    /// @param asked as often it had been begun before this try; what came later is still to do
    private synchronized void tried(@Nullable Exception why, int asked) {
        if (asked != begun) {
            return;
        }
        left = why == null ? 0 : left - 1;
        next = nanoTime.getAsLong() + BETWEEN_TRIES.toNanos();
        if (why != null && left == 0) {
            LOG.atWarn()
                    .setMessage(
                            "Something of an earlier generation of the views is left; the next"
                                    + " start tries again")
                    .setCause(why)
                    .log();
        }
    }
}
