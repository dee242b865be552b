package dev.millrace.site.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.millrace.schemas.topic.TopicProvisioner;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.topic.TopicsNotProvisioned;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.ForwardingAdmin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicProvisionerIT {

    private static final short ONE_COPY = 1;
    private static final int PARTITIONS = 3;

    @TempDir private Path path = Path.of(".");

    private DataFolder folder;
    private EmbeddedBroker broker;
    private Admin admin;

    @BeforeEach
    void startABroker() throws Exception {
        folder = DataFolder.open(path);
        broker =
                EmbeddedBroker.start(
                        folder,
                        new BrokerConfig(0, Duration.ofSeconds(30), Duration.ofSeconds(15)));
        admin = Admin.create(client());
    }

    @AfterEach
    void stopIt() throws Exception {
        admin.close();
        broker.close();
        folder.close();
    }

    @Test
    void provisioningAgainChangesNothing() throws Exception {
        var provisioner = new TopicProvisioner(admin);
        provisioner.provision(PARTITIONS, ONE_COPY);
        awaitAllTopics();
        var first = described();
        provisioner.provision(PARTITIONS, ONE_COPY);

        assertThat(described()).isEqualTo(first);
    }

    @Test
    void missingTopicsJoinThoseThatExist() throws Exception {
        create(Topics.CHUNKS.name(), PARTITIONS);

        new TopicProvisioner(admin).provision(PARTITIONS, ONE_COPY);

        awaitAllTopics();
    }

    @Test
    void everyTopicWithAnotherNumberOfPartitionsIsNamed() throws Exception {
        create(Topics.CHUNKS.name(), PARTITIONS);
        create(Topics.REGISTRY_STORE, 2);

        assertThatExceptionOfType(TopicsNotProvisioned.class)
                .isThrownBy(() -> new TopicProvisioner(admin).provision(6, ONE_COPY))
                .withMessage(
                        "topic _schemas: 2 partitions (expected: 1, fixed when the site is"
                                + " created); topic millrace.chunks: 3 partitions (expected: 6,"
                                + " fixed when the site is created)");
    }

    @Test
    void aTopicThatTheBrokerAskedHasNotHeardOfIsAskedForAgain() throws Exception {
        create(Topics.CHUNKS.name(), PARTITIONS);
        try (var slow = new SlowToHear(client())) {
            new TopicProvisioner(slow).provision(PARTITIONS, ONE_COPY);

            assertThat(slow.asked).isEqualTo(SlowToHear.UNHEARD + 1);
        }
        awaitAllTopics();
    }

    /// A broker learns of new topics a moment after the controller has made them.
    private void awaitAllTopics() {
        await().untilAsserted(
                        () -> assertThat(admin.listTopics().names().get()).containsAll(names()));
    }

    private Map<String, Object> client() {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }

    private Map<String, TopicDescription> described() throws Exception {
        return admin.describeTopics(names()).allTopicNames().get();
    }

    private void create(String topic, int partitions) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, partitions, ONE_COPY))).all().get();
    }

    private static List<String> names() {
        return Topics.toCreate(PARTITIONS, ONE_COPY).stream().map(NewTopic::name).toList();
    }

    /// Meets a broker that learns of topics later than the one that made them.
    private static final class SlowToHear extends ForwardingAdmin {

        private static final int UNHEARD = 2;

        private int asked;

        SlowToHear(Map<String, Object> client) {
            super(client);
        }

        @Override
        public DescribeTopicsResult describeTopics(
                TopicCollection topics, DescribeTopicsOptions options) {
            return asked++ < UNHEARD
                    ? new Unheard(((TopicCollection.TopicNameCollection) topics).topicNames())
                    : super.describeTopics(topics, options);
        }
    }

    private static final class Unheard extends DescribeTopicsResult {

        Unheard(Collection<String> topics) {
            super(null, failures(topics));
        }

        private static Map<String, KafkaFuture<TopicDescription>> failures(
                Collection<String> topics) {
            var failures = new HashMap<String, KafkaFuture<TopicDescription>>();
            for (var topic : topics) {
                var failure = new KafkaFutureImpl<TopicDescription>();
                failure.completeExceptionally(
                        new UnknownTopicOrPartitionException("not heard of " + topic));
                failures.put(topic, failure);
            }
            return failures;
        }
    }
}
