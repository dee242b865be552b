package dev.millrace.streams.decide;

import dev.millrace.domain.event.Site;
import dev.millrace.domain.task.TaskDecider;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.streams.runtime.ProcessorMeters;
import dev.millrace.streams.runtime.TopologyRunner;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/// Runs `decide`: commands and reports in, events and results out, exactly once.
///
/// The topics must exist when it starts. Safe for use by many threads; cannot be started again once
/// closed.
public final class DecideApplication implements AutoCloseable {

    private final TopologyRunner runner;

    /// @param client how Kafka is reached: `bootstrap.servers` and whatever else its clients need
    /// @param stateDirectory where the state lies; a folder of its own is made inside
    /// @param site what the events say wrote them
    /// @param clock bounds how often a dead thread is replaced; no event depends on it
    /// @param meters where [ProcessorMeters] show
    public DecideApplication(
            DecideSettings settings,
            Map<String, Object> client,
            Path stateDirectory,
            EventSerdes serdes,
            Site site,
            InstantSource clock,
            MeterRegistry meters) {
        this(
                settings,
                client,
                stateDirectory,
                new DecideTopology(serdes, new TaskDecider(), site),
                clock,
                meters);
    }

    DecideApplication(
            DecideSettings settings,
            Map<String, Object> client,
            Path stateDirectory,
            DecideTopology topology,
            InstantSource clock,
            MeterRegistry meters) {
        this.runner =
                new TopologyRunner(
                        DecideSettings.APPLICATION_ID,
                        topology.build(new ProcessorMeters(meters, clock)),
                        settings.properties(client, stateDirectory),
                        clock);
    }

    /// Starts and returns at once; see [#isReady].
    public void start() {
        runner.start();
    }

    /// Whether commands are being decided.
    public boolean isReady() {
        return runner.isReady();
    }

    /// Begins no more work, whatever waits in the topics, until [#resume].
    public void pause() {
        runner.pause();
    }

    /// Goes on after [#pause].
    public void resume() {
        runner.resume();
    }

    /// Kafka's word for what the application is doing, for instance `REBALANCING`.
    public String state() {
        return runner.state();
    }

    /// Commits and stops, within 10 s.
    @Override
    public void close() {
        runner.close();
    }
}
