package dev.millrace.streams.audit.scrub;

import dev.millrace.domain.audit.ScrubStatus;
import dev.millrace.domain.audit.tree.TileStore;
import dev.millrace.schemas.client.SessionLoop;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;

/// The continuous self-check: compares every record that was signed with its leaf, every tree with
/// its signed head, and the site's log with the checkpoint, within a budget.
///
/// ```
/// checkpoint ──▶ site log ──▶ heads ──▶ trees ──▶ records in the log
/// ```
///
/// What differs is an event in `audit-events`, once. A restart goes on where it was. While the
/// broker is away it tries again. Safe for use by many threads.
public final class Scrub implements AutoCloseable {

    private final SessionLoop loop;
    private final ScrubMemory memory;
    private final ScrubSettings settings;

    /// @param consumers make consumers that see committed records only, and say so when an offset
    ///   is out of range
    /// @param store where it remembers, below `scrub/`
    public Scrub(
            Supplier<Consumer<byte[], byte[]>> consumers,
            SignedHistory history,
            TileStore store,
            Supplier<Telling> tellings,
            ScrubSettings settings,
            InstantSource clock,
            MeterRegistry meters) {
        this.memory = new ScrubMemory(store);
        this.settings = settings;
        this.loop =
                new SessionLoop(
                        "scrub",
                        "Checking the history",
                        () ->
                                new ScrubSession(
                                        consumers.get(),
                                        history,
                                        memory,
                                        tellings.get(),
                                        settings,
                                        clock,
                                        System::nanoTime));
        Gauge.builder("millrace.audit.scrub.differences", this, scrub -> scrub.status().count())
                .description("Places where the log and the signed history differ")
                .register(meters);
        Gauge.builder("millrace.audit.scrub.progress.ratio", this, Scrub::progress)
                .description("How much of its pass the scrub has done")
                .register(meters);
        FunctionCounter.builder("millrace.audit.scrub.records", memory, ScrubMemory::everDone)
                .description("Records compared with what was signed, since the start")
                .register(meters);
        FunctionCounter.builder("millrace.audit.scrub.passes", memory, ScrubMemory::everEnded)
                .description("Passes that came to their end, since the start")
                .register(meters);
    }

    /// Reads what was known before, so that [#status] tells it.
    public void load() throws IOException {
        memory.load();
    }

    /// Begins, in the background.
    public void start() {
        loop.start();
    }

    public ScrubStatus status() {
        return memory.status(settings);
    }

    /// Completes when it has stopped: with nothing after [#close], with the cause if it cannot go
    /// on.
    public CompletionStage<@Nullable Void> stopped() {
        return loop.stopped();
    }

    /// Stops, within 15 s.
    @Override
    public void close() {
        loop.close();
    }

    private double progress() {
        var now = status();
        return now.total() == 0 ? 0 : (double) now.checked() / now.total();
    }
}
