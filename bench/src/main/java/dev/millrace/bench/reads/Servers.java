package dev.millrace.bench.reads;

import dev.millrace.bench.load.Arrivals;
import dev.millrace.bench.load.ClosedLoop;
import dev.millrace.bench.load.Latencies;
import dev.millrace.bench.load.OpenLoop;
import dev.millrace.bench.load.WireClient;
import dev.millrace.bench.site.EchoTasks;
import dev.millrace.bench.site.GatewayClient;
import dev.millrace.bench.site.Payload;
import dev.millrace.bench.site.ProcessCost;
import dev.millrace.bench.site.Profiler;
import dev.millrace.bench.site.SiteProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/// A site whose views are read, and a bare route that has the same answers. Both are there all the
/// time; only one is asked at a time.
final class Servers implements AutoCloseable {

    private static final int ROWS = 1_000;
    private static final int OK = 200;
    private static final int NOT_MODIFIED = 304;
    private static final int CALM_CONNECTIONS = 64;

    /* A prime, so that rows are read across the whole of them. */
    private static final int STEP = 7_919;

    private final SiteProcess site;
    private final URI gateway;
    private final BareRoute bare;
    private final Load load;
    private final Map<Side, List<byte[]>> requests = new EnumMap<>(Side.class);

    /// What is asked.
    ///
    /// @param tasks that the site has
    /// @param payloadBytes of the output of each
    /// @param pageRows of a page
    /// @param inFlight requests under way, each on a connection of its own
    /// @param seconds how long each side is measured, once at most and once calmly
    /// @param warmUpSeconds how long each side works before
    /// @param calmPerSecond requests a second for latencies
    record Load(
            int tasks,
            int payloadBytes,
            int pageRows,
            int inFlight,
            int seconds,
            int warmUpSeconds,
            double calmPerSecond,
            long seed) {}

    private Servers(SiteProcess site, URI gateway, BareRoute bare, Load load) {
        this.site = site;
        this.gateway = gateway;
        this.bare = bare;
        this.load = load;
    }

    /// Starts both, with the tasks in the site.
    ///
    /// @param folder for their data; there and empty
    static Servers start(Path folder, Load load) throws IOException, InterruptedException {
        var site = SiteProcess.start(folder.resolve("data"), List.of());
        try (var client = site.client()) {
            site.awaitModel(client); // or loading it would be measured
            var payload = new Payload(load.payloadBytes(), load.seed());
            var rows = some(EchoTasks.done(client, payload, load.tasks()));
            var page = BareRoute.TASKS + "?state=succeeded&limit=" + load.pageRows();
            var answers = new HashMap<String, String>();
            var tags = new ArrayList<String>();
            answers.put(BareRoute.TASKS, good(client, page).body());
            for (var row : rows) {
                var answer = good(client, row);
                answers.put(row, answer.body());
                tags.add(answer.headers().firstValue("ETag").orElse(""));
            }
            var bare = BareRoute.start(folder, answers);
            var servers = new Servers(site, client.gateway(), bare, load);
            servers.prepare(client.authorization(), rows, tags, page);
            return servers;
        } catch (IOException | RuntimeException | InterruptedException failed) {
            site.close();
            throw failed;
        }
    }

    /// From all over the log: neighbours would lie in the same blocks of the stores.
    private static List<String> some(List<String> ids) {
        int count = Math.min(ROWS, ids.size());
        return IntStream.range(0, count)
                .mapToObj(i -> BareRoute.TASKS + "/" + ids.get(i * (ids.size() / count)))
                .toList();
    }

    private static HttpResponse<String> good(GatewayClient client, String path) throws IOException {
        var answer = client.get(path).join();
        if (answer.statusCode() != OK) {
            throw new IOException(path + ": " + answer.statusCode());
        }
        return answer;
    }

