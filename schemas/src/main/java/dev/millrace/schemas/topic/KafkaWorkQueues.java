package dev.millrace.schemas.topic;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;

/// Makes the queues of work that are missing, and sets how a kind's workers share them.
///
/// Safe for use by many threads and by many processes at once.
public final class KafkaWorkQueues {

    /// How long a worker may hold an item before another gets it, in milliseconds.
    public static final int LOCK_MILLIS = 30_000;

    /// How often an item is handed out before the queue gives it up; it is queued once more then.
    private static final int MOST_DELIVERIES = 10;

    private static final Map<String, String> GROUP =
            Map.of(
                    "share.auto.offset.reset",
                    "earliest",
                    "share.isolation.level",
                    "read_committed",
                    "share.record.lock.duration.ms",
                    Integer.toString(LOCK_MILLIS),
                    "share.delivery.count.limit",
                    Integer.toString(MOST_DELIVERIES));

    private final Admin admin;
    private final int partitions;
    private final short replication;
    private final Set<String> provided = ConcurrentHashMap.newKeySet();

    /// @param admin stays open; its `default.api.timeout.ms` bounds each request
    public KafkaWorkQueues(Admin admin, int partitions, short replication) {
        this.admin = admin;
        this.partitions = partitions;
        this.replication = replication;
    }

    /// Makes the queues of a kind, unless this has done so before.
    ///
    /// @throws TopicsNotProvisioned if the brokers refused or did not answer
    public void provide(String kind) throws TopicsNotProvisioned, InterruptedException {
        if (provided.contains(kind)) {
            return;
        }
        share(kind); // before the first record: a group that exists keeps where it began
        create(kind);
        provided.add(kind);
    }

    /// Forgets that the queues of a kind were made: they may be gone.
    public void doubt(String kind) {
        provided.remove(kind);
    }

    private void share(String kind) throws TopicsNotProvisioned, InterruptedException {
        var group = new ConfigResource(ConfigResource.Type.GROUP, WorkTopics.group(kind));
        var settings = new ArrayList<AlterConfigOp>();
        GROUP.forEach((name, value) ->
                settings.add(new AlterConfigOp(new ConfigEntry(name, value), OpType.SET)));
        try {
            admin.incrementalAlterConfigs(Map.of(group, List.copyOf(settings))).all().get();
        } catch (ExecutionException failure) {
            throw failed("the share group", kind, failure);
        }
    }

    private void create(String kind) throws TopicsNotProvisioned, InterruptedException {
        var topics = WorkTopics.of(kind).stream().map(this::newTopic).toList();
        for (var created : admin.createTopics(topics).values().values()) {
            try {
                created.get();
            } catch (ExecutionException failure) {
                if (!(failure.getCause() instanceof TopicExistsException)) {
                    throw failed("a queue", kind, failure);
                }
            }
        }
    }

    private NewTopic newTopic(Topic<?> topic) {
        return TopicConfigs.newTopic(
                topic.name(),
                partitions,
                replication,
                topic.cleanup(),
                topic.retention(),
                topic.logAppendTime(),
                TopicConfigs.MAX_MESSAGE_BYTES);
    }

    private static TopicsNotProvisioned failed(
            String what, String kind, ExecutionException failure) {
        return new TopicsNotProvisioned(
                "could not make %s of work of the kind %s: %s"
                        .formatted(what, kind, failure.getMessage()),
                failure.getCause());
    }
}
