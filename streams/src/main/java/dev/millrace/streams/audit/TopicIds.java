package dev.millrace.streams.audit;

import dev.millrace.schemas.client.Causes;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;

/// The audited partitions that there are.
@FunctionalInterface
interface TopicIds {

    /// Every partition of some topics, in an order that is always the same.
    List<AuditedPartition> partitionsOf(Collection<String> topics);

    /// Asks the brokers.
    static TopicIds of(Map<String, Object> kafka) {
        return topics -> {
            try (var admin = Admin.create(kafka)) {
                var described = admin.describeTopics(topics).allTopicNames().get();
                return new TreeMap<>(described)
                        .values().stream()
                                .flatMap(topic ->
                                        topic.partitions().stream()
                                                .map(partition ->
                                                        new AuditedPartition(
                                                                topic.name(),
                                                                uuid(topic.topicId()),
                                                                partition.partition())))
                                .toList();
            } catch (ExecutionException failed) {
                throw Causes.ofKafka(failed);
            } catch (InterruptedException stopped) {
                throw new InterruptException(stopped);
            }
        };
    }

    private static UUID uuid(Uuid id) {
        return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }
}
