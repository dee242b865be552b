package dev.millrace.bench.audit;

import dev.millrace.bench.load.Arrivals;
import dev.millrace.bench.load.ClosedLoop;
import dev.millrace.bench.load.Latencies;
import dev.millrace.bench.load.OpenLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/// One round on a broker that has records: they are read by a consumer that does nothing, and into
/// trees; then records are written while nobody reads, and while they are read into trees.
///
/// @param raw of the consumer
/// @param tree of the trees
/// @param alone producers without anybody who reads
/// @param beside producers while trees are made of what they write
record Round(Follower.Pass raw, Follower.Pass tree, Producing alone, Producing beside) {

    private static final int AT_MOST_IN_FLIGHT = 2_000;

    /// What is done.
    ///
    /// @param records in the log at first
    /// @param payloadBytes of each one's value
    /// @param seconds how long producers are measured, each time
    /// @param perSecond at which their latencies are measured
    record Load(int records, int payloadBytes, int seconds, double perSecond, long seed) {}

    /// Producers.
    ///
    /// @param most records/s while 2,000 were always under way
    /// @param calm latencies at the given rate, from when each record was due
    /// @param failed records that were not taken
    record Producing(double most, Latencies calm, long failed) {}

    /// Measures.
    ///
    /// @param folder for trees; empty
    static Round measure(
            Load load,
            AuditedRecords records,
            Follower follower,
            Path folder,
            Written written,
            Consumer<String> notes)
            throws IOException, InterruptedException {
        var raw = follower.raw(load.records());
        notes.accept(
                "consumer: %.0f records/s, %.1f µs of CPU each"
                        .formatted(raw.perSecond(), raw.cpuMicros()));
        var tree = follower.tree(folder, load.records());
        notes.accept(
                "trees: %.0f records/s, %.1f µs of CPU each"
                        .formatted(tree.perSecond(), tree.cpuMicros()));
        var alone = producing(load, records, written);
        follower.follow(folder, written.records());
        var beside = producing(load, records, written);
        follower.rest();
        notes.accept(
                "producers: %.0f records/s alone, %.0f beside; calm p99 %.2f ms alone, %.2f beside"
                        .formatted(
                                alone.most(),
                                beside.most(),
                                alone.calm().p99(),
                                beside.calm().p99()));
        return new Round(raw, tree, alone, beside);
    }

    private static Producing producing(Load load, AuditedRecords records, Written written)
            throws InterruptedException {
        var length = Duration.ofSeconds(load.seconds());
        var most = ClosedLoop.chained(length, AT_MOST_IN_FLIGHT, _ -> records.send(written.next()));
        var due = Arrivals.poisson(load.perSecond(), length, load.seed());
        var calm = new OpenLoop().run(due, _ -> records.send(written.next()));
        return new Producing(
                most.perSecond(),
                Latencies.of(calm),
                most.failed() + Latencies.ofFailed(calm).count());
    }
}
