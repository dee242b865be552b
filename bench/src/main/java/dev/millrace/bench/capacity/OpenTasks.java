package dev.millrace.bench.capacity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.bench.site.GatewayClient;
import dev.millrace.bench.site.Payload;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Tasks that are to be begun in a year, so that they stay open: each has a row in `decide`'s tasks
/// and one in its timers.
///
/// Safe for use by many threads while it fills, then confined to one.
final class OpenTasks {

    private static final String KIND = "echo";
    private static final String WAITING = "waiting";
    private static final int CANCELLED = 24;
    private static final int REMEMBERED = 2 * CANCELLED;
    private static final Duration LONGEST_VIEWS = Duration.ofMinutes(10);
    private static final long LOOK_EVERY_MILLIS = 100;

    private final Payload payload;
    private final int batch;
    private final int inFlight;
    private final String inAYear = Instant.now().plus(Duration.ofDays(365)).toString();
    private final List<Fill.Progress> progress = new ArrayList<>();
    private final List<String> some = new ArrayList<>();
    private long began;
    private int next;
    private int accepted;
    private int refused;

    /// @param batch tasks in a request
    /// @param inFlight requests under way
    OpenTasks(Payload payload, int batch, int inFlight) {
        this.payload = payload;
        this.batch = batch;
        this.inFlight = inFlight;
    }

    /// Submits until so many are open, and waits until the views know it.
    Fill fill(GatewayClient client, int tasks) throws IOException, InterruptedException {
        began = System.nanoTime();
        for (int left = tasks; left > 0; ) {
            submit(client, left);
            int still = tasks - accepted();
            if (still == left) {
                throw new IOException("tasks: none of %d was accepted".formatted(left));
            }
            left = still;
        }
        double seconds = secondsSince(began);
        long answered = System.nanoTime();
        awaitViews(client, tasks);
        return new Fill(tasks, seconds, refused, secondsSince(answered), progress);
    }

    /// Sends so many tasks, and returns once all are answered.
    private void submit(GatewayClient client, int tasks) throws InterruptedException {
        var room = new Semaphore(inFlight);
        for (int left = tasks; left > 0; left -= batch) {
            int count = Math.min(batch, left);
            var body = body(count);
            room.acquire();
            var _ =
                    client.submitBatch(body)
                            .thenApply(GatewayClient::read)
                            .whenComplete((answer, failure) -> {
                                take(count, failure == null ? answer : null);
                                room.release();
                            });
        }
        room.acquire(inFlight);
    }

    private ObjectNode body(int count) {
        var body = GatewayClient.JSON.createObjectNode();
        var tasks = body.putArray("tasks");
        for (int i = 0; i < count; i++) {
            tasks.addObject()
                    .put("kind", KIND)
                    .put("not_before", inAYear)
                    .set("input", payload.json(next++));
        }
        return body;
    }

    private synchronized void take(int count, @Nullable JsonNode answer) {
        int good = 0;
        if (answer != null) {
            for (var item : answer.path("items")) {
                if (item.path("status").asInt() == 202) {
                    good++;
                    if (some.size() < REMEMBERED) {
                        some.add(item.path("id").asText());
                    }
                }
            }
        }
        accepted += good;
        refused += count - good;
        progress.add(new Fill.Progress(secondsSince(began), accepted));
    }

    private synchronized int accepted() {
        return accepted;
    }

    private static void awaitViews(GatewayClient client, int tasks)
            throws IOException, InterruptedException {
        long until = System.nanoTime() + LONGEST_VIEWS.toNanos();
        while (client.tasks(KIND, WAITING) < tasks) {
            if (System.nanoTime() > until) {
                throw new IOException(
                        "views: %d open tasks after %s (expected: %d)"
                                .formatted(client.tasks(KIND, WAITING), LONGEST_VIEWS, tasks));
            }
            Thread.sleep(LOOK_EVERY_MILLIS);
        }
    }

    /// Cancels some of them, which only a `decide` that has them can do.
    ///
    /// @throws IOException if one is not known, or not open
    void cancelSome(GatewayClient client) throws IOException {
        for (int i = 0; i < CANCELLED; i++) {
            var _ = GatewayClient.answer(client.cancelTask(some.removeLast()));
        }
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }
}
