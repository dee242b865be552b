package dev.millrace.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessorMetersTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ProcessorMeters meters = new ProcessorMeters(registry, InstantSource.fixed(NOW));

    @Test
    void everyRecordIsMeasuredByProcessorAndTopic(@TempDir Path state) {
        try (var driver = new TopologyTestDriver(topology(), properties(state))) {
            var in = driver.createInputTopic("in", new StringSerializer(), new StringSerializer());
            in.pipeInput("a", "wheel", NOW.minusMillis(250));
            in.pipeInput("b", "mill", NOW.minusMillis(750));

            var out =
                    driver.createOutputTopic(
                            "out", new StringDeserializer(), new StringDeserializer());
            assertThat(out.readValuesToList()).containsExactly("WHEEL", "MILL");
        }
        assertThat(timer("millrace.processor").count()).isEqualTo(2);
        assertThat(timer("millrace.record.age").count()).isEqualTo(2);
        assertThat(timer("millrace.record.age").totalTime(TimeUnit.MILLISECONDS)).isEqualTo(1_000);
    }

    @Test
    void aRecordFromTheFutureHasNoAge(@TempDir Path state) {
        try (var driver = new TopologyTestDriver(topology(), properties(state))) {
            driver.createInputTopic("in", new StringSerializer(), new StringSerializer())
                    .pipeInput("a", "wheel", NOW.plusSeconds(60));
        }
        assertThat(timer("millrace.record.age").totalTime(TimeUnit.MILLISECONDS)).isZero();
    }

    private Timer timer(String name) {
        return registry.get(name).tags("processor", "loud", "topic", "in").timer();
    }

    private Topology topology() {
        return new Topology()
                .addSource("source", new StringDeserializer(), new StringDeserializer(), "in")
                .addProcessor("loud", meters.measured("loud", Loud::new), "source")
                .addSink("sink", "out", new StringSerializer(), new StringSerializer(), "loud");
    }

    private static Properties properties(Path state) {
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "meters");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:9092");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        properties.put(
                StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class.getName());
        return properties;
    }

    private static final class Loud extends ContextualProcessor<String, String, String, String> {

        @Override
        public void process(Record<String, String> record) {
            context().forward(record.withValue(record.value().toUpperCase(java.util.Locale.ROOT)));
        }
    }
}
