package dev.millrace.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentId;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;

class TopicsTest {

    @Test
    void aDocumentsRecordsShareOnePartitionNumberInEveryTopicOfDocuments() {
        var random = new Random(1);
        for (int i = 0; i < 1_000; i++) {
            var document = new DocumentId(new UUID(random.nextLong(), random.nextLong()));
            var chunk = new ChunkId(document, random.nextInt(1 << 20)).toString();
            int expected = Topics.DOCUMENTS.partition(document.toString(), 7);

            assertThat(Topics.CHUNKS.partition(chunk, 7)).as("draw %d", i).isEqualTo(expected);
            assertThat(Topics.EMBEDDINGS.partition(chunk, 7)).isEqualTo(expected);
            assertThat(Topics.INDEX_REPORTS.partition(document.toString(), 7)).isEqualTo(expected);
        }
    }

    @Test
    void aTaskGoesWhereKafkasOwnPartitionerWouldPutIt() {
        var random = new Random(2);
        for (int i = 0; i < 1_000; i++) {
            var key = new UUID(random.nextLong(), random.nextLong()).toString();
            var bytes = key.getBytes(StandardCharsets.UTF_8);

            assertThat(Topics.TASK_EVENTS.partition(key, 12))
                    .as("draw %d", i)
                    .isEqualTo(BuiltInPartitioner.partitionForKey(bytes, 12));
        }
    }

    @Test
    void aTopicIsFoundByItsName() {
        for (var topic : Topics.events()) {
            assertThat(Topics.byName(topic.name())).isSameAs(topic);
        }
        assertThat(Topics.byName(Topics.DEAD_LETTERS)).isNull();
    }

    @Test
    void onlyWhatIsAuditedOrCompactedIsKeptForEver() {
        for (var topic : Topics.events()) {
            assertThat(topic.retention() == null)
                    .as(topic.name())
                    .isEqualTo(topic.audited() || topic.cleanup() == Cleanup.COMPACT);
        }
    }

    @Test
    void everyTopicOfTheSiteIsCreated() {
        var created = byName((short) 1);

        assertThat(created)
                .hasSize(Topics.events().size() + 4)
                .containsKeys(
                        Topics.TASK_REQUESTS,
                        Topics.DEAD_LETTERS,
                        Topics.SCHEMAS,
                        Topics.REGISTRY_STORE);
        assertThat(partitions(created, Topics.REGISTRY_STORE)).isEqualTo(1);
        assertThat(partitions(created, Topics.TASK_EVENTS.name())).isEqualTo(3);
    }

    @Test
    void settingsAreAllStated() {
        assertThat(configs((short) 3, Topics.TASK_COMMANDS.name()))
                .isEqualTo(
                        Map.of(
                                TopicConfig.CLEANUP_POLICY_CONFIG, "delete",
                                TopicConfig.RETENTION_MS_CONFIG, "604800000",
                                TopicConfig.RETENTION_BYTES_CONFIG, "-1",
                                TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime",
                                TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "1048576",
                                TopicConfig.COMPRESSION_TYPE_CONFIG, "producer",
                                TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "2",
                                TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, "false"));
        assertThat(configs((short) 1, Topics.EMBEDDINGS.name()))
                .containsEntry(TopicConfig.RETENTION_MS_CONFIG, "-1")
                .containsEntry(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime")
                .containsEntry(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "1");
        assertThat(configs((short) 1, Topics.SCHEMAS))
                .containsEntry(TopicConfig.CLEANUP_POLICY_CONFIG, "compact");
        assertThat(configs((short) 1, Topics.TASK_REQUESTS))
                .containsEntry(TopicConfig.RETENTION_MS_CONFIG, "604800000")
                .containsEntry(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
        assertThat(configs((short) 1, Topics.DEAD_LETTERS))
                .containsEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "2097152");
    }

    @Test
    void countsBelowOneAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Topics.toCreate(0, (short) 1))
                .withMessage("partitions: 0 (expected: >= 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Topics.toCreate(1, (short) 0))
                .withMessage("replication: 0 (expected: >= 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Topics.CHUNKS.partition("a#0", 0))
                .withMessage("partitions: 0 (expected: >= 1)");
    }

    private static int partitions(Map<String, NewTopic> created, String name) {
        return topic(created, name).numPartitions();
    }

    @Test
    void topicIsNamedWithOrWithoutItsPrefix() {
        assertThat(Topics.named("task-events")).isSameAs(Topics.TASK_EVENTS);
        assertThat(Topics.named("millrace.task-events")).isSameAs(Topics.TASK_EVENTS);
        assertThat(Topics.named("events")).isNull();
        assertThat(Topics.byName("task-events")).isNull();
    }

    private static Map<String, String> configs(short replication, String name) {
        return topic(byName(replication), name).configs();
    }

    private static NewTopic topic(Map<String, NewTopic> created, String name) {
        var topic = created.get(name);
        if (topic == null) {
            throw new AssertionError(name + " is not created");
        }
        return topic;
    }

    private static Map<String, NewTopic> byName(short replication) {
        return Topics.toCreate(3, replication).stream()
                .collect(Collectors.toMap(NewTopic::name, topic -> topic));
    }
}
