package dev.millrace.streams.views;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.view.Position;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.streams.runtime.ProcessorMeters;
import dev.millrace.streams.views.fold.Arrivals;
import dev.millrace.streams.views.fold.ViewsTopology;
import dev.millrace.streams.views.stores.Reached;
import dev.millrace.streams.views.stores.ViewStores;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/// The stores of a site with some partitions, each folded by a test driver of its own. A driver
/// calls its only partition 0.
public final class FoldedPartitions implements ViewStores, AutoCloseable {

    private final Arrivals arrivals = new Arrivals();
    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());
    private final List<TopologyTestDriver> drivers = new ArrayList<>();
    private final Map<String, TestInputTopic<String, ?>> inputs = new HashMap<>();

    /// @param storage makes the store of a name
    public FoldedPartitions(
            int partitions, Path state, Function<String, KeyValueBytesStoreSupplier> storage) {
        var client = Map.<String, Object>of("bootstrap.servers", "unused:9092");
        for (int partition = 0; partition < partitions; partition++) {
            var properties = new Properties();
            properties.putAll(
                    ViewsSettings.of(partitions)
                            .properties(client, state.resolve(Integer.toString(partition))));
            drivers.add(
                    new TopologyTestDriver(
                            new ViewsTopology(serdes, arrivals, storage)
                                    .build(
                                            new ProcessorMeters(
                                                    new SimpleMeterRegistry(),
                                                    InstantSource.system())),
                            properties));
        }
    }

    /// Appends a record to the partition its key chooses, at the envelope's time.
    public <P extends Message> void append(Topic<P> topic, String key, Envelope<P> envelope) {
        append(topic, key, envelope, envelope.time());
    }

    @SuppressWarnings("unchecked") // what is kept under a topic's name was made for that topic
    <P extends Message> void append(Topic<P> topic, String key, Envelope<P> envelope, Instant at) {
        int partition = topic.partition(key, drivers.size());
        var input =
                (TestInputTopic<String, Envelope<P>>)
                        inputs.computeIfAbsent(
                                topic.name() + partition,
                                _ ->
                                        drivers.get(partition)
                                                .createInputTopic(
                                                        topic.name(),
                                                        new StringSerializer(),
                                                        serdes.of(topic).serializer()));
        input.pipeInput(key, envelope, at);
    }

    @Override
    public int partitions() {
        return drivers.size();
    }

    @Override
    public <V> ReadOnlyKeyValueStore<String, V> store(String name, int partition) {
        return writable(name, partition);
    }

    @Override
    public CompletableFuture<Void> reached(Position after) {
        return new Reached(this, arrivals).position(after);
    }

    /// Nothing is folded here any more, as far as those who wait are told.
    void moveAway() {
        for (int partition = 0; partition < partitions(); partition++) {
            arrivals.left(ViewsTopology.TASKS_APPLIED, partition);
        }
    }

    /// How many wait for records.
    int waiting() {
        return arrivals.waiting();
    }

    <V> KeyValueStore<String, V> writable(String name, int partition) {
        return drivers.get(partition).getKeyValueStore(name);
    }

    @Override
    public void close() {
        drivers.forEach(TopologyTestDriver::close);
    }
}
