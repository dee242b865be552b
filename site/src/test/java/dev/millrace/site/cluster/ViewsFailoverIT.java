package dev.millrace.site.cluster;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.schemas.registry.ConfluentSchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.site.NumberedTasks;
import dev.millrace.streams.views.ViewsSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.StreamsGroupMemberDescription;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Three processes that fold the views, behind one gateway that is asked all the time, while the
/// owners of their partitions are killed with -9 and started again, and one is told to stop.
///
/// Whose partition is next follows from [#SEED]. Each answer is held against what was written;
/// `-Dmillrace.test.view-kills=20` kills for longer.
@Tag("full")
class ViewsFailoverIT {

    private static final long SEED = 20_261_127L;
    private static final int KILLS = Integer.getInteger("millrace.test.view-kills", 3);
    private static final int INSTANCES = 3;
    private static final int PARTITIONS = 3;
    private static final int TASKS_BEFORE = 200;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    /* To wait for a position, for a partition that moves, and for one process that is silent. */
    private static final Duration LONGEST_READ = Duration.ofSeconds(17);

    @TempDir private Path folder = Path.of(".");

    private final Random random = new Random(SEED);
    private final List<Integer> ports = new ArrayList<>();
    private final Map<Integer, RoleProcess> views = new TreeMap<>();
    private final List<ViewReader> readers = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final ScheduledExecutorService load =
            Executors.newScheduledThreadPool(9, Thread.ofPlatform().daemon().factory());

    @Test
    void noAnswerIsWrongWhileOwnersDie() throws Exception {
        for (int i = 0; i < 5 + INSTANCES; i++) {
            ports.add(free());
        }
        var data = Files.createDirectory(folder.resolve("data"));
        var config = config();
        var parts = List.of("broker", "registry", "gateway");
        try (var site = RoleProcess.start(data, config, "site", ports.get(0), parts)) {
            for (int instance = 0; instance < INSTANCES; instance++) {
                start(data, config, instance);
            }
            site.awaitReady();
            views.values().forEach(RoleProcess::awaitReady);
            var kafka = "127.0.0.1:" + ports.get(1);
            var registry = URI.create("http://127.0.0.1:" + ports.get(2));
            var serdes = new EventSerdes(new ConfluentSchemaStore(registry));
            var token = Files.readString(data.resolve("token")).strip();
            try (var admin = Admin.create(Map.of("bootstrap.servers", kafka));
                    var written = new WrittenTasks(kafka, serdes, PARTITIONS, SEED)) {
                for (int task = 0; task < TASKS_BEFORE; task++) {
                    written.begin();
                }
                var answers = new ViewAnswers(written, PARTITIONS);
                begin(answers, written, token);
                var kills = killOwners(admin, data, config);
                load.shutdown();
                assertThat(load.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
                for (var reader : readers) {
                    System.out.println(reader);
                }
                kills.forEach(System.out::println);
                System.out.printf("%d claims of answers were checked%n", answers.claims());
                assertThat(failure.get()).isNull();
                atLast(written, token);
                assertThat(answers.violations()).isEmpty();
                requireFewErrors();
                for (var process : views.values()) {
                    assertThat(process.said()).doesNotContain("ERROR");
                }
            }
        } finally {
            load.shutdownNow();
            readers.forEach(ViewReader::close);
            views.values().forEach(RoleProcess::close);
        }
    }

    /// Writes and reads from now on.
    private void begin(ViewAnswers answers, WrittenTasks written, String token) {
        try (var first = new ViewReader("first", gateway(), token, false)) {
            await("there is something to read")
                    .atMost(PATIENCE)
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() ->
                            first.get("/v1/views/tasks", Map.of(), written.position()) != null);
        }
        repeat(30, written::go);
        for (boolean staleOk : new boolean[] {false, true}) {
            var points = reader("points", token, staleOk);
            var session = answers.new Session(points, SEED);
            repeat(25, session::read);
            var lists = reader("lists", token, staleOk);
            var random = new Random(SEED);
            repeat(
                    100,
                    () ->
                            answers.list(
                                    lists,
                                    random.nextBoolean()
                                            ? ""
                                            : WrittenTasks.STATES.get(random.nextInt(3))));
            var counts = reader("counts", token, staleOk);
            repeat(100, () -> answers.count(counts));
        }
        var own = reader("own writes", token, false);
        repeat(40, () -> answers.readWritten(own));
        await("everything can be read")
                .atMost(PATIENCE)
                .until(() -> {
                    assertThat(failure.get()).isNull();
                    return readers.stream().allMatch(reader -> reader.answered() > 0);
                });
    }

    private ViewReader reader(String what, String token, boolean staleOk) {
        var name = staleOk ? what + ", stale=ok" : what;
        var reader = new ViewReader(name, gateway(), token, staleOk);
        readers.add(reader);
        return reader;
    }

    private URI gateway() {
        return URI.create("http://127.0.0.1:" + ports.get(3));
    }

    private void repeat(int pauseMillis, Step step) {
        var _ =
                load.scheduleWithFixedDelay(
                        () -> {
                            try {
                                step.run();
                            } catch (InterruptedException stop) {
                                Thread.currentThread().interrupt();
                            } catch (Throwable broken) { // the top of this thread
                                failure.compareAndSet(null, broken);
                            }
                        },
                        0,
                        pauseMillis,
                        TimeUnit.MILLISECONDS);
    }

