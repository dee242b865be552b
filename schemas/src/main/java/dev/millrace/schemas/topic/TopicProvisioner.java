package dev.millrace.schemas.topic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes a site's topics as the catalogue says.
///
/// Doing it again changes nothing. Settings of topics that exist are the operator's and stay; their
/// partition counts are checked, because every key's place follows from them.
public final class TopicProvisioner {

    private static final Logger log = LoggerFactory.getLogger(TopicProvisioner.class);

    /* Twenty seconds in all. */
    private static final int MOST_LOOKS = 200;
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private final Admin admin;

    /// @param admin stays open; its `default.api.timeout.ms` bounds each of the three requests made
    public TopicProvisioner(Admin admin) {
        this.admin = admin;
    }

    /// Creates the topics that are missing and checks the others.
    ///
    /// Two processes may do this at once: a topic that appears meanwhile is checked like the rest.
    ///
    /// @throws TopicsNotProvisioned if a topic has another number of partitions, or the brokers
    ///   refused or did not answer
    public void provision(int partitions, short replication)
            throws TopicsNotProvisioned, InterruptedException {
        var wanted = new TreeMap<String, NewTopic>();
        for (var topic : Topics.toCreate(partitions, replication)) {
            wanted.put(topic.name(), topic);
        }
        var present = answer("list topics", admin.listTopics().names());
        var missing = wanted.values().stream().filter(topic -> !present.contains(topic.name()));
        var found = new ArrayList<>(create(missing.toList()));
        wanted.keySet().stream().filter(present::contains).forEach(found::add);
        check(wanted, found);
    }

    /// @return those that were there after all
    private List<String> create(Collection<NewTopic> missing)
            throws TopicsNotProvisioned, InterruptedException {
        if (missing.isEmpty()) {
            return List.of();
        }
        var created = admin.createTopics(missing).values();
        var raced = new ArrayList<String>();
        for (var entry : created.entrySet()) {
            try {
                entry.getValue().get();
            } catch (ExecutionException failure) {
                if (!(failure.getCause() instanceof TopicExistsException)) {
                    throw failed("create topic " + entry.getKey(), failure);
                }
                raced.add(entry.getKey());
            }
        }
        log.atInfo()
                .setMessage("Created topics")
                .addKeyValue("topics", created.size() - raced.size())
                .log();
        return raced;
    }

    private void check(Map<String, NewTopic> wanted, List<String> present)
            throws TopicsNotProvisioned, InterruptedException {
        if (present.isEmpty()) {
            return;
        }
        var described = describe(present);
        var faults =
                described.values().stream()
                        .filter(topic -> topic.partitions().size() != partitionsOf(wanted, topic))
                        .map(topic -> fault(topic, partitionsOf(wanted, topic)))
                        .sorted()
                        .toList();
        if (!faults.isEmpty()) {
            throw new TopicsNotProvisioned(String.join("; ", faults), null);
        }
    }

    /// Brokers learn of a new topic one after the other, so the one that is asked may not know it
    /// yet.
    private Map<String, TopicDescription> describe(List<String> topics)
            throws TopicsNotProvisioned, InterruptedException {
        for (int looks = 1; ; looks++) {
            try {
                return admin.describeTopics(topics).allTopicNames().get();
            } catch (ExecutionException failure) {
                boolean isNew = failure.getCause() instanceof UnknownTopicOrPartitionException;
                if (!isNew || looks == MOST_LOOKS) {
                    throw failed("describe topics", failure);
                }
                Thread.sleep(BETWEEN_LOOKS);
            }
        }
    }

    private static int partitionsOf(Map<String, NewTopic> wanted, TopicDescription topic) {
        var creation = wanted.get(topic.name());
        if (creation == null) {
            throw new IllegalStateException("topic: " + topic.name() + " was not asked for");
        }
        return creation.numPartitions();
    }

    private static String fault(TopicDescription topic, int expected) {
        return "topic %s: %d partitions (expected: %d, fixed when the site is created)"
                .formatted(topic.name(), topic.partitions().size(), expected);
    }

    private static <T> T answer(String request, KafkaFuture<T> answer)
            throws TopicsNotProvisioned, InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException failure) {
            throw failed(request, failure);
        }
    }

    private static TopicsNotProvisioned failed(String request, ExecutionException failure) {
        var cause = failure.getCause();
        return new TopicsNotProvisioned(
                "could not " + request + ": " + (cause == null ? failure : cause).getMessage(),
                cause);
    }
}
