package dev.millrace.streams.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

class DocumentsSettingsTest {

    private static final Map<String, Object> CLIENT = Map.of("bootstrap.servers", "broker:9092");

    @Test
    void everySettingIsWhatItIs() {
        assertThat(new DocumentsSettings(2).properties(CLIENT, Path.of("state")))
                .containsEntry("bootstrap.servers", "broker:9092")
                .containsEntry("application.id", "millrace-documents")
                .containsEntry("state.dir", "state")
                .containsEntry("processing.guarantee", "exactly_once_v2")
                .containsEntry("group.protocol", "STREAMS")
                .containsEntry("num.stream.threads", 2)
                .containsEntry("commit.interval.ms", 100)
                .containsEntry("buffered.records.per.partition", 100)
                .containsEntry("statestore.cache.max.bytes", 0)
                .containsEntry("producer.transaction.timeout.ms", 300_000)
                .containsEntry("producer.linger.ms", 5)
                .containsEntry("producer.batch.size", 65_536)
                .containsEntry("producer.max.request.size", 2 * 1024 * 1024)
                .containsEntry("main.consumer.max.poll.records", 100)
                .containsEntry("main.consumer.max.poll.interval.ms", 600_000)
                .containsEntry("consumer.auto.offset.reset", "earliest")
                .hasSize(18);
    }

    @Test
    void kafkaAcceptsTheSettings() {
        var config =
                new StreamsConfig(new DocumentsSettings(1).properties(CLIENT, Path.of("state")));

        assertThat(config.getMainConsumerConfigs("group", "client", 0))
                .containsEntry("max.poll.interval.ms", 600_000)
                .containsEntry("isolation.level", "read_committed");
        assertThat(config.getProducerConfigs("client"))
                .containsEntry("transaction.timeout.ms", 300_000);
    }

    @Test
    void threadsAreOneOrMore() {
        assertThatThrownBy(() -> new DocumentsSettings(0))
                .hasMessage("threads: 0 (expected: >= 1)");
    }
}