    /// Both servers are sent the same, the token too: reading headers costs both.
    private void prepare(String token, List<String> rows, List<String> tags, String page) {
        requests.put(Side.SITE_PAGE, List.of(WireClient.get(gateway, page, token)));
        requests.put(Side.BARE_PAGE, List.of(WireClient.get(bare.address(), page, token)));
        requests.put(
                Side.SITE_ROW,
                rows.stream().map(row -> WireClient.get(gateway, row, token)).toList());
        requests.put(
                Side.BARE_ROW,
                rows.stream().map(row -> WireClient.get(bare.address(), row, token)).toList());
        requests.put(
                Side.SITE_KNOWN,
                IntStream.range(0, rows.size())
                        .mapToObj(i ->
                                WireClient.get(
                                        gateway,
                                        rows.get(i),
                                        token,
                                        "If-None-Match: " + tags.get(i)))
                        .toList());
    }

    /// Lets every side work for a while.
    void warmUp() throws IOException, InterruptedException {
        for (var side : Side.values()) {
            try (var client = connect(side, load.inFlight())) {
                var _ = atMost(side, client, load.warmUpSeconds());
            }
        }
    }

    /// Measures one side.
    Sample measure(Side side) throws IOException, InterruptedException {
        ClosedLoop.Outcome most;
        double cpu;
        double loadCpu;
        try (var client = connect(side, load.inFlight())) {
            double cpuBefore = ProcessCost.cpuSecondsOf(pid(side));
            double loadBefore = ProcessCost.cpuSecondsOf(ProcessHandle.current().pid());
            most = atMost(side, client, load.seconds());
            cpu = ProcessCost.cpuSecondsOf(pid(side)) - cpuBefore;
            loadCpu = ProcessCost.cpuSecondsOf(ProcessHandle.current().pid()) - loadBefore;
        }
        try (var client = connect(side, CALM_CONNECTIONS)) {
            var due =
                    Arrivals.poisson(
                            load.calmPerSecond(), Duration.ofSeconds(load.seconds()), load.seed());
            var calm = new OpenLoop().run(due, number -> ask(side, client, number));
            return new Sample(
                    most, cpu, loadCpu, Latencies.of(calm), Latencies.ofFailed(calm).count());
        }
    }

    /// The CPU time of the site's parts while rows are read at most.
    Map<String, Double> parts(Side side) throws IOException, InterruptedException {
        var before = ProcessCost.of(site.pid());
        try (var client = connect(side, load.inFlight())) {
            var done = atMost(side, client, load.seconds());
            var spent = ProcessCost.of(site.pid()).sinceByPart(before);
            spent.replaceAll((_, seconds) -> 1e6 * seconds / done.good());
            return spent;
        }
    }

    /// Draws where the site's CPU time goes while one side is read at most.
    void profile(Side side, Path file) throws IOException, InterruptedException {
        Profiler.start(site.pid());
        try (var client = connect(side, load.inFlight())) {
            var _ = atMost(side, client, load.seconds());
        }
        Profiler.stop(site.pid(), file, "Reading " + side.what() + " through the gateway");
    }

    private ClosedLoop.Outcome atMost(Side side, WireClient client, int seconds)
            throws InterruptedException {
        return ClosedLoop.chained(
                Duration.ofSeconds(seconds), load.inFlight(), number -> ask(side, client, number));
    }

    private CompletableFuture<Boolean> ask(Side side, WireClient client, int number) {
        var all = Objects.requireNonNull(requests.get(side));
        int good = side == Side.SITE_KNOWN ? NOT_MODIFIED : OK;
        return client.send(all.get(Math.floorMod(number * STEP, all.size())))
                .thenApply(status -> status == good);
    }

    private WireClient connect(Side side, int connections) throws IOException {
        return WireClient.connect(side.isSite() ? gateway : bare.address(), connections);
    }

    private long pid(Side side) {
        return side.isSite() ? site.pid() : bare.pid();
    }

    @Override
    public void close() throws IOException {
        try (site) {
            bare.close();
        }
    }
}
