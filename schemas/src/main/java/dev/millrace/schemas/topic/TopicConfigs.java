package dev.millrace.schemas.topic;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/// The settings Millrace creates topics with. All are stated, so that a broker's defaults decide
/// nothing.
final class TopicConfigs {

    /// The largest batch of records a topic accepts, in bytes: 64 KiB of text inside a record and
    /// whatever surrounds it fit many times over.
    static final int MAX_MESSAGE_BYTES = 1 << 20;

    private static final String FOR_EVER = "-1";

    private TopicConfigs() {}

    /// @param retention null for ever
    static NewTopic newTopic(
            String name,
            int partitions,
            short replication,
            Cleanup cleanup,
            @Nullable Duration retention,
            boolean logAppendTime,
            int maxMessageBytes) {
        var configs = new TreeMap<String, String>();
        configs.put(TopicConfig.CLEANUP_POLICY_CONFIG, cleanup.policy());
        configs.put(
                TopicConfig.RETENTION_MS_CONFIG,
                retention == null ? FOR_EVER : Long.toString(retention.toMillis()));
        configs.put(TopicConfig.RETENTION_BYTES_CONFIG, FOR_EVER);
        configs.put(
                TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                logAppendTime ? "LogAppendTime" : "CreateTime");
        configs.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(maxMessageBytes));
        configs.put(TopicConfig.COMPRESSION_TYPE_CONFIG, "producer");
        configs.put(
                TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
                Integer.toString(minInSyncReplicas(replication)));
        configs.put(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, "false");
        return new NewTopic(name, Optional.of(partitions), Optional.of(replication))
                .configs(Map.copyOf(configs));
    }

    /// One copy asks for itself; more ask for two, so that losing one broker loses nothing.
    private static int minInSyncReplicas(short replication) {
        return replication == 1 ? 1 : 2;
    }
}
