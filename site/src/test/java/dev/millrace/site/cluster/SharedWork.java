package dev.millrace.site.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.schemas.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// What the processes of a site do from some moment on, by their own meters, and what the log says
/// that there was to do.
///
/// A meter counts work, not what comes of it: what was begun and not committed, for instance
/// because partitions were moved, is done and counted again. That nothing is there twice is for the
/// log to tell.
final class SharedWork {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String PROCESSED = "millrace_processor_seconds_count{processor=\"%s\"";
    private static final String OF_TOPIC = PROCESSED + ",topic=\"%s\"";
    private static final String ASSIGNED =
            "kafka_consumer_coordinator_assigned_partitions{client_id=\"";

    /// How the names of the clients begin that a role shares partitions by.
    private static final Map<String, String> CLIENTS =
            Map.of(
                    "decide", "millrace-decide",
                    "documents", "millrace-documents",
                    "views", "millrace-views",
                    "worker", "embedder-");

    /// The processors of the roles that share partitions, and the topics that each reads.
    private static final Map<String, Map<String, List<String>>> PROCESSORS =
            Map.of(
                    "decide",
                    Map.of(
                            "decide",
                            List.of(Topics.TASK_COMMANDS.name(), Topics.TASK_REPORTS.name())),
                    "documents",
                    Map.of(
                            "accept", List.of(Topics.TASK_EVENTS.name()),
                            "cut", List.of(Topics.DOCUMENTS.name()),
                            "complete",
                                    List.of(Topics.DOCUMENTS.name(), Topics.INDEX_REPORTS.name())),
                    "views",
                    Map.of(
                            "fold-tasks", List.of(Topics.TASK_EVENTS.name()),
                            "fold-documents",
                                    List.of(
                                            Topics.DOCUMENTS.name(),
                                            Topics.EMBEDDINGS.name(),
                                            Topics.INDEX_REPORTS.name())));

    private static final String EMBEDDED = "millrace_embedding_batch_size_chunks_sum";
    private static final String INDEXED = "millrace_index_batch_size_records_sum";
    private static final String HANDED_OUT = "millrace_dispatch_age_seconds_count";
    private static final String ECHOED = "millrace_work_seconds_count{kind=\"echo\"";
    private static final String ADMITTED = "millrace_admission_requests_total{outcome=\"admitted\"";
    private static final String ACCEPTED =
            "vertx_http_server_response_time_seconds_count{code=\"202\",method=\"POST\"";

    /// The histograms that tell how long a role takes, or how far it is behind.
    private static final Map<String, String> LATENCIES =
            Map.of(
                    "decide", "millrace_record_age_seconds_bucket",
                    "documents", "millrace_record_age_seconds_bucket",
                    "views", "millrace_record_age_seconds_bucket",
                    "worker", "millrace_embedding_batch_seconds_bucket",
                    "search", "millrace_index_batch_seconds_bucket",
                    "gateway", "vertx_http_server_response_time_seconds_bucket");

    private static final String LAG = "kafka_consumer_fetch_manager_records_lag_max{client_id=\"";

    private final List<RoleProcess> processes;
    private final List<Scrape> before;
    private final String bootstrapServers;
    private final Map<String, Long> recordsBefore;

    private SharedWork(List<RoleProcess> processes, List<Scrape> before, String bootstrapServers) {
        this.processes = processes;
        this.before = before;
        this.bootstrapServers = bootstrapServers;
        this.recordsBefore = records();
    }

