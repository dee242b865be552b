package dev.millrace.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Payload;
import dev.millrace.domain.event.Sensitivity;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.event.Trace;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.schemas.query.QueryPaths;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.TopicProvisioner;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.site.broker.BrokerConfig;
import dev.millrace.site.broker.DataFolder;
import dev.millrace.site.broker.EmbeddedBroker;
import dev.millrace.streams.views.Instance;
import dev.millrace.streams.views.ViewsApplication;
import dev.millrace.streams.views.ViewsSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two instances of the views on one broker, in one process but with nothing in common.
class TwoViewsInstancesIT {

    private static final int PARTITIONS = 3;
    private static final int TASKS = 60;
    private static final int HISTORIES = 12;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir Path folder;
    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @Test
    void bothAnswerForAllPartitionsAndOneTakesOver() throws Exception {
        var config = new BrokerConfig(0, Duration.ofSeconds(60), Duration.ofSeconds(15));
        try (var data = DataFolder.open(folder.resolve("broker"));
                var broker = EmbeddedBroker.start(data, config)) {
            var client = Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers());
            try (var admin = Admin.create(client)) {
                new TopicProvisioner(admin).provision(PARTITIONS, (short) 1);
            }
            publish(client);
            try (var left = new Running(client, "left")) {
                try (var right = new Running(client, "right")) {
                    await("both fold, and all of it")
                            .atMost(PATIENCE)
                            .until(() ->
                                    isWhole(left)
                                            && isWhole(right)
                                            && left.hasPartitions()
                                            && right.hasPartitions());
                    answersAll(left);
                    answersAll(right);
                    readsWhatWasWritten(client, left, right);
                    assertThat(left.asked.get()).as("questions to the left").isPositive();
                    assertThat(right.asked.get()).as("questions to the right").isPositive();
                }
                await("the left one has all partitions")
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(50))
                        .until(() -> isWhole(left) && left.isAlone());
                answersAll(left);
            }
        } finally {
            threads.close();
        }
    }

    /// Whether all is there. Once it was, the only other answer is that a view is unavailable.
    private static boolean isWhole(Running instance) throws InterruptedException {
        var tasks = list(instance, "tasks", Map.of(), 1000);
        var counts = list(instance, "task-counts", Map.of(), 1000);
        if (tasks == null || counts == null) {
            return false;
        }
        var listed = ids(tasks.items().stream().map(TwoViewsInstancesIT::json).toList());
        int counted =
                counts.items().stream().mapToInt(row -> json(row).path("count").intValue()).sum();
        if (!instance.hasSeenAll && (listed.size() < TASKS || counted < TASKS)) {
            return false;
        }
        instance.hasSeenAll = true;
        assertThat(listed).isEqualTo(NumberedTasks.newestFirst(TASKS));
        assertThat(counted).isEqualTo(TASKS);
        return true;
    }

    private static void answersAll(Running instance) {
        for (int limit : new int[] {7, 1000}) {
            assertThat(ids(all(instance, "tasks", Map.of(), limit)))
                    .isEqualTo(NumberedTasks.newestFirst(TASKS));
        }
        assertThat(all(instance, "tasks", Map.of("state", "running"), 9)).hasSize(TASKS / 3);
        var counts = new HashMap<String, Integer>();
        for (var row : all(instance, "task-counts", Map.of(), 10)) {
            counts.put(row.path("state").textValue(), row.path("count").intValue());
        }
        assertThat(counts).isEqualTo(Map.of("queued", TASKS - TASKS / 3, "running", TASKS / 3));
        for (int task = 0; task < HISTORIES; task++) {
            var history =
                    all(
                                    instance,
                                    "task-history",
                                    Map.of("task", NumberedTasks.id(task).toString()),
                                    1)
                            .stream()
                            .map(row -> row.path("version").intValue())
                            .toList();
            assertThat(history).isEqualTo(task % 3 == 0 ? List.of(1, 2) : List.of(1));
        }
    }

    /// Each read comes after one write, to whichever instance folds it.
    private void readsWhatWasWritten(Map<String, Object> client, Running... instances)
            throws Exception {
        try (var producer = producer(client)) {
            for (int task = TASKS; task < 3 * TASKS; task++) {
                var at = producer.send(record(task, "beta", NumberedTasks.submitted(task))).get();
                var after = Position.at(at.topic(), at.partition(), at.offset());
                var query =
                        new RowQuery(
                                "tasks", "beta", NumberedTasks.id(task).toString(), after, null);
                var instance = instances[task % instances.length];

                var row = instance.views.views().get(query).toCompletableFuture().get();

                assertThat(row.json()).as("task %d of %s", task, instance.name).isNotNull();
            }
        }
    }

    private KafkaProducer<String, Envelope<TaskEvent>> producer(Map<String, Object> client) {
        return new KafkaProducer<>(
                client, new StringSerializer(), serdes.of(Topics.TASK_EVENTS).serializer());
    }

    private void publish(Map<String, Object> client) throws Exception {
        try (var producer = producer(client)) {
            for (int task = 0; task < TASKS; task++) {
                producer.send(record(task, "acme", NumberedTasks.submitted(task))).get();
                if (task % 3 == 0) {
                    var started =
                            new TaskEvent.Started(NumberedTasks.id(task), 2, 1, "w", null, null);
                    producer.send(record(task, "acme", started)).get();
                }
            }
        }
    }

    private static ProducerRecord<String, Envelope<TaskEvent>> record(
            int task, String tenant, TaskEvent event) {
        var key = event.task().toString();
        var envelope =
                new Envelope<>(
                        new UUID(0x7000L + event.version(), task),
                        event.type(),
                        NOON.plusSeconds(task),
                        tenant,
                        "subject",
                        Labels.of(Sensitivity.INTERNAL, List.of()),
                        new Actor("ann", Actor.Proof.LOCAL),
                        new Site("12D3KooWTest", new UUID(1, 2)),
                        null,
                        new UUID(8, 8),
                        new Trace("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", ""),
                        new Payload.Clear<>(event));
        return new ProducerRecord<>(
                Topics.TASK_EVENTS.name(),
                Topics.TASK_EVENTS.partition(key, PARTITIONS),
                key,
                envelope);
    }

    private static List<String> ids(List<JsonNode> rows) {
        return rows.stream().map(row -> row.path("id").textValue()).toList();
    }

    private static List<JsonNode> all(
            Running instance, String view, Map<String, String> filters, int limit) {
        var rows = new ArrayList<JsonNode>();
        String token = null;
        do {
            var query = new ViewQuery(view, "acme", filters, limit, token);
            var page =
                    await(view + " of " + instance.name + " is available")
                            .atMost(PATIENCE)
                            .until(
                                    () -> ViewAnswer.of(instance.views.views().list(query)),
                                    Objects::nonNull);
            page.items().forEach(item -> rows.add(json(item)));
            token = page.nextToken();
        } while (token != null);
        return rows;
    }

    private static @Nullable ViewPage list(
            Running instance, String view, Map<String, String> filters, int limit)
            throws InterruptedException {
        return ViewAnswer.of(
                instance.views.views().list(new ViewQuery(view, "acme", filters, limit, null)));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException malformed) {
            throw new AssertionError(malformed);
        }
    }

    /// One instance with its HTTP server.
    private final class Running implements AutoCloseable {
        final String name;
        final AtomicInteger asked = new AtomicInteger();
        final ViewsApplication views;
        private final HttpServer server;
        boolean hasSeenAll;

        Running(Map<String, Object> client, String name) throws IOException {
            this.name = name;
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(threads);
            views =
                    new ViewsApplication(
                            ViewsSettings.of(PARTITIONS),
                            client,
                            folder.resolve(name),
                            serdes,
                            InstantSource.system(),
                            new SimpleMeterRegistry(),
                            new Instance("127.0.0.1", server.getAddress().getPort(), "secret"));
            var stores = views.storesHandler();
            server.createContext(
                    QueryPaths.STORES,
                    exchange -> {
                        asked.incrementAndGet();
                        stores.handle(exchange);
                    });
            server.createContext(QueryPaths.ARRIVALS, views.arrivalsHandler());
            server.start();
            views.start();
        }

        boolean hasPartitions() {
            return views.isReady() && views.partitionsHere() > 0;
        }

        boolean isAlone() {
            return views.isReady() && views.partitionsHere() == 5 * PARTITIONS;
        }

        @Override
        public void close() {
            views.close();
            server.stop(0);
        }
    }
}
