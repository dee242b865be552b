package dev.millrace.bench.submit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.bench.site.GatewayClient;
import dev.millrace.bench.site.Payload;
import dev.millrace.bench.site.ProcessCost;
import dev.millrace.bench.site.SiteProcess;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/// The gateway of a site: a record is a task, which is in the log, and decided, once it answers.
final class SiteIntake implements Intake {

    private static final Duration LONGEST_WORK = Duration.ofMinutes(10);
    private static final long LOOK_EVERY_MILLIS = 50;

    private final SiteProcess site;
    private final GatewayClient client;
    private final Payload payload;
    private final When when;
    private final long doneBefore;
    private final String inAYear = Instant.now().plus(Duration.ofDays(365)).toString();
    private final AtomicLong taken = new AtomicLong();

    /// When the tasks are to be done.
    enum When {
        /// In a year: all that is done is what their submission takes.
        LATER,
        /// By the site's worker, at once.
        NOW
    }

    private SiteIntake(
            SiteProcess site, GatewayClient client, Payload payload, When when, long doneBefore) {
        this.site = site;
        this.client = client;
        this.payload = payload;
        this.when = when;
        this.doneBefore = doneBefore;
    }

    /// The gateway of a site that runs, and goes on when this is closed.
    static SiteIntake of(SiteProcess site, GatewayClient client, Payload payload, When when)
            throws IOException {
        return new SiteIntake(site, client, payload, when, done(client));
    }

    @Override
    public CompletableFuture<Boolean> send(int first, int count) {
        return count == 1 ? one(first) : batch(first, count);
    }

    private CompletableFuture<Boolean> one(int number) {
        return client.submitTask(task(number))
                .thenApply(answer -> {
                    if (answer.statusCode() != 202) {
                        return false;
                    }
                    taken.incrementAndGet();
                    return true;
                });
    }

    private CompletableFuture<Boolean> batch(int first, int count) {
        var batch = GatewayClient.JSON.createObjectNode();
        var tasks = batch.putArray("tasks");
        for (int i = 0; i < count; i++) {
            tasks.add(task(first + i));
        }
        return client.submitBatch(batch)
                .thenApply(answer -> {
                    int accepted = accepted(GatewayClient.read(answer));
                    taken.addAndGet(accepted);
                    return accepted == count;
                });
    }

    private static int accepted(JsonNode answer) {
        int accepted = 0;
        for (var item : answer.path("items")) {
            accepted += item.path("status").asInt() == 202 ? 1 : 0;
        }
        return accepted;
    }

    private ObjectNode task(int number) {
        var task = GatewayClient.JSON.createObjectNode().put("kind", "echo");
        task.set("input", payload.json(number));
        return when == When.NOW ? task : task.put("not_before", inAYear);
    }

    @Override
    public void settle() throws IOException, InterruptedException {
        if (when == When.LATER) {
            return;
        }
        long until = System.nanoTime() + LONGEST_WORK.toNanos();
        while (done(client) < doneBefore + taken.get()) {
            if (System.nanoTime() > until) {
                throw new IOException("tasks: not all done within " + LONGEST_WORK);
            }
            Thread.sleep(LOOK_EVERY_MILLIS);
        }
    }

    private static long done(GatewayClient client) throws IOException {
        return client.tasks("echo", "succeeded");
    }

    @Override
    public double cpuSeconds() throws IOException {
        return ProcessCost.cpuSecondsOf(site.pid());
    }

    @Override
    public double residentMiB() throws IOException {
        return ProcessCost.residentMiB(site.pid());
    }

    @Override
    public void close() {
        // The site is whose it was.
    }
}
