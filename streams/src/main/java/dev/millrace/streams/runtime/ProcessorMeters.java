package dev.millrace.streams.runtime;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/// Measures processors, each record of each source topic:
///
/// - `millrace.processor`: how long the processor takes over it;
/// - `millrace.record.age`: from the record's timestamp until then. Whoever answers a record keeps
///   its timestamp, so this is the way from the gateway so far.
///
/// Both have the tags `processor` and `topic`. What is still to come is the commit, at most one
/// commit interval later. Safe for use by many threads.
public final class ProcessorMeters {

    private static final String NONE = "none";

    private final MeterRegistry registry;
    private final InstantSource clock;
    private final Map<Place, Timer> durations = new ConcurrentHashMap<>();
    private final Map<Place, Timer> ages = new ConcurrentHashMap<>();

    /// @param clock what the records' timestamps are compared with
    public ProcessorMeters(MeterRegistry registry, InstantSource clock) {
        this.registry = registry;
        this.clock = clock;
    }

    /// The same processors, measured.
    ///
    /// @param name of the processor, for the tag
    public <K, V, L, W> ProcessorSupplier<K, V, L, W> measured(
            String name, ProcessorSupplier<K, V, L, W> processors) {
        return () -> new Measured<>(name, processors.get());
    }

    private void note(String processor, String topic, long timestamp, long nanos) {
        var place = new Place(processor, topic);
        durations.computeIfAbsent(place, this::duration).record(Duration.ofNanos(nanos));
        // A record of a clock ahead of ours is new, not younger than that.
        long age = Math.max(0, clock.millis() - timestamp);
        ages.computeIfAbsent(place, this::age).record(Duration.ofMillis(age));
    }

    private Timer duration(Place place) {
        return Timer.builder("millrace.processor")
                .description("Time that a processor takes over a record")
                .tags("processor", place.processor, "topic", place.topic)
                .register(registry);
    }

    private Timer age(Place place) {
        return Timer.builder("millrace.record.age")
                .description("From a record's timestamp until a processor is done with it")
                .tags("processor", place.processor, "topic", place.topic)
                .register(registry);
    }

    private record Place(String processor, String topic) {}

    private final class Measured<K, V, L, W> implements Processor<K, V, L, W> {

        private final String name;
        private final Processor<K, V, L, W> processor;

        /* Kafka Streams calls init before anything else. */
        @SuppressWarnings("NullAway.Init")
        private ProcessorContext<L, W> context;

        Measured(String name, Processor<K, V, L, W> processor) {
            this.name = name;
            this.processor = processor;
        }

        @Override
        public void init(ProcessorContext<L, W> context) {
            this.context = context;
            processor.init(context);
        }

        @Override
        public void process(Record<K, V> record) {
            long began = System.nanoTime();
            processor.process(record);
            var topic = context.recordMetadata().map(RecordMetadata::topic).orElse(NONE);
            note(name, topic, record.timestamp(), System.nanoTime() - began);
        }

        @Override
        public void close() {
            processor.close();
        }
    }
}
