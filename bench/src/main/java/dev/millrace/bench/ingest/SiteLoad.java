package dev.millrace.bench.ingest;

import dev.millrace.bench.site.GatewayClient;
import dev.millrace.bench.site.ProcessCost;
import dev.millrace.bench.site.SiteProcess;
import dev.millrace.bench.text.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Feeds documents into a site as fast as it takes them, and waits until all can be found.
final class SiteLoad {

    private static final long LOOK_EVERY_MILLIS = 50;
    private static final int BUSY = 503;
    private static final int MOST_ATTEMPTS = 20;
    private static final long STALLED_NANOS = 600_000_000_000L;

    private final SiteProcess site;
    private final GatewayClient client;
    private final int inFlight;

    SiteLoad(SiteProcess site, GatewayClient client, int inFlight) {
        this.site = site;
        this.client = client;
        this.inFlight = inFlight;
    }

    /// Takes texts in and measures.
    ///
    /// @throws IOException if a document was refused, or nothing moved for ten minutes
    SiteRound run(List<Text> texts) throws IOException, InterruptedException {
        long before = client.searchable(List.of());
        long expected = before + CutText.of(texts).size();
        var costBefore = ProcessCost.of(site.pid());
        double loadBefore = Ceilings.cpuSeconds();

        long began = System.nanoTime();
        // In a thread of its own: the answers come by the common pool, which it would block.
        var submitted =
                CompletableFuture.supplyAsync(
                        () -> submit(texts, began), task -> Thread.ofPlatform().start(task));
        var progress = new ArrayList<SiteRound.Progress>();
        long found = before;
        long lastMove = began;
        while (found < expected) {
            Thread.sleep(LOOK_EVERY_MILLIS);
            long now = client.searchable(List.of());
            if (now != found) {
                lastMove = System.nanoTime();
                found = now;
                progress.add(new SiteRound.Progress((lastMove - began) / 1e9, found - before));
            } else if (System.nanoTime() - lastMove > STALLED_NANOS
                    || submitted.isCompletedExceptionally()) {
                submitted.join();
                throw new IOException(
                        "stalled at %d of %d chunks".formatted(found - before, expected - before));
            }
        }
        double seconds = (lastMove - began) / 1e9;
        double loadCpu = Ceilings.cpuSeconds() - loadBefore;
        var cost = ProcessCost.of(site.pid());
        if (found != expected) {
            throw new IOException(
                    "chunks: %d (expected: %d)".formatted(found - before, expected - before));
        }
        return new SiteRound(
                new Rate(expected - before, seconds, cost.since(costBefore)),
                texts.size(),
                bytes(texts),
                submitted.join().seconds(),
                submitted.join().putOff(),
                loadCpu,
                ProcessCost.residentMiB(site.pid()),
                cost.sinceByPart(costBefore),
                progress);
    }

    /// @return the seconds it took, and how often a submission was put off
    private Submitted submit(List<Text> texts, long began) {
        var room = new Semaphore(inFlight);
        var refused = new AtomicInteger();
        var putOff = new AtomicInteger();
        for (var text : texts) {
            room.acquireUninterruptibly();
            var _ =
                    submit(text, MOST_ATTEMPTS, putOff)
                            .whenComplete((isTaken, failure) -> {
                                if (failure != null || !isTaken) {
                                    refused.incrementAndGet();
                                }
                                room.release();
                            });
        }
        room.acquireUninterruptibly(inFlight);
        if (refused.get() > 0) {
            throw new IllegalStateException(
                    "documents refused: " + refused.get() + " (expected: none)");
        }
        return new Submitted((System.nanoTime() - began) / 1e9, putOff.get());
    }

    /// Whether the site takes a text; one that has no time for it is asked again, as it wants it.
    private CompletableFuture<Boolean> submit(Text text, int attempts, AtomicInteger putOff) {
        return client.submit(text)
                .thenCompose(answer -> {
                    if (answer.statusCode() != BUSY || attempts == 1) {
                        return CompletableFuture.completedFuture(answer.statusCode() < 300);
                    }
                    putOff.incrementAndGet();
                    return CompletableFuture.runAsync(
                                    () -> {},
                                    CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS))
                            .thenCompose(_ -> submit(text, attempts - 1, putOff));
                });
    }

    private record Submitted(double seconds, int putOff) {}

    private static long bytes(List<Text> texts) {
        return texts.stream()
                .mapToLong(text -> text.body().getBytes(StandardCharsets.UTF_8).length)
                .sum();
    }
}
