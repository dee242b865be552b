package dev.millrace.streams.views;

import com.sun.net.httpserver.HttpHandler;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.Views;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.streams.runtime.ProcessorMeters;
import dev.millrace.streams.runtime.TopologyRunner;
import dev.millrace.streams.views.fold.Arrivals;
import dev.millrace.streams.views.fold.ViewsTopology;
import dev.millrace.streams.views.stores.ArrivalsHandler;
import dev.millrace.streams.views.stores.Assignment;
import dev.millrace.streams.views.stores.CopyProgress;
import dev.millrace.streams.views.stores.KnownStandbys;
import dev.millrace.streams.views.stores.Peers;
import dev.millrace.streams.views.stores.Reached;
import dev.millrace.streams.views.stores.SharedStores;
import dev.millrace.streams.views.stores.Standbys;
import dev.millrace.streams.views.stores.StoreOfPartition;
import dev.millrace.streams.views.stores.StoresHandler;
import dev.millrace.streams.views.stores.ViewStores;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/// Folds the log into one generation of the views and serves it.
///
/// The topics must exist when it starts. Safe for use by many threads; cannot be started again once
/// closed.
public final class ViewsApplication implements RunningViews {

    private final TopologyRunner runner;
    private final ViewStores stores;
    private final ViewStores local;
    private final @Nullable Peers peers;
    private final CopyProgress copied = new CopyProgress();
    private final Standbys standbys;
    private final @Nullable KnownStandbys known;
    private final KafkaStreamsViews views;

    /// The only instance, which holds every partition itself.
    ///
    /// @param client how Kafka is reached: `bootstrap.servers` and whatever else its clients need
    /// @param stateDirectory where the stores lie; a folder of its own is made inside
    /// @param clock bounds how often a dead thread is replaced; no row depends on it
    /// @param meters where [ProcessorMeters] show
    public ViewsApplication(
            ViewsSettings settings,
            Map<String, Object> client,
            Path stateDirectory,
            EventSerdes serdes,
            InstantSource clock,
            MeterRegistry meters) {
        this(settings, client, stateDirectory, serdes, clock, meters, null);
    }

    /// One of several instances, which reads what it does not hold from the others.
    ///
    /// @param client how Kafka is reached: `bootstrap.servers` and whatever else its clients need
    /// @param stateDirectory where the stores lie; a folder of its own is made inside
    /// @param clock bounds how often a dead thread is replaced; no row depends on it
    /// @param meters where [ProcessorMeters] show
    /// @param instance how the others reach this one; null if there are no others
    public ViewsApplication(
            ViewsSettings settings,
            Map<String, Object> client,
            Path stateDirectory,
            EventSerdes serdes,
            InstantSource clock,
            MeterRegistry meters,
            @Nullable Instance instance) {
        var properties = new HashMap<>(settings.properties(client, stateDirectory));
        if (instance != null) {
            properties.put(StreamsConfig.APPLICATION_SERVER_CONFIG, instance.toString());
        }
        var arrivals = new Arrivals();
        this.runner =
                new TopologyRunner(
                        settings.applicationId(),
                        new ViewsTopology(serdes, arrivals)
                                .build(new ProcessorMeters(meters, clock)),
                        properties,
                        clock);
        var streams = runner.streams();
        this.local = new Running(streams, settings.partitions(), arrivals, false);
        if (instance == null) {
            this.peers = null;
            this.known = null;
            this.standbys = Standbys.NONE;
            this.stores = local;
            this.views = new KafkaStreamsViews(stores);
        } else {
            var address = instance.address();
            streams.setStandbyUpdateListener(copied);
            streams.setGlobalStateRestoreListener(copied);
            this.peers = new Peers(instance.secret(), settings.generation());
            this.known =
                    KnownStandbys.start(
                            client,
                            new Running(streams, settings.partitions(), arrivals, true),
                            copied);
            this.standbys = known;
            this.stores =
                    new SharedStores(local, () -> Assignment.of(streams, address), peers, standbys);
            this.views = KafkaStreamsViews.shared(stores);
        }
    }

    @Override
    public void start() {
        runner.start();
    }

    @Override
    public Views views() {
        return views;
    }

    @Override
    public HttpHandler storesHandler() {
        return StoresHandler.of(local, standbys);
    }

    @Override
    public HttpHandler arrivalsHandler() {
        return ArrivalsHandler.of(local);
    }

    @Override
    public boolean isReady() {
        return runner.isReady() && stores.areReadable();
    }

    @Override
    public Position position() {
        var now = stores.forOneRead();
        return KafkaStreamsViews.position(List.copyOf(ViewsTopology.folds()), now);
    }

    @Override
    public int partitionsHere() {
        try {
            return (int)
                    runner.streams().metadataForLocalThreads().stream()
                            .flatMap(thread -> thread.activeTasks().stream())
                            .mapToLong(task -> task.topicPartitions().size())
                            .sum();
        } catch (IllegalStateException notRunning) {
            return 0;
        }
    }

    @Override
    public void pause() {
        runner.pause();
    }

    @Override
    public void resume() {
        runner.resume();
    }

    @Override
    public String state() {
        return runner.state();
    }

    @Override
    public void close() {
        views.close();
        if (known != null) {
            known.close();
        }
        if (peers != null) {
            peers.close();
        }
        runner.close();
    }

    /// @param copiesToo whether stores are read that this instance does not fold
    private record Running(
            KafkaStreams streams, int partitions, Arrivals arrivals, boolean copiesToo)
            implements ViewStores {
        @Override
        public <V> ReadOnlyKeyValueStore<String, V> store(String name, int partition) {
            var which =
                    StoreQueryParameters.fromNameAndType(name, new StoreOfPartition<V>())
                            .withPartition(partition);
            try {
                return streams.store(copiesToo ? which.enableStaleStores() : which);
            } catch (IllegalStateException notRunning) {
                throw new InvalidStateStoreException(notRunning);
            }
        }

        @Override
        public CompletableFuture<Void> reached(Position after) {
            return new Reached(this, arrivals).position(after);
        }
    }
}
