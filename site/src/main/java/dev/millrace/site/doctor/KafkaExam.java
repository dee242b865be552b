package dev.millrace.site.doctor;

import dev.millrace.schemas.topic.Topics;
import dev.millrace.site.config.SiteConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.FeatureMetadata;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;

/// Whether Kafka answers, has what a site needs, and keeps what it is given.
final class KafkaExam {

    private static final String SUBJECT = "kafka";

    /// The features that a site uses, the least level of each, and since when Kafka has it. The
    /// groups of decide and of embedding workers are classic ones, which need none.
    private static final Map<String, Feature> NEEDED =
            Map.of(
                    "streams.version", new Feature(1, "4.2", "the groups of documents and views"),
                    "share.version", new Feature(1, "4.2", "share groups of task workers"),
                    "transaction.version", new Feature(1, "4.0", "exactly-once processing"));

    private final Map<String, Object> client;
    private final SiteConfig config;
    private final Duration patience;

    KafkaExam(Map<String, Object> client, SiteConfig config, Duration patience) {
        this.client = new HashMap<>(client);
        this.config = config;
        this.patience = patience;
        int millis = (int) patience.toMillis();
        this.client.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
        this.client.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    }

    List<Finding> examine() throws InterruptedException {
        var findings = new ArrayList<Finding>();
        try (var admin = Admin.create(client)) {
            brokers(admin, findings);
            features(admin, findings);
            settings(admin, findings);
            topics(admin, findings);
        } catch (ExecutionException | TimeoutException | RuntimeException silent) {
            var cause = silent.getCause() == null ? silent : silent.getCause();
            findings.add(
                    Finding.bad(
                            SUBJECT,
                            client.get("bootstrap.servers") + ": " + said(cause),
                            "start Kafka, or correct kafka.bootstrap-servers and kafka.properties"));
        }
        return findings;
    }

    /// Whoever waits in vain is not told why.
    private String said(Throwable cause) {
        return cause.getMessage() == null
                ? "no answer within %d s".formatted(patience.toSeconds())
                : cause.getMessage();
    }

    private void brokers(Admin admin, List<Finding> findings)
            throws ExecutionException, TimeoutException, InterruptedException {
        int brokers = answer(admin.describeCluster().nodes()).size();
        int copies = config.kafka().isEmbedded() ? 1 : config.kafka().replicationFactor();
        var detail = "%s, %d brokers".formatted(client.get("bootstrap.servers"), brokers);
        findings.add(
                brokers >= copies
                        ? Finding.good(SUBJECT, detail)
                        : Finding.bad(
                                SUBJECT,
                                detail,
                                "kafka.replication-factor is %d: start more brokers, or lower it"
                                        .formatted(copies)));
    }

    private void features(Admin admin, List<Finding> findings)
            throws ExecutionException, TimeoutException, InterruptedException {
        var there = answer(admin.describeFeatures().featureMetadata());
        findings.add(versions(levels(there)));
    }

    /// What the finalized features say.
    static Finding versions(Map<String, Integer> levels) {
        var missing = new ArrayList<String>();
        NEEDED.forEach((name, needed) -> {
            if (levels.getOrDefault(name, 0) < needed.level) {
                missing.add("%s for %s (Kafka %s)".formatted(name, needed.purpose, needed.since));
            }
        });
        missing.sort(null);
        return missing.isEmpty()
                ? Finding.good("kafka features", levels.toString())
                : Finding.bad(
                        "kafka features",
                        "missing: " + String.join("; ", missing),
                        "upgrade Kafka to 4.2 or later and raise its release version"
                                + " (kafka-features.sh upgrade --release-version)");
    }

    private static Map<String, Integer> levels(FeatureMetadata features) {
        var levels = new java.util.TreeMap<String, Integer>();
        features.finalizedFeatures()
                .forEach((name, range) -> levels.put(name, (int) range.maxVersionLevel()));
        return levels;
    }

    private void settings(Admin admin, List<Finding> findings)
            throws ExecutionException, TimeoutException, InterruptedException {
        var broker =
                new ConfigResource(
                        ConfigResource.Type.BROKER,
                        Integer.toString(answer(admin.describeCluster().controller()).id()));
        var there = answer(admin.describeConfigs(List.of(broker)).all()).get(broker);
        if (there == null) {
            return;
        }
        var autoCreation = there.get("auto.create.topics.enable");
        if (autoCreation != null && "true".equals(autoCreation.value())) {
            findings.add(
                    Finding.doubtful(
                            "topic creation",
                            "auto.create.topics.enable is true",
                            "set it to false: a misspelt topic would be made, with the wrong"
                                    + " settings"));
        }
        int copies = config.kafka().isEmbedded() ? 1 : config.kafka().replicationFactor();
        var standard = there.get("default.replication.factor");
        if (standard != null && Integer.parseInt(standard.value()) < copies) {
            findings.add(
                    Finding.doubtful(
                            "changelogs",
                            "default.replication.factor is " + standard.value(),
                            "set it to %d: state that is lost has to be folded anew"
                                    .formatted(copies)));
        }
    }

    private void topics(Admin admin, List<Finding> findings)
            throws ExecutionException, TimeoutException, InterruptedException {
        var names =
                Topics.toCreate(config.partitions(), (short) 1).stream()
                        .map(NewTopic::name)
                        .toList();
        var present = answer(admin.listTopics().names());
        var missing = names.stream().filter(name -> !present.contains(name)).sorted().toList();
        if (missing.size() == names.size()) {
            findings.add(Finding.good("topics", "none yet: the first start makes them"));
        } else if (!missing.isEmpty()) {
            findings.add(
                    Finding.doubtful(
                            "topics",
                            "missing: " + missing,
                            "a start makes them; if they were there before, their records are gone"));
        } else {
            var described = answer(admin.describeTopics(names).allTopicNames()).values();
            var lagging =
                    described.stream()
                            .filter(KafkaExam::lacksCopies)
                            .map(TopicDescription::name)
                            .sorted()
                            .toList();
            findings.add(
                    lagging.isEmpty()
                            ? Finding.good("topics", names.size() + ", all copies in step")
                            : Finding.doubtful(
                                    "topics",
                                    "copies out of step: " + lagging,
                                    "look after the brokers that are down or slow"));
        }
    }

    private static boolean lacksCopies(TopicDescription topic) {
        return topic.partitions().stream()
                .anyMatch(partition -> partition.isr().size() < partition.replicas().size());
    }

    private <T> T answer(KafkaFuture<T> answer)
            throws ExecutionException, TimeoutException, InterruptedException {
        return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private record Feature(int level, String since, String purpose) {}
}
