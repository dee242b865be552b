package dev.millrace.bench.capacity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.bench.load.Arrivals;
import dev.millrace.bench.load.ClosedLoop;
import dev.millrace.bench.load.Latencies;
import dev.millrace.bench.load.OpenLoop;
import dev.millrace.bench.site.GatewayClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/// How long tasks of one step took, that came at a low rate.
///
/// @param failed those without the right result, of which the latencies say nothing
record Fresh(Latencies latencies, long failed, List<OpenLoop.Sample> samples) {

    private static final int WAIT_SECONDS = 60;
    private static final int FIRST = 24;
    private static final int WARM_UP_IN_FLIGHT = 64;
    private static final Duration LONGEST_FIRST = Duration.ofMinutes(2);
    private static final long AGAIN_MILLIS = 20;

    Fresh {
        samples = List.copyOf(samples);
    }

    static Fresh measure(GatewayClient client, double perSecond, Duration length, long seed)
            throws InterruptedException {
        var due = Arrivals.poisson(perSecond, length, seed);
        var outcome = new OpenLoop().run(due, number -> task(client, number));
        return new Fresh(
                Latencies.of(outcome), Latencies.ofFailed(outcome).count(), outcome.samples());
    }

    /// Does many, so that the first that are measured are not the first that the site does.
    static void warmUp(GatewayClient client, Duration length) throws InterruptedException {
        var _ = ClosedLoop.run(length, WARM_UP_IN_FLIGHT, 0, number -> task(client, number));
    }

    /// Waits until the first tasks of a site are done: so many that each partition has some, bar
    /// great chance.
    ///
    /// @return how long it took, in seconds
    static double first(GatewayClient client) throws IOException, InterruptedException {
        long began = System.nanoTime();
        int left = FIRST - done(client, FIRST);
        while (left > 0) {
            if (System.nanoTime() - began > LONGEST_FIRST.toNanos()) {
                throw new IOException(
                        "tasks: %d of %d not done within %s".formatted(left, FIRST, LONGEST_FIRST));
            }
            Thread.sleep(AGAIN_MILLIS);
            left -= done(client, left);
        }
        return (System.nanoTime() - began) / 1e9;
    }

    /// Submits so many tasks at once.
    ///
    /// @return how many were done
    private static int done(GatewayClient client, int count) {
        var tasks =
                IntStream.range(0, count)
                        .mapToObj(number -> task(client, number).exceptionally(_ -> false))
                        .toList();
        return (int) tasks.stream().filter(CompletableFuture::join).count();
    }

    private static CompletableFuture<Boolean> task(GatewayClient client, int number) {
        return client.submitAndWait(body(number), WAIT_SECONDS)
                .thenApply(answer -> {
                    var row = GatewayClient.read(answer);
                    return row.path("state").asText().equals("succeeded")
                            && row.path("output").path("n").asInt(-1) == number;
                });
    }

    private static ObjectNode body(int number) {
        var body = GatewayClient.JSON.createObjectNode().put("kind", "echo");
        body.putObject("input").put("n", number);
        return body;
    }
}
