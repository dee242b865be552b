package dev.millrace.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Somebody who hands in one document after the other, each until it is accepted, on a thread of
/// its own. What is not accepted is sent again, the same, a moment later.
final class Ingest {

    private static final int RETRY_MILLIS = 100;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final SiteProcess site;
    private final Map<Integer, Integer> statuses = new TreeMap<>();
    private final AtomicInteger accepted = new AtomicInteger();
    /* Never opened: the document in hand is accepted before the end, so that it is counted. */
    private final CountDownLatch pause = new CountDownLatch(1);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile int lastStatus;

    /// Begins.
    Ingest(SiteProcess site) {
        this.site = site;
        this.thread = Thread.ofPlatform().daemon().name("ingest").start(this::run);
    }

    int accepted() {
        return accepted.get();
    }

    /// The last answer's; 0 if there was none.
    int lastStatus() {
        return lastStatus;
    }

    /// How often each status was the answer.
    synchronized Map<Integer, Integer> statuses() {
        return new TreeMap<>(statuses);
    }

    /// Waits until some more documents were accepted.
    void awaitAccepted(int more) {
        int wanted = accepted() + more;
        await(more + " more documents are accepted")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(accepted()).isGreaterThanOrEqualTo(wanted));
    }

    private void run() {
        try {
            for (int number = 0; closing.getCount() > 0; number++) {
                while (!isAccepted(number)) {
                    var _ = pause.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
                }
                accepted.incrementAndGet();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isAccepted(int number) throws InterruptedException {
        var text =
                "Paper %d of the mill says: the wheel turns %d times. ".formatted(number, number);
        var document = Map.of("name", "paper-" + number + ".txt", "text", text.repeat(60));
        int status;
        try {
            status = site.post("/v1/documents", document).statusCode();
        } catch (IOException broken) {
            status = -1;
        }
        lastStatus = status;
        synchronized (this) {
            statuses.merge(status, 1, Integer::sum);
        }
        return status == 202;
    }

    /// Ends after the document in hand.
    void finish() throws InterruptedException {
        closing.countDown();
        thread.join(PATIENCE);
    }
}
