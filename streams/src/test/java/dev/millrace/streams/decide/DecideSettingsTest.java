package dev.millrace.streams.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.domain.task.TaskDecider;
import dev.millrace.streams.runtime.BoundedRocksDb;
import dev.millrace.streams.runtime.DeadLetterHandler;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

class DecideSettingsTest {

    private static final Map<String, Object> CLIENT = Map.of("bootstrap.servers", "kafka:9092");

    @Test
    void everyPropertyIsTheOneTheDesignNames() {
        assertThat(
                        new DecideSettings(1, "site-a", TaskDecider.USUAL_PATIENCE)
                                .properties(CLIENT, Path.of("state")))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.ofEntries(
                                Map.entry("bootstrap.servers", "kafka:9092"),
                                Map.entry("application.id", "millrace-decide-v1"),
                                Map.entry("state.dir", "state"),
                                Map.entry("processing.guarantee", "exactly_once_v2"),
                                Map.entry("group.protocol", "CLASSIC"),
                                Map.entry("num.stream.threads", 1),
                                Map.entry("num.standby.replicas", 1),
                                Map.entry("commit.interval.ms", 5),
                                Map.entry("poll.ms", 3),
                                Map.entry("statestore.cache.max.bytes", 1L << 20),
                                Map.entry("rocksdb.config.setter", BoundedRocksDb.class),
                                Map.entry(
                                        "deserialization.exception.handler",
                                        DeadLetterHandler.class),
                                Map.entry("producer.linger.ms", 20),
                                Map.entry("producer.max.in.flight.requests.per.connection", 1),
                                Map.entry("producer.max.request.size", 2 * 1024 * 1024),
                                Map.entry("producer.retry.backoff.ms", 2),
                                Map.entry("main.consumer.session.timeout.ms", 6_000),
                                Map.entry("main.consumer.heartbeat.interval.ms", 1_500),
                                Map.entry("consumer.auto.offset.reset", "earliest"),
                                Map.entry("group.instance.id", "site-a.4")));
    }

    @Test
    void kafkaAcceptsTheProperties() {
        var config =
                new StreamsConfig(
                        new DecideSettings(0, null, TaskDecider.USUAL_PATIENCE)
                                .properties(CLIENT, Path.of("state")));

        assertThat(config.getProducerConfigs("p")).containsEntry("linger.ms", 20);
        assertThat(config.getMainConsumerConfigs("g", "c", 0))
                .containsEntry("isolation.level", "read_committed")
                .containsEntry("session.timeout.ms", 6_000);
    }

    @Test
    void negativeNumberOfStandbysIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DecideSettings(-1, null, TaskDecider.USUAL_PATIENCE))
                .withMessage("standby-replicas: -1 (expected: >= 0)");
    }
}
