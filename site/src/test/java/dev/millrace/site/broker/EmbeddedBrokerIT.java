package dev.millrace.site.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {

    private static final BrokerConfig ON_A_FREE_PORT =
            new BrokerConfig(0, Duration.ofSeconds(30), Duration.ofSeconds(15));
    private static final String TOPIC = "letters";
    private static final List<String> LETTERS = List.of("a", "b", "c");

    @TempDir Path path;

    @Test
    void recordsSurviveAStopAndAStart() throws Exception {
        try (var folder = DataFolder.open(path);
                var broker = EmbeddedBroker.start(folder, ON_A_FREE_PORT)) {
            createTopic(broker);
            produce(broker);
        }

        try (var folder = DataFolder.open(path);
                var broker = EmbeddedBroker.start(folder, ON_A_FREE_PORT)) {
            assertThat(consume(broker)).isEqualTo(LETTERS);
        }
    }

    @Test
    void aKilledBrokerIsFencedBeforeTheNextOneComes(@TempDir Path elsewhere) throws Exception {
        try (var folder = DataFolder.open(path);
                var killed = DataFolder.open(elsewhere)) {
            try (var broker = EmbeddedBroker.start(folder, ON_A_FREE_PORT)) {
                createTopic(broker);
                produce(broker);
                // What is on the disk now is what a kill leaves.
                copy(folder.broker(), killed.broker());
                assertThat(FormerBroker.wasKilled(folder.broker())).isTrue();
            }
            assertThat(FormerBroker.wasKilled(folder.broker())).isFalse();

            assertThat(FormerBroker.wasKilled(killed.broker())).isTrue();
            assertThat(FormerBroker.fence(killed.broker(), EmbeddedBroker.Ports.choose(0)))
                    .isTrue();
            try (var broker = EmbeddedBroker.start(killed, ON_A_FREE_PORT)) {
                assertThat(consume(broker)).isEqualTo(LETTERS);
            }
        }
    }

    @Test
    void whatTheBrokerMeasuresIsShown() throws Exception {
        var meters = new SimpleMeterRegistry();
        BrokerMeters.bindTo(meters);
        try (var folder = DataFolder.open(path);
                var broker = EmbeddedBroker.start(folder, ON_A_FREE_PORT)) {
            createTopic(broker);
            produce(broker);

            assertThat(meters.get("kafka.server.messages.in").functionCounter().count())
                    .isGreaterThanOrEqualTo(LETTERS.size());
            assertThat(
                            meters.get("kafka.network.request.time")
                                    .tags("request", "Produce", "quantile", "0.99")
                                    .gauge()
                                    .value())
                    .isPositive();
        }
    }

    @Test
    void aSecondSiteOnTheFolderIsRefusedAndTheFirstRunsOn() throws Exception {
        try (var folder = DataFolder.open(path);
                var broker = EmbeddedBroker.start(folder, ON_A_FREE_PORT)) {
            assertThatThrownBy(() -> DataFolder.open(path)).isInstanceOf(FolderInUse.class);

            createTopic(broker);
            produce(broker);
            assertThat(consume(broker)).isEqualTo(LETTERS);
        }
    }

    @Test
    void aTakenPortIsToldBeforeAnythingStarts() throws Exception {
        try (var folder = DataFolder.open(path);
                var taken =
                        new ServerSocket(
                                0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            var config =
                    new BrokerConfig(
                            taken.getLocalPort(), Duration.ofSeconds(30), Duration.ofSeconds(15));

            assertThatThrownBy(() -> EmbeddedBroker.start(folder, config))
                    .isInstanceOf(BrokerNotStarted.class)
                    .hasMessage(
                            "broker.port: %d is taken by another program (expected: a free port, or 0)"
                                    .formatted(taken.getLocalPort()));
            assertThat(folder.broker()).doesNotExist();
        }
    }

    @Test
    void aFailedStartLeavesNothingRunning() throws Exception {
        try (var folder = DataFolder.open(path)) {
            EmbeddedBroker.start(folder, ON_A_FREE_PORT).close();
            var meta = folder.broker().resolve("meta.properties");
            var sound = Files.readString(meta);
            Files.writeString(meta, sound.replace("node.id=1", "node.id=7"));

            assertThatThrownBy(() -> EmbeddedBroker.start(folder, ON_A_FREE_PORT))
                    .isInstanceOf(BrokerNotStarted.class)
                    .hasMessageContaining("could not start on");

            Files.writeString(meta, sound);
            try (var broker = EmbeddedBroker.start(folder, ON_A_FREE_PORT)) {
                createTopic(broker);
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var all = Files.walk(from)) {
            for (var file : all.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }

    private static void createTopic(EmbeddedBroker broker) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, Optional.of(1), Optional.empty())))
                    .all()
                    .get();
        }
    }

    private static void produce(EmbeddedBroker broker) throws Exception {
        try (var producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new StringSerializer(),
                        new StringSerializer())) {
            for (var letter : LETTERS) {
                producer.send(new ProducerRecord<>(TOPIC, letter)).get();
            }
        }
    }

    private static List<String> consume(EmbeddedBroker broker) {
        var partition = new TopicPartition(TOPIC, 0);
        try (var consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            var letters = new ArrayList<String>();
            while (letters.size() < LETTERS.size()) {
                for (var found : consumer.poll(Duration.ofSeconds(1))) {
                    letters.add(found.value());
                }
            }
            return letters;
        }
    }
}
