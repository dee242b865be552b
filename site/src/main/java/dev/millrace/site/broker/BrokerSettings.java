package dev.millrace.site.broker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;

/// Kafka's settings for a single node on a laptop: few threads, few partitions, no waiting.
final class BrokerSettings {

    static final int NODE = 1;
    static final String CONTROLLER = "CONTROLLER";

    /// Partitions of each of Kafka's own topics: fewer load faster.
    private static final String OWN_PARTITIONS = "4";

    private static final Map<String, String> FIXED =
            Map.ofEntries(
                    Map.entry("process.roles", "broker,controller"),
                    Map.entry("controller.listener.names", CONTROLLER),
                    Map.entry("inter.broker.listener.name", "BROKER"),
                    Map.entry(
                            "listener.security.protocol.map",
                            "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                    // Topics come from the catalogue alone.
                    Map.entry("auto.create.topics.enable", "false"),
                    Map.entry("default.replication.factor", "1"),
                    Map.entry("min.insync.replicas", "1"),
                    Map.entry("offsets.topic.replication.factor", "1"),
                    Map.entry("offsets.topic.num.partitions", OWN_PARTITIONS),
                    // Ten years: a site that was off for a while goes on where it was.
                    Map.entry("offsets.retention.minutes", "5256000"),
                    Map.entry("transaction.state.log.replication.factor", "1"),
                    Map.entry("transaction.state.log.min.isr", "1"),
                    Map.entry("transaction.state.log.num.partitions", OWN_PARTITIONS),
                    // Without these two a share consumer silently gets nothing.
                    Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                    Map.entry("share.coordinator.state.topic.min.isr", "1"),
                    Map.entry("share.coordinator.state.topic.num.partitions", OWN_PARTITIONS),
                    // All members are in this process: nobody else is worth waiting for.
                    Map.entry("group.initial.rebalance.delay.ms", "0"),
                    Map.entry("group.streams.initial.rebalance.delay.ms", "0"),
                    Map.entry("group.streams.assignment.interval.ms", "0"),
                    Map.entry("group.consumer.assignment.interval.ms", "0"),
                    Map.entry("group.share.assignment.interval.ms", "0"),
                    // After a kill the dead members keep their work for one session.
                    Map.entry("group.streams.min.session.timeout.ms", "4000"),
                    Map.entry("group.streams.session.timeout.ms", "4000"),
                    Map.entry("group.streams.min.heartbeat.interval.ms", "500"),
                    Map.entry("group.streams.heartbeat.interval.ms", "500"),
                    Map.entry("group.consumer.min.session.timeout.ms", "6000"),
                    Map.entry("group.consumer.session.timeout.ms", "6000"),
                    Map.entry("group.consumer.min.heartbeat.interval.ms", "500"),
                    Map.entry("group.consumer.heartbeat.interval.ms", "500"),
                    Map.entry("group.share.min.session.timeout.ms", "6000"),
                    Map.entry("group.share.session.timeout.ms", "6000"),
                    Map.entry("group.share.min.heartbeat.interval.ms", "500"),
                    Map.entry("group.share.heartbeat.interval.ms", "500"),
                    Map.entry("num.network.threads", "2"),
                    Map.entry("num.io.threads", "4"),
                    Map.entry("background.threads", "2"),
                    Map.entry("num.recovery.threads.per.data.dir", "2"),
                    Map.entry("group.coordinator.threads", "1"),
                    Map.entry("share.coordinator.threads", "1"),
                    Map.entry("log.cleaner.dedupe.buffer.size", "8388608"),
                    Map.entry("log.index.size.max.bytes", "2097152"),
                    Map.entry("controller.quorum.append.linger.ms", "5"),
                    Map.entry("broker.heartbeat.interval.ms", "500"),
                    Map.entry("metric.reporters", ""));

    private BrokerSettings() {}

    static Properties of(Path folder, EmbeddedBroker.Ports ports, Duration startTimeout) {
        var settings = new Properties();
        settings.putAll(FIXED);
        var host = EmbeddedBroker.Ports.LOOPBACK;
        settings.put("node.id", Integer.toString(NODE));
        settings.put("log.dirs", folder.toString());
        settings.put(
                "listeners",
                "BROKER://%s:%d,%s://%s:%d"
                        .formatted(host, ports.broker(), CONTROLLER, host, ports.controller()));
        settings.put(
                "controller.quorum.voters", "%d@%s:%d".formatted(NODE, host, ports.controller()));
        settings.put("server.max.startup.time.ms", Long.toString(startTimeout.toMillis()));
        return settings;
    }

    /// Settings of a controller that takes a broker it does not hear of for dead at once.
    static Properties ofControllerAlone(Path folder, EmbeddedBroker.Ports ports) {
        var settings = of(folder, ports, Duration.ofSeconds(10));
        settings.put("process.roles", "controller");
        settings.put(
                "listeners",
                "%s://%s:%d"
                        .formatted(CONTROLLER, EmbeddedBroker.Ports.LOOPBACK, ports.controller()));
        settings.put("broker.session.timeout.ms", "50");
        settings.put("broker.heartbeat.interval.ms", "25");
        settings.remove("inter.broker.listener.name");
        return settings;
    }
}
