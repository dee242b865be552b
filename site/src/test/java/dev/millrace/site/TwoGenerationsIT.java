package dev.millrace.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.generation.Generations.State;
import dev.millrace.domain.view.generation.RebuildsUnavailable;
import dev.millrace.domain.view.generation.ViewEvent;
import dev.millrace.schemas.query.QueryPaths;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.TopicProvisioner;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.view.ViewLog;
import dev.millrace.site.broker.BrokerConfig;
import dev.millrace.site.broker.DataFolder;
import dev.millrace.site.broker.EmbeddedBroker;
import dev.millrace.streams.views.Instance;
import dev.millrace.streams.views.ViewsApplication;
import dev.millrace.streams.views.ViewsSettings;
import dev.millrace.streams.views.generation.ViewGenerations;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two instances of the views, which share the partitions, are rebuilt while both are read.
@Tag("full")
class TwoGenerationsIT {

    private static final int PARTITIONS = 3;
    private static final int TASKS = 200;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");
    private static final Site SITE = new Site("12D3KooWTest", new UUID(1, 2));
    private static final Actor ADMIN = new Actor("admin", Actor.Proof.LOCAL);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir Path folder;
    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    @Test
    void bothGoOverToTheNextOneAndNeitherMixesThem() throws Exception {
        var config = new BrokerConfig(0, Duration.ofSeconds(60), Duration.ofSeconds(15));
        try (var data = DataFolder.open(folder.resolve("broker"));
                var broker = EmbeddedBroker.start(data, config)) {
            var client = Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers());
            try (var admin = Admin.create(client)) {
                new TopicProvisioner(admin).provision(PARTITIONS, (short) 1);
                publish(client, 0, TASKS);
                try (var left = new Running(client, "left");
                        var right = new Running(client, "right")) {
                    await("both fold, and all of it")
                            .atMost(PATIENCE)
                            .until(() -> left.isWhole() && right.isWhole());
                    var isOver = new AtomicBoolean();
                    var readers =
                            List.of(left, right).stream()
                                    .map(one -> threads.submit(() -> readUntil(isOver, one)))
                                    .toList();
                    try {
                        rebuild(admin, client, left, right);
                    } finally {
                        isOver.set(true);
                    }
                    for (var reader : readers) {
                        reader.get(1, TimeUnit.MINUTES);
                    }
                    assertThat(left.partitions()).isPositive();
                    assertThat(right.partitions()).isPositive();
                    assertThat(left.partitions() + right.partitions()).isEqualTo(5 * PARTITIONS);
                }
                System.out.printf(
                        "Of %d reads during a rebuild of two instances %d were refused.%n",
                        reads.get(), refused.get());
                assertThat(reads.get()).isGreaterThan(50);
                assertThat(refused.get()).isLessThan(reads.get() / 10);
                startsWithTheSecond(client);
            }
        } finally {
            threads.close();
        }
    }

    private void rebuild(Admin admin, Map<String, Object> client, Running left, Running right)
            throws Exception {
        assertThat(said(left, new ViewEvent.RebuildRequested(2))).isTrue();
        publish(client, TASKS, TASKS + 50);
        await("the next generation answers")
                .atMost(PATIENCE)
                .until(() -> left.serving() == 2 && right.serving() == 2);
        var second = List.of(ViewsSettings.applicationId(2));
        await("nothing is left of the first")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(() ->
                        isGone(admin, 1)
                                && left.folders().equals(second)
                                && right.folders().equals(second));
    }

    private void startsWithTheSecond(Map<String, Object> client) throws Exception {
        try (var again = new Running(client, "left")) {
            await("it answers")
                    .atMost(PATIENCE)
                    .until(() -> again.isWhole() && again.partitions() == 5 * PARTITIONS);
            assertThat(again.serving()).isEqualTo(2);
            assertThat(again.log.generations().state()).isEqualTo(State.SWITCHED);
            assertThat(again.folders()).containsExactly(ViewsSettings.applicationId(2));
        }
    }

    private static boolean said(Running instance, ViewEvent event) throws Exception {
        return instance.log.append(event, ADMIN).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static boolean isGone(Admin admin, int generation) throws Exception {
        var groups = admin.listGroups().all().get().stream().map(GroupListing::groupId).toList();
        var topics = admin.listTopics().names().get();
        return !groups.contains(ViewsSettings.applicationId(generation))
                && ViewsSettings.changelogs(generation).stream().noneMatch(topics::contains);
    }

    /// The first tasks are there in every answer, whichever generation gives it.
    private @Nullable Void readUntil(AtomicBoolean isOver, Running instance) throws Exception {
        for (int i = 0; !isOver.get(); i++) {
            var listed = instance.listed();
            reads.incrementAndGet();
            if (listed == null) {
                refused.incrementAndGet();
            } else {
                assertThat(listed).hasSizeBetween(TASKS, TASKS + 50).doesNotHaveDuplicates();
                assertThat(listed.subList(listed.size() - TASKS, listed.size()))
                        .isEqualTo(NumberedTasks.newestFirst(TASKS));
            }
            var key = NumberedTasks.id(i % TASKS).toString();
            var row =
                    ViewAnswer.of(
                            instance.views
                                    .views()
                                    .get(new RowQuery("tasks", "acme", key, Position.START, null)));
            reads.incrementAndGet();
            if (row == null) {
                refused.incrementAndGet();
            } else {
                assertThat(row.json()).as(key).isNotNull();
            }
        }
        return null;
    }

    private void publish(Map<String, Object> client, int from, int to) throws Exception {
        try (var producer =
                new KafkaProducer<>(
                        client,
                        new StringSerializer(),
                        serdes.of(Topics.TASK_EVENTS).serializer())) {
            for (int task = from; task < to; task++) {
                var key = NumberedTasks.id(task).toString();
                producer.send(
                                new ProducerRecord<>(
                                        Topics.TASK_EVENTS.name(),
                                        Topics.TASK_EVENTS.partition(key, PARTITIONS),
                                        key,
                                        envelope(task)))
                        .get();
            }
        }
    }

    private static Envelope<TaskEvent> envelope(int task) {
        return Envelope.first(
                new UUID(0x7000L, task),
                NOON.plusSeconds(task),
                "acme",
                Labels.DEFAULT,
                ADMIN,
                SITE,
                NumberedTasks.submitted(task));
    }

    /// One instance with its HTTP server.
    private final class Running implements AutoCloseable {
        final ViewLog log;
        final ViewGenerations views;
        private final Path state;
        private final HttpServer server;
        private final AtomicLong ids = new AtomicLong();

        Running(Map<String, Object> client, String name) throws Exception {
            state = Files.createDirectories(folder.resolve(name));
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(threads);
            long own = name.hashCode();
            log =
                    new ViewLog(
                            client,
                            serdes,
                            SITE,
                            () -> new UUID(own << 32 | 0x7000, ids.incrementAndGet()),
                            InstantSource.system());
            log.start().toCompletableFuture().get(1, TimeUnit.MINUTES);
            var instance = new Instance("127.0.0.1", server.getAddress().getPort(), "secret");
            views =
                    new ViewGenerations(
                            log,
                            ViewsSettings.of(PARTITIONS),
                            client,
                            state,
                            settings ->
                                    new ViewsApplication(
                                            settings,
                                            client,
                                            state,
                                            serdes,
                                            InstantSource.system(),
                                            new SimpleMeterRegistry(),
                                            instance));
            server.createContext(QueryPaths.STORES, views.storesHandler());
            server.createContext(QueryPaths.ARRIVALS, views.arrivalsHandler());
            server.start();
            views.start();
        }

        boolean isWhole() throws Exception {
            var listed = listed();
            return views.isReady() && partitions() > 0 && listed != null && listed.size() >= TASKS;
        }

        int partitions() {
            return views.partitionsHere();
        }

        int serving() throws RebuildsUnavailable {
            return log.generations().serving();
        }

        @Nullable List<String> listed() throws Exception {
            var page =
                    ViewAnswer.of(
                            views.views()
                                    .list(new ViewQuery("tasks", "acme", Map.of(), 1000, null)));
            if (page == null) {
                return null;
            }
            var ids = new ArrayList<String>();
            for (var item : page.items()) {
                ids.add(JSON.readTree(item).path("id").textValue());
            }
            return ids;
        }

        List<String> folders() throws Exception {
            try (var all = Files.list(state)) {
                return all.map(one -> one.getFileName().toString())
                        .filter(name -> ViewsSettings.generation(name).isPresent())
                        .sorted()
                        .toList();
            }
        }

        @Override
        public void close() {
            views.close();
            log.close();
            server.stop(0);
        }
    }
}
