package dev.millrace.bench.ingest;

import dev.millrace.bench.load.Arrivals;
import dev.millrace.bench.load.Latencies;
import dev.millrace.bench.load.OpenLoop;
import dev.millrace.bench.site.GatewayClient;
import dev.millrace.bench.text.Corpus;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// How long documents take at a rate that the site can keep up, by an open loop.
///
/// @param documentsPerSecond the mean rate
/// @param accepted from when a submission was due to its 202
/// @param searchable from then until all of its chunks could be found
/// @param failed how long submissions were waited for that were refused, failed or got no answer
/// @param samples the raw submissions
/// @param searchableMicros the raw latencies until documents were found
record LatencyRun(
        double documentsPerSecond,
        double seconds,
        Latencies accepted,
        Latencies searchable,
        Latencies failed,
        List<OpenLoop.Sample> samples,
        List<Long> searchableMicros) {

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    LatencyRun {
        samples = List.copyOf(samples);
        searchableMicros = List.copyOf(searchableMicros);
    }

    /// Runs the load.
    ///
    /// @param firstText the number of the first text that the site does not have yet
    static LatencyRun run(
            GatewayClient client, Corpus corpus, int firstText, double perSecond, Duration length)
            throws IOException, InterruptedException {
        var due = Arrivals.poisson(perSecond, length, firstText);
        // Made before, so that making them takes nothing from the site.
        var texts = corpus.texts(firstText, due.length);
        var chunks = texts.stream().mapToInt(text -> CutText.of(List.of(text)).size()).toArray();
        var watched = new Searchable(client::searchable, System::nanoTime);
        var sent = new CountDownLatch(1);
        var watcher = new FutureTask<>(new Watcher(watched, sent, LONGEST_WAIT));
        Thread.ofVirtual().name("watcher").start(watcher);
        long start = System.nanoTime();
        var outcome =
                new OpenLoop()
                        .run(
                                due,
                                number ->
                                        client.submit(texts.get(number))
                                                .thenApply(answer -> {
                                                    if (answer.statusCode() != 202) {
                                                        return false;
                                                    }
                                                    watched.add(
                                                            new Searchable.Awaited(
                                                                    GatewayClient.read(answer)
                                                                            .path("id")
                                                                            .asText(),
                                                                    chunks[number],
                                                                    start + due[number]));
                                                    return true;
                                                }));
        sent.countDown();
        try {
            watcher.get();
        } catch (ExecutionException failed) {
            throw new IOException("documents: not looked for", failed.getCause());
        }
        if (watched.waiting() > 0) {
            throw new IOException(
                    "documents: %d cannot be found after %s (expected: none)"
                            .formatted(watched.waiting(), LONGEST_WAIT));
        }
        return new LatencyRun(
                perSecond,
                length.toMillis() / 1e3,
                Latencies.of(outcome),
                Latencies.of(watched.micros()),
                Latencies.ofFailed(outcome),
                outcome.samples(),
                watched.micros());
    }
}
