package dev.millrace.site.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.task.TaskId;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.site.EchoRequest;
import dev.millrace.site.audit.TaskChecker;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Tasks of a distributed site with two of each role: submitted to both gateways at once and
/// straight into Kafka, and cancelled through the gateway that did not take them in.
final class SharedTasks implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int OF_EACH_GATEWAY = 100;
    private static final int OF_A_CANCEL = 10;

    /* Enough for each partition of the topic to get some. */
    private static final int REQUESTS = 30;

    private final List<GatewayClient> gateways;
    private final List<TaskLoad> loads;
    private final String bootstrapServers;
    private final URI registry;

    SharedTasks(
            Map<URI, GatewayClient> gateways,
            String token,
            long seed,
            String bootstrapServers,
            URI registry) {
        this.gateways = List.copyOf(gateways.values());
        this.loads = new ArrayList<>();
        for (var gateway : gateways.keySet()) {
            loads.add(new TaskLoad(gateway, token, OF_EACH_GATEWAY, seed + loads.size()));
        }
        this.bootstrapServers = bootstrapServers;
        this.registry = registry;
    }

    /// Submits half of the tasks, in the background.
    void begin() {
        for (var load : loads) {
            load.start();
            load.allow(OF_EACH_GATEWAY / 2);
        }
    }

    /// Waits until all that was submitted is over.
    void awaitRest() {
        var accepted = new HashSet<TaskId>();
        for (var load : loads) {
            await("half of the tasks are accepted; %s".formatted(load.statuses()))
                    .atMost(PATIENCE)
                    .until(() -> load.accepted().size() >= OF_EACH_GATEWAY / 2);
            accepted.addAll(load.accepted());
        }
        new TaskChecker(bootstrapServers, registry).awaitEnded(accepted, PATIENCE);
    }

    /// Submits the other half, and by Kafka.
    ///
    /// @return how many requests were written into Kafka
    int goOn() throws Exception {
        var requests = new ArrayList<Future<?>>();
        loads.forEach(load -> load.allow(OF_EACH_GATEWAY));
        try (var producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", bootstrapServers, "acks", "all"),
                        new StringSerializer(),
                        new ByteArraySerializer())) {
            int partitions = producer.partitionsFor(Topics.TASK_REQUESTS).size();
            for (int i = 0; i < REQUESTS; i++) {
                var value = EchoRequest.bytes(registry, key(i));
                var sent =
                        producer.send(
                                new ProducerRecord<>(
                                        Topics.TASK_REQUESTS, i % partitions, null, value));
                requests.add(sent);
            }
            for (var sent : requests) {
                sent.get();
            }
        }
        return REQUESTS;
    }

    private static String key(int number) {
        return "asked-" + number;
    }

    /// What waits for its time is cancelled through the other gateway.
    ///
    /// @return the tasks
    Set<TaskId> cancelCrosswise() throws Exception {
        var cancelled = new HashSet<TaskId>();
        for (int i = 0; i < gateways.size(); i++) {
            var other = gateways.get((i + 1) % gateways.size());
            for (var item : gateways.get(i).post("/v1/tasks/batch", waiting()).path("items")) {
                assertThat(item.path("status").asInt()).as("%s", item).isEqualTo(202);
                var task = TaskId.parse(item.path("id").asText());
                other.post("/v1/tasks/" + task + "/cancel", Map.of());
                cancelled.add(task);
            }
        }
        for (var gateway : gateways) {
            for (var task : cancelled) {
                await("every gateway shows that %s is cancelled".formatted(task))
                        .atMost(PATIENCE)
                        .pollDelay(Duration.ZERO)
                        .ignoreExceptionsInstanceOf(IOException.class)
                        .until(() -> state(gateway, task).equals("cancelled"));
            }
        }
        return cancelled;
    }

    private static Map<String, Object> waiting() {
        var later = Instant.now().plus(Duration.ofHours(1)).toString();
        var tasks = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < OF_A_CANCEL; i++) {
            tasks.add(Map.of("kind", "echo", "input", Map.of(), "not_before", later));
        }
        return Map.of("tasks", tasks);
    }

    private static String state(GatewayClient gateway, TaskId task)
            throws IOException, InterruptedException {
        return gateway.get("/v1/tasks/" + task).path("state").asText();
    }

    /// Waits until all have ended, each once and as the log promises, and can be found by either
    /// gateway.
    ///
    /// @param more tasks that are not of the load
    void requireOnce(Set<TaskId> more) throws Exception {
        var accepted = new HashSet<>(more);
        for (var load : loads) {
            load.awaitAccepted(PATIENCE);
            assertThat(load.accepted()).hasSize(OF_EACH_GATEWAY);
            accepted.addAll(load.accepted());
        }
        for (int i = 0; i < REQUESTS; i++) {
            accepted.add(admitted(i));
        }
        assertThat(accepted).hasSize(more.size() + loads.size() * OF_EACH_GATEWAY + REQUESTS);
        var checker = new TaskChecker(bootstrapServers, registry);
        checker.awaitEnded(accepted, PATIENCE);
        assertThat(checker.violations(accepted)).isEmpty();
        for (int i = 0; i < loads.size(); i++) {
            var other = gateways.get((i + 1) % gateways.size());
            for (var task : loads.get(i).some(20)) {
                await("the other gateway shows the end of " + task)
                        .atMost(PATIENCE)
                        .pollDelay(Duration.ZERO)
                        .ignoreExceptionsInstanceOf(IOException.class)
                        .until(() -> state(other, task).matches("succeeded|failed"));
            }
        }
    }

    /// The task that a request became, whichever gateway admitted it.
    private TaskId admitted(int number) {
        var found =
                await("request %d is admitted".formatted(number))
                        .atMost(PATIENCE)
                        .ignoreExceptionsInstanceOf(IOException.class)
                        .until(
                                () ->
                                        gateways.getFirst()
                                                .get("/v1/idempotency-keys/" + key(number)),
                                (JsonNode answer) -> answer.path("id").isTextual());
        return TaskId.parse(found.path("id").asText());
    }

    @Override
    public void close() {
        loads.forEach(TaskLoad::close);
    }
}