    private interface Step {
        void run() throws Exception;
    }

    /// Kills one owner after the other.
    private List<String> killOwners(Admin admin, Path data, Path config) throws Exception {
        settled(admin);
        readers.forEach(ViewReader::begin);
        var kills = new ArrayList<String>();
        for (int kill = 0; kill < KILLS; kill++) {
            int partition = random.nextInt(PARTITIONS);
            int port = requireNonNull(settled(admin).get(partition));
            int victim = ports.indexOf(port) - 5;
            long begun = System.nanoTime();
            process(victim).close();
            awaitAllAnswered();
            kills.add(
                    "%s, owner of %d: all can be read again after %d ms"
                            .formatted(
                                    process(victim),
                                    partition,
                                    Duration.ofNanos(System.nanoTime() - begun).toMillis()));
            start(data, config, victim);
            process(victim).awaitReady();
        }
        return kills;
    }

    /// Waits until each reader had an answer to a question that it asked from now on.
    private void awaitAllAnswered() {
        var before = readers.stream().map(ViewReader::answered).toList();
        await("every reader is answered again")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    assertThat(failure.get()).isNull();
                    for (int i = 0; i < readers.size(); i++) {
                        // What was under way is one; lists go on with their next page.
                        if (readers.get(i).answered() < before.get(i) + 10) {
                            return false;
                        }
                    }
                    return true;
                });
    }

    /// Waits until each partition of the tasks has an owner and a standby, and says whose it is, by
    /// management port.
    private Map<Integer, Integer> settled(Admin admin) {
        return await("each partition has an owner and a standby")
                .atMost(PATIENCE)
                .until(() -> owners(admin), owners -> owners.size() == PARTITIONS);
    }

    private static Map<Integer, Integer> owners(Admin admin) throws Exception {
        var id = ViewsSettings.APPLICATION_ID;
        var group = admin.describeStreamsGroups(List.of(id)).all().get().get(id);
        var owners = new TreeMap<Integer, Integer>();
        if (group == null || group.members().size() != INSTANCES) {
            return owners;
        }
        var tasks =
                group.subtopologies().stream()
                        .filter(part -> part.sourceTopics().contains(Topics.TASK_EVENTS.name()))
                        .map(part -> part.subtopologyId())
                        .findFirst()
                        .orElseThrow();
        var standbys = new ArrayList<Integer>();
        for (StreamsGroupMemberDescription member : group.members()) {
            int port = member.userEndpoint().orElseThrow().port();
            member.assignment().activeTasks().stream()
                    .filter(part -> part.subtopologyId().equals(tasks))
                    .forEach(part ->
                            part.partitions().forEach(partition -> owners.put(partition, port)));
            member.assignment().standbyTasks().stream()
                    .filter(part -> part.subtopologyId().equals(tasks))
                    .forEach(part -> standbys.addAll(part.partitions()));
        }
        owners.keySet().retainAll(standbys);
        return owners;
    }

    /// Once nothing is written any more, everything is shown as it is.
    private void atLast(WrittenTasks written, String token) throws Exception {
        try (var reader = new ViewReader("at last", gateway(), token, false)) {
            for (int task = 0; task < written.count(); task++) {
                int number = task;
                var row =
                        await("task " + task)
                                .atMost(PATIENCE)
                                .until(
                                        () ->
                                                reader.get(
                                                        "/v1/views/tasks/"
                                                                + NumberedTasks.id(number),
                                                        Map.of(),
                                                        written.position()),
                                        answer -> answer != null && answer.body() != null)
                                .body();
                assertThat(requireNonNull(row).path("version").asInt())
                        .as("task %d", task)
                        .isEqualTo(written.of(task).size());
            }
        }
    }

    private void requireFewErrors() {
        for (var reader : readers) {
            assertThat(reader.slowest()).as("%s", reader).isLessThan(LONGEST_READ);
        }
        for (var name : List.of("points", "lists", "counts")) {
            assertThat(only(name + ", stale=ok").fromStandby()).as(name).isPositive();
        }
    }

    private ViewReader only(String name) {
        return readers.stream()
                .filter(reader -> reader.toString().startsWith(name + ":"))
                .findFirst()
                .orElseThrow();
    }

    private RoleProcess process(int instance) {
        var process = views.get(instance);
        if (process == null) {
            throw new IllegalStateException("instance " + instance);
        }
        return process;
    }

    private void start(Path data, Path config, int instance) throws IOException {
        views.put(
                instance,
                RoleProcess.start(
                        data, config, "v" + instance, ports.get(5 + instance), List.of("views")));
    }

    private Path config() throws IOException {
        var urls = new ArrayList<String>();
        for (int instance = 0; instance < INSTANCES; instance++) {
            urls.add("http://127.0.0.1:" + ports.get(5 + instance));
        }
        return Files.writeString(
                folder.resolve("site.properties"),
                """
                millrace.broker.port=%d
                millrace.registry.port=%d
                millrace.gateway.port=%d
                millrace.views.urls=%s
                millrace.search.urls=http://127.0.0.1:1
                millrace.kafka.start-timeout=5m
                """
                        .formatted(
                                ports.get(1), ports.get(2), ports.get(3), String.join(",", urls)));
    }

    private static int free() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