    /// Waits until each process has partitions of each of its roles, and counts from there. The
    /// site has nothing to do.
    static SharedWork begin(List<RoleProcess> processes, String bootstrapServers) throws Exception {
        await("each process has a part of what it shares")
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> {
                    for (var process : processes) {
                        requireAssigned(process, process.metrics());
                    }
                });
        return new SharedWork(processes, scrape(processes), bootstrapServers);
    }

    /// Fails unless each process of each role has done something since, and all of a role together
    /// did what there was to do.
    ///
    /// @param documents that were submitted since, and can be found
    /// @param requests for tasks that were written into Kafka since, and were admitted
    void requireShared(int documents, int requests) throws Exception {
        await("what was done is what there was to do")
                .atMost(PATIENCE)
                .untilAsserted(() -> {
                    var after = scrape(processes);
                    requireShared(documents, after, records());
                    requireMeasured(after);
                    requireEach("decide", HANDED_OUT, after);
                    requireEach("worker", ECHOED, after);
                    requireEach("gateway", ADMITTED, after);
                    assertThat(total("gateway", ADMITTED, after))
                            .as("requests admitted")
                            .isGreaterThanOrEqualTo(requests);
                });
    }

    private void requireShared(int documents, List<Scrape> after, Map<String, Long> recordsAfter) {
        PROCESSORS.forEach((role, processors) ->
                processors.forEach((processor, topics) -> {
                    requireEach(role, PROCESSED.formatted(processor), after);
                    for (var topic : topics) {
                        assertThat(total(role, OF_TOPIC.formatted(processor, topic), after))
                                .as("records of %s that %s processed", topic, processor)
                                .isGreaterThanOrEqualTo(added(topic, recordsAfter));
                    }
                }));
        requireEach("worker", EMBEDDED, after);
        assertThat(total("worker", EMBEDDED, after))
                .as("chunks embedded")
                .isGreaterThanOrEqualTo(added(Topics.CHUNKS.name(), recordsAfter));
        for (double indexed : done("search", INDEXED, after)) {
            assertThat(indexed)
                    .as("embeddings in each index")
                    .isEqualTo(added(Topics.EMBEDDINGS.name(), recordsAfter));
        }
        requireEach("gateway", ACCEPTED, after);
        assertThat(total("gateway", ACCEPTED, after)).as("documents accepted").isEqualTo(documents);
    }

    /// Each process says of each of its roles how long it takes and how far it is behind.
    private void requireMeasured(List<Scrape> after) {
        LATENCIES.forEach((role, latency) -> requireEach(role, latency, after));
        for (int i = 0; i < processes.size(); i++) {
            for (var client : CLIENTS.entrySet()) {
                if (processes.get(i).does(client.getKey())) {
                    assertThat(after.get(i).has(LAG + client.getValue()))
                            .as("lag of %s in %s", client.getKey(), processes.get(i))
                            .isTrue();
                }
            }
        }
    }

    private void requireEach(String role, String meter, List<Scrape> after) {
        assertThat(done(role, meter, after))
                .as("%s of each process of %s", meter, role)
                .hasSize(2)
                .allMatch(share -> share > 0);
    }

    private double total(String role, String meter, List<Scrape> after) {
        return done(role, meter, after).stream().mapToDouble(Double::doubleValue).sum();
    }

    /// How far a meter has come since, in each process of a role.
    private List<Double> done(String role, String meter, List<Scrape> after) {
        ToDoubleFunction<Scrape> read = scrape -> scrape.sum(meter);
        var done = new ArrayList<Double>();
        for (int i = 0; i < processes.size(); i++) {
            if (processes.get(i).does(role)) {
                done.add(read.applyAsDouble(after.get(i)) - read.applyAsDouble(before.get(i)));
            }
        }
        return done;
    }

    private double added(String topic, Map<String, Long> after) {
        long added = after.getOrDefault(topic, 0L) - recordsBefore.getOrDefault(topic, 0L);
        assertThat(added).as("new records in %s", topic).isPositive();
        return added;
    }

    private static void requireAssigned(RoleProcess process, Scrape metrics) {
        CLIENTS.forEach((role, client) -> {
            if (process.does(role)) {
                assertThat(metrics.sum(ASSIGNED + client))
                        .as("partitions of %s in %s", role, process)
                        .isPositive();
            }
        });
    }

    private static List<Scrape> scrape(List<RoleProcess> processes)
            throws IOException, InterruptedException {
        var scrapes = new ArrayList<Scrape>();
        for (var process : processes) {
            scrapes.add(process.metrics());
        }
        return scrapes;
    }

    /// How many committed records each topic has.
    private Map<String, Long> records() {
        var topics =
                List.of(
                        Topics.TASK_COMMANDS.name(),
                        Topics.TASK_REPORTS.name(),
                        Topics.TASK_EVENTS.name(),
                        Topics.DOCUMENTS.name(),
                        Topics.CHUNKS.name(),
                        Topics.EMBEDDINGS.name(),
                        Topics.INDEX_REPORTS.name());
        try (var consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                bootstrapServers,
                                "isolation.level",
                                "read_committed",
                                "enable.auto.commit",
                                false),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            var partitions =
                    topics.stream()
                            .flatMap(topic -> consumer.partitionsFor(topic).stream())
                            .map(each -> new TopicPartition(each.topic(), each.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            var counts = new TreeMap<String, Long>();
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    counts.merge(record.topic(), 1L, Long::sum);
                }
            }
            return counts;
        }
    }
}
