package dev.millrace.bench.capacity;

import dev.millrace.bench.report.TemporaryFolder;
import dev.millrace.bench.site.GatewayClient;
import dev.millrace.bench.site.JvmMemory;
import dev.millrace.bench.site.Payload;
import dev.millrace.bench.site.ProcessCost;
import dev.millrace.bench.site.SiteProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/// One site's way: empty, full, stopped, started with its stores, and without those of `decide`.
///
/// @param empty when no task was open
/// @param full when all were
/// @param stopSeconds how long the full site took to stop
/// @param disk what it left
/// @param kept its start with its stores
/// @param restored its start after `decide`'s stores were deleted
record CapacityRound(
        Held empty,
        Fill fill,
        Held full,
        double stopSeconds,
        DiskUse disk,
        Start kept,
        Start restored) {

    /// What is submitted, and how.
    ///
    /// @param open tasks that stay open
    /// @param payloadBytes of each one's input
    /// @param batch tasks in a request
    /// @param inFlight requests under way
    /// @param freshPerSecond tasks a second by which latencies are measured
    /// @param seconds how long
    /// @param warmUpSeconds how long the site does tasks before
    record Load(
            int open,
            int payloadBytes,
            int batch,
            int inFlight,
            double freshPerSecond,
            int seconds,
            int warmUpSeconds,
            long seed) {}

    /// What a running site needs, and how long a fresh task takes.
    ///
    /// @param residentMiB in RAM
    /// @param liveHeapMiB of that, Java objects that are in use
    record Held(double residentMiB, double liveHeapMiB, Fresh fresh) {}

    /// A start.
    ///
    /// @param readySeconds from the start of the process until it said that it is ready
    /// @param firstTaskSeconds from then until the first tasks were done
    /// @param residentMiB then
    /// @param liveHeapMiB then
    record Start(
            double readySeconds, double firstTaskSeconds, double residentMiB, double liveHeapMiB) {}

    static CapacityRound measure(Load load, Consumer<String> notes)
            throws IOException, InterruptedException {
        try (var folder = TemporaryFolder.create("millrace-bench")) {
            return new Way(load, folder.path().resolve("data"), notes).go();
        }
    }

    private static final class Way {

        private final Load load;
        private final Path data;
        private final Consumer<String> notes;
        private final OpenTasks tasks;

        Way(Load load, Path data, Consumer<String> notes) {
            this.load = load;
            this.data = data;
            this.notes = notes;
            this.tasks =
                    new OpenTasks(
                            new Payload(load.payloadBytes(), load.seed()),
                            load.batch(),
                            load.inFlight());
        }

        CapacityRound go() throws IOException, InterruptedException {
            Held empty;
            Fill fill;
            Held full;
            double stopSeconds;
            try (var site = SiteProcess.start(data, List.of());
                    var client = site.client()) {
                site.awaitModel(client);
                Fresh.warmUp(client, Duration.ofSeconds(load.warmUpSeconds()));
                empty = held("empty", site, client);
                fill = tasks.fill(client, load.open());
                notes.accept(
                        "%d tasks in %.1f s, the views %.1f s later; %d refused"
                                .formatted(
                                        fill.tasks(),
                                        fill.seconds(),
                                        fill.viewsLaterSeconds(),
                                        fill.refused()));
                full = held("full", site, client);
                stopSeconds = site.stop();
            }
            var disk = DiskUse.of(data);
            notes.accept("on disk: " + disk);
            var kept = start("with its stores");
            delete(DiskUse.stores(data));
            var restored = start("from the changelogs");
            return new CapacityRound(empty, fill, full, stopSeconds, disk, kept, restored);
        }

        private Held held(String state, SiteProcess site, GatewayClient client)
                throws IOException, InterruptedException {
            var fresh =
                    Fresh.measure(
                            client,
                            load.freshPerSecond(),
                            Duration.ofSeconds(load.seconds()),
                            load.seed());
            double resident = ProcessCost.residentMiB(site.pid());
            var held = new Held(resident, JvmMemory.liveHeapMiB(site.pid()), fresh);
            notes.accept(
                    "%s: %.0f MiB, live heap %.0f MiB, a fresh task %.1f/%.1f ms (p50/p99), %d failed"
                            .formatted(
                                    state,
                                    held.residentMiB(),
                                    held.liveHeapMiB(),
                                    fresh.latencies().p50(),
                                    fresh.latencies().p99(),
                                    fresh.failed()));
            return held;
        }

        private Start start(String how) throws IOException, InterruptedException {
            try (var site = SiteProcess.start(data, List.of());
                    var client = site.client()) {
                double first = Fresh.first(client);
                tasks.cancelSome(client);
                site.awaitModel(client);
                double resident = ProcessCost.residentMiB(site.pid());
                var start =
                        new Start(
                                site.readySeconds(),
                                first,
                                resident,
                                JvmMemory.liveHeapMiB(site.pid()));
                notes.accept(
                        "%s: ready after %.1f s, the first tasks done %.1f s later"
                                .formatted(how, start.readySeconds(), start.firstTaskSeconds()));
                var _ = site.stop();
                return start;
            }
        }

        private static void delete(Path folder) throws IOException {
            try (var all = Files.walk(folder)) {
                for (var file : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
