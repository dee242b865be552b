package dev.millrace.bench.streams;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.bench.load.Arrivals;
import dev.millrace.bench.load.Latencies;
import dev.millrace.bench.load.OpenLoop;
import dev.millrace.bench.site.GatewayClient;
import dev.millrace.bench.site.ProcessCost;
import dev.millrace.bench.site.SiteProcess;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/// Events that came to some clients of one gateway.
///
/// @param clients how many there were
/// @param calm from the submission of a task to its event at each client, at a low rate
/// @param spread the same from the first client that had it
/// @param calmPerSecond deliveries a second at that rate
/// @param perSecond deliveries a second when many events came at once
/// @param cpuMicros of the site for a delivery then, all that led to the events included
/// @param loadCpuMicros of the clients for a delivery then
/// @param residentMiB of the site with all clients
/// @param missing deliveries that did not come within two minutes
record FanOut(
        int clients,
        Latencies calm,
        Latencies spread,
        double calmPerSecond,
        double perSecond,
        double cpuMicros,
        double loadCpuMicros,
        double residentMiB,
        long missing) {

    private static final String PATH = "/v1/events?topic=task-events&type=task.submitted";
    private static final long LONGEST_SECONDS = 120;
    private static final int BATCH = 100;
    private static final Duration LATER = Duration.ofDays(365);

    /// What is done.
    ///
    /// @param clients of the gateway
    /// @param perSecond events a second at a low rate
    /// @param seconds for which they come
    /// @param burst events at once
    record Load(int clients, double perSecond, int seconds, int burst, long seed) {}

    /// Measures.
    ///
    /// @param clients of the gateway now
    /// @param first number of the first event; they are new to the site
    static FanOut measure(SiteProcess site, GatewayClient client, Load load, int clients, int first)
            throws IOException, InterruptedException {
        var due =
                Arrivals.poisson(load.perSecond(), Duration.ofSeconds(load.seconds()), load.seed());
        var calm = new Deliveries(first, due.length, clients, true);
        var burst = new Deliveries(first + due.length, load.burst(), clients, false);
        try (var streams =
                EventClients.begin(
                        client.gateway(),
                        client.authorization(),
                        PATH,
                        clients,
                        (number, nanos) -> {
                            calm.delivered(number, nanos);
                            burst.delivered(number, nanos);
                        })) {
            var _ =
                    new OpenLoop()
                            .run(
                                    due,
                                    number -> {
                                        calm.submitting(first + number);
                                        return client.submitTask(task(first + number))
                                                .thenApply(answer -> answer.statusCode() < 300);
                                    });
            long missing = calm.await(LONGEST_SECONDS);
            double cpuBefore = ProcessCost.cpuSecondsOf(site.pid());
            double loadBefore = ProcessCost.cpuSecondsOf(ProcessHandle.current().pid());
            long began = System.nanoTime();
            submit(client, first + due.length, load.burst());
            missing += burst.await(LONGEST_SECONDS);
            double deliveries = (double) clients * load.burst();
            var measured =
                    new FanOut(
                            clients,
                            calm.latencies(),
                            calm.spread(),
                            clients * load.perSecond(),
                            deliveries / ((burst.lastNanos() - began) / 1e9),
                            1e6 * (ProcessCost.cpuSecondsOf(site.pid()) - cpuBefore) / deliveries,
                            1e6
                                    * (ProcessCost.cpuSecondsOf(ProcessHandle.current().pid())
                                            - loadBefore)
                                    / deliveries,
                            ProcessCost.residentMiB(site.pid()),
                            missing);
            streams.check();
            return measured;
        }
    }

    /// So many events of one run are there.
    static int events(Load load) {
        return Arrivals.poisson(load.perSecond(), Duration.ofSeconds(load.seconds()), load.seed())
                        .length
                + load.burst();
    }

    private static void submit(GatewayClient client, int first, int tasks) {
        for (int done = 0; done < tasks; done += BATCH) {
            var body = GatewayClient.JSON.createObjectNode();
            var all = body.putArray("tasks");
            for (int i = done; i < Math.min(tasks, done + BATCH); i++) {
                all.add(task(first + i));
            }
            // Whether it was taken is seen by what comes.
            var _ = client.submitBatch(body);
        }
    }

    /// A task that is not to be done before long: all that comes of it is one event.
    private static ObjectNode task(int number) {
        var task =
                GatewayClient.JSON
                        .createObjectNode()
                        .put("kind", "echo")
                        .put("not_before", Instant.now().plus(LATER).toString());
        task.putObject("input").put("mark", Marks.of(number));
        return task;
    }
}
