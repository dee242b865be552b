package dev.millrace.bench.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.bench.site.GatewayClient;
import dev.millrace.bench.site.ProcessCost;
import dev.millrace.bench.site.SiteProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A whole site in a process of its own, its worker of the kind `echo` in it.
final class Millrace implements Engine {

    private static final int WAIT_SECONDS = 60;

    private final SiteProcess site;
    private final GatewayClient client;

    private Millrace(SiteProcess site, GatewayClient client) {
        this.site = site;
        this.client = client;
    }

    /// Starts a site and waits until it is ready.
    ///
    /// @param folder for its data; need not be there
    static Millrace start(Path folder) throws IOException, InterruptedException {
        var site = SiteProcess.start(folder, List.of());
        var client = site.client();
        site.awaitModel(client); // or loading it would be measured
        return new Millrace(site, client);
    }

    @Override
    public String name() {
        return "Millrace";
    }

    @Override
    public String durability() {
        return "in the log of one broker, and on the disk when the operating system likes";
    }

    /// The process, for a profiler.
    long pid() {
        return site.pid();
    }

    @Override
    public CompletableFuture<Boolean> task(int steps, int number) {
        return steps == 1 ? one(number) : chain(steps, number);
    }

    private CompletableFuture<Boolean> one(int number) {
        return client.submitAndWait(step(number), WAIT_SECONDS)
                .thenApply(answer -> isRight(GatewayClient.read(answer), number));
    }

    /// A batch whose items wait for each other; the last one's end is waited for.
    private CompletableFuture<Boolean> chain(int steps, int number) {
        var batch = GatewayClient.JSON.createObjectNode();
        var tasks = batch.putArray("tasks");
        for (int i = 1; i <= steps; i++) {
            var step = step(number).put("ref", "s" + i);
            if (i > 1) {
                step.putArray("after").add("s" + (i - 1));
            }
            tasks.add(step);
        }
        return client.submitBatch(batch)
                .thenCompose(answer -> {
                    var items = GatewayClient.read(answer).path("items");
                    return client.awaitTask(
                            items.path(steps - 1).path("id").asText(), WAIT_SECONDS);
                })
                .thenApply(answer -> isRight(GatewayClient.read(answer), number));
    }

    private static ObjectNode step(int number) {
        var step = GatewayClient.JSON.createObjectNode().put("kind", "echo");
        step.putObject("input").put("n", number);
        return step;
    }

    private static boolean isRight(JsonNode row, int number) {
        return row.path("state").asText().equals("succeeded")
                && row.path("output").path("n").asInt(-1) == number;
    }

    @Override
    public double cpuSeconds() throws IOException {
        return ProcessCost.cpuSecondsOf(site.pid());
    }

    @Override
    public Look look() throws IOException, InterruptedException {
        var before = ProcessCost.of(site.pid());
        return () -> ProcessCost.of(site.pid()).sinceByPart(before);
    }

    @Override
    public double residentMiB() throws IOException {
        return ProcessCost.residentMiB(site.pid());
    }

    @Override
    public void close() throws IOException {
        client.close();
        try (site) {
            var _ = site.stop();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
