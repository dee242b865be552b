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
import java.util.concurrent.TimeUnit;

/// How long documents take at a rate that the site can keep up, by an open loop.
///
/// @param documentsPerSecond the mean rate
/// @param accepted from when a submission was due to its 202
/// @param searchable from then until all of its chunks could be found
/// @param unanswered submissions that failed or got no answer
/// @param samples the raw submissions
/// @param searchableMicros the raw latencies until documents were found
record LatencyRun(
        double documentsPerSecond,
        double seconds,
        Latencies accepted,
        Latencies searchable,
        long unanswered,
        List<OpenLoop.Sample> samples,
        List<Long> searchableMicros) {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);
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
        var watcher = Thread.ofVirtual().name("watcher").start(() -> watch(watched, sent));
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
        watcher.join();
        long good = outcome.samples().stream().filter(OpenLoop.Sample::isGood).count();
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
                due.length - good,
                outcome.samples(),
                watched.micros());
    }

    private static void watch(Searchable watched, CountDownLatch sent) {
        try {
            long until = Long.MAX_VALUE;
            while (watched.waiting() > 0 || sent.getCount() > 0) {
                watched.look();
                boolean over = sent.await(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
                if (over) {
                    Thread.sleep(BETWEEN_LOOKS);
                    until =
                            until == Long.MAX_VALUE
                                    ? System.nanoTime() + LONGEST_WAIT.toNanos()
                                    : until;
                    if (System.nanoTime() > until) {
                        return;
                    }
                }
            }
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
