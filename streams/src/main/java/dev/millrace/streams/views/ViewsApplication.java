package dev.millrace.streams.views;

import dev.millrace.domain.view.Views;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.streams.runtime.TopologyRunner;
import dev.millrace.streams.views.fold.ViewsTopology;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/// Folds the log into the views and serves them.
///
/// The topics must exist when it starts. Safe for use by many threads; cannot be started again once
/// closed.
public final class ViewsApplication implements AutoCloseable {

    private final TopologyRunner runner;
    private final LocalStores stores;
    private final KafkaStreamsViews views;

    /// @param client how Kafka is reached: `bootstrap.servers` and whatever else its clients need
    /// @param stateDirectory where the stores lie; a folder of its own is made inside
    /// @param clock bounds how often a dead thread is replaced; no row depends on it
    public ViewsApplication(
            ViewsSettings settings,
            Map<String, Object> client,
            Path stateDirectory,
            EventSerdes serdes,
            InstantSource clock) {
        this.runner =
                new TopologyRunner(
                        ViewsSettings.APPLICATION_ID,
                        new ViewsTopology(serdes).build(),
                        settings.properties(client, stateDirectory),
                        clock);
        this.stores = new Running(runner.streams(), settings.partitions());
        this.views = new KafkaStreamsViews(stores);
    }

    /// Starts and returns at once; see [#isReady].
    public void start() {
        runner.start();
    }

    /// The views, which answer that they are unavailable until this application is ready.
    public Views views() {
        return views;
    }

    /// Whether all views, all their partitions, are up and folding.
    public boolean isReady() {
        return runner.isReady() && stores.areAllHere();
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

    /// Stops reading, commits and stops folding, within 10 s.
    @Override
    public void close() {
        views.close();
        runner.close();
    }

    private record Running(KafkaStreams streams, int partitions) implements LocalStores {
        @Override
        public <V> ReadOnlyKeyValueStore<String, V> store(String name, int partition) {
            try {
                return streams.store(
                        StoreQueryParameters.fromNameAndType(
                                        name, QueryableStoreTypes.<String, V>keyValueStore())
                                .withPartition(partition));
            } catch (IllegalStateException notRunning) {
                throw new InvalidStateStoreException(notRunning);
            }
        }
    }
}
