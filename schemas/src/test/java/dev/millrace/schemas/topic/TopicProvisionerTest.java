package dev.millrace.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.MockAdminClient;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

class TopicProvisionerTest {

    private final MockAdminClient admin =
            MockAdminClient.create().numBrokers(1).usingRaftController(true).build();
    private final TopicProvisioner provisioner = new TopicProvisioner(admin);

    @Test
    void provisioningAgainChangesNothing()
            throws TopicsNotProvisioned, InterruptedException, ExecutionException {
        provisioner.provision(3, (short) 1);
        var first = admin.describeTopics(names()).allTopicNames().get();
        provisioner.provision(3, (short) 1);

        assertThat(admin.listTopics().names().get()).hasSameElementsAs(names());
        assertThat(admin.describeTopics(names()).allTopicNames().get()).isEqualTo(first);
    }

    @Test
    void missingTopicsJoinThoseThatExist()
            throws TopicsNotProvisioned, InterruptedException, ExecutionException {
        create(Topics.CHUNKS.name(), 3);

        provisioner.provision(3, (short) 1);

        assertThat(admin.listTopics().names().get()).hasSameElementsAs(names());
    }

    @Test
    void everyTopicWithAnotherNumberOfPartitionsIsNamed()
            throws InterruptedException, ExecutionException {
        create(Topics.CHUNKS.name(), 3);
        create(Topics.REGISTRY_STORE, 2);

        assertThatExceptionOfType(TopicsNotProvisioned.class)
                .isThrownBy(() -> provisioner.provision(6, (short) 1))
                .withMessage(
                        "topic _schemas: 2 partitions (expected: 1, fixed when the site is"
                                + " created); topic millrace.chunks: 3 partitions (expected: 6,"
                                + " fixed when the site is created)");
    }

    @Test
    void aTopicThatTheBrokerAskedHasNotHeardOfIsAskedForAgain()
            throws TopicsNotProvisioned, InterruptedException, ExecutionException {
        create(Topics.CHUNKS.name(), 2);
        admin.setFetchesRemainingUntilVisible(Topics.CHUNKS.name(), 2);

        assertThatExceptionOfType(TopicsNotProvisioned.class)
                .isThrownBy(() -> provisioner.provision(3, (short) 1))
                .withMessageContaining("millrace.chunks: 2 partitions (expected: 3");
    }

    private void create(String topic, int partitions)
            throws InterruptedException, ExecutionException {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
    }

    private static List<String> names() {
        return Topics.toCreate(3, (short) 1).stream().map(NewTopic::name).toList();
    }
}
