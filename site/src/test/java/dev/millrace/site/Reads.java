package dev.millrace.site;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Somebody who reads views, the log and the index over and over, on a thread of its own.
final class Reads {

    private static final int PAUSE_MILLIS = 50;
    private static final List<String> PATHS =
            List.of(
                    "/v1/views/documents?limit=5",
                    "/v1/tasks?limit=5",
                    "/v1/events?topic=millrace.task-events&limit=5");

    private final SiteProcess site;
    private final Map<Integer, Integer> statuses = new TreeMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    /// Begins.
    Reads(SiteProcess site) {
        this.site = site;
        this.thread = Thread.ofPlatform().daemon().name("reads").start(this::run);
    }

    /// How often each status was the answer; -1 for none.
    synchronized Map<Integer, Integer> statuses() {
        return new TreeMap<>(statuses);
    }

    private void run() {
        try {
            do {
                for (var path : PATHS) {
                    note(() -> site.statusOf(path));
                }
                note(() -> site.post("/v1/search", Map.of("text", "mill wheel")).statusCode());
            } while (!closing.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void note(Read read) throws InterruptedException {
        int status;
        try {
            status = read.status();
        } catch (IOException broken) {
            status = -1;
        }
        synchronized (this) {
            statuses.merge(status, 1, Integer::sum);
        }
    }

    /// Ends after the round in hand.
    void finish() throws InterruptedException {
        closing.countDown();
        thread.join();
    }

    private interface Read {
        int status() throws IOException, InterruptedException;
    }
}
