package dev.millrace.site.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class KafkaMetersTest {

    private static final String METER = "kafka.producer.record.send.total";

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Map<String, Object> settings = new HashMap<>(KafkaMeters.settings(registry));

    @Test
    void aClientThatReplacesAnotherIsShownOnceThatIsClosed() {
        var first = producer();
        assertThat(registry.find(METER).functionCounter()).isNotNull();

        var second = producer();
        first.close();
        assertThat(registry.find(METER).functionCounter()).isNotNull();

        second.close();
        assertThat(registry.find(METER).functionCounter()).isNull();
        assertThat(registry.getMeters()).isEmpty();
    }

    private KafkaProducer<String, String> producer() {
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1");
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "gateway");
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }
}
