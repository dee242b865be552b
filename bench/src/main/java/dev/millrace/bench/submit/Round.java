package dev.millrace.bench.submit;

import dev.millrace.bench.report.TemporaryFolder;
import dev.millrace.bench.site.Payload;
import dev.millrace.bench.site.SiteProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All sides once, one after the other, each alone on the machine and on an empty folder.
final class Round {

    /* More bytes than a producer holds back, so it is this that slows the sender down. */
    private static final int AT_MOST = 64 << 20;

    private final Load load;
    private final Payload payload;
    private final Consumer<String> notes;
    private final Map<Side, Sample> samples = new EnumMap<>(Side.class);

    /// How all sides are put under load.
    ///
    /// @param seconds how long each is measured
    /// @param warmUpSeconds how long each works before, once for each size of request
    /// @param inFlight requests of one record under way
    /// @param batch records in a request of many
    /// @param batchesInFlight such requests under way
    /// @param payloadBytes of a record
    /// @param seed of the payload
    record Load(
            int seconds,
            int warmUpSeconds,
            int inFlight,
            int batch,
            int batchesInFlight,
            int payloadBytes,
            long seed) {}

    private Round(Load load, Consumer<String> notes) {
        this.load = load;
        this.payload = new Payload(load.payloadBytes(), load.seed());
        this.notes = notes;
    }

    /// @param strimzi the folder of the bridge; null if it is not to be measured
    static Map<Side, Sample> measure(Load load, @Nullable Path strimzi, Consumer<String> notes)
            throws IOException, InterruptedException {
        var round = new Round(load, notes);
        round.site();
        if (strimzi != null) {
            round.bridge(strimzi);
        }
        round.producer();
        return round.samples;
    }

    private void site() throws IOException, InterruptedException {
        try (var folder = TemporaryFolder.create("millrace-bench");
                var site = SiteProcess.start(folder.path().resolve("data"), List.of());
                var client = site.client()) {
            site.awaitModel(client); // or loading it would be measured
            var later = new Turn(SiteIntake.of(site, client, payload, SiteIntake.When.LATER));
            later.warmUp(1, load.inFlight());
            later.warmUp(load.batch(), load.batchesInFlight());
            later.measure(Side.SITE, 1, load.inFlight());
            later.measure(Side.SITE_BATCHES, load.batch(), load.batchesInFlight());
            var now = new Turn(SiteIntake.of(site, client, payload, SiteIntake.When.NOW));
            now.warmUp(1, load.inFlight());
            now.measure(Side.SITE_AND_WORK, 1, load.inFlight());
            var _ = site.stop();
        }
    }

    private void bridge(Path strimzi) throws IOException, InterruptedException {
        try (var folder = TemporaryFolder.create("millrace-bench");
                var bridge = StrimziBridge.start(strimzi, folder.path(), payload)) {
            var turn = new Turn(bridge);
            turn.warmUp(1, load.inFlight());
            turn.warmUp(load.batch(), load.batchesInFlight());
            turn.measure(Side.BRIDGE, 1, load.inFlight());
            turn.measure(Side.BRIDGE_BATCHES, load.batch(), load.batchesInFlight());
        }
    }

    private void producer() throws IOException, InterruptedException {
        int most = Math.max(1, AT_MOST / load.payloadBytes() / load.batch());
        try (var folder = TemporaryFolder.create("millrace-bench");
                var producer = BareProducer.start(folder.path(), payload)) {
            var turn = new Turn(producer);
            turn.warmUp(load.batch(), load.batchesInFlight());
            turn.measure(Side.PRODUCER, load.batch(), load.batchesInFlight());
            turn.measure(Side.PRODUCER_AT_MOST, load.batch(), most);
        }
    }

    /// One side's turn; numbers its records.
    private final class Turn {

        private final Intake intake;
        private int next = 1;

        Turn(Intake intake) {
            this.intake = intake;
        }

        void warmUp(int perRequest, int inFlight) throws IOException, InterruptedException {
            if (load.warmUpSeconds() > 0) {
                var _ = run(perRequest, inFlight, load.warmUpSeconds());
            }
        }

        void measure(Side side, int perRequest, int inFlight)
                throws IOException, InterruptedException {
            var sample = run(perRequest, inFlight, load.seconds());
            samples.put(side, sample);
            notes.accept(
                    "%s: %.0f records/s in requests of %d, %.0f requests per CPU s, %d failed"
                            .formatted(
                                    side.text(),
                                    sample.recordsPerSecond(),
                                    perRequest,
                                    sample.requestsPerCpuSecond(),
                                    sample.failed()));
        }

        private Sample run(int perRequest, int inFlight, int seconds)
                throws IOException, InterruptedException {
            var sample = Sample.of(intake, perRequest, inFlight, seconds, next);
            next = sample.next(next);
            return sample;
        }
    }
}
