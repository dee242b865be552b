package dev.millrace.streams.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.Terms;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewBehind;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.domain.view.Views.ViewRow;
import dev.millrace.schemas.query.QueryPaths;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.fixtures.Envelopes;
import dev.millrace.streams.views.stores.ArrivalsHandler;
import dev.millrace.streams.views.stores.Assignment;
import dev.millrace.streams.views.stores.Instances;
import dev.millrace.streams.views.stores.Peers;
import dev.millrace.streams.views.stores.SharedStores;
import dev.millrace.streams.views.stores.Standbys;
import dev.millrace.streams.views.stores.StoresHandler;
import dev.millrace.streams.views.stores.ViewStores;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reads that come after a write, by its position.
class ReadYourWritesTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir Path state;
    private FoldedPartitions site;
    private KafkaStreamsViews views;

    @BeforeEach
    void start() {
        site = new FoldedPartitions(1, state, Stores::inMemoryKeyValueStore);
        views = new KafkaStreamsViews(site, new Patience(LONG, LONG, LONG));
    }

    @AfterEach
    void stop() {
        views.close();
        site.close();
    }

    @Test
    void aReadWaitsUntilItsWriteIsFolded() throws Exception {
        var row = views.get(task(1, at(1))).toCompletableFuture();
        var page = views.list(tasks(at(1))).toCompletableFuture();

        submit(0);
        assertThat(row).isNotDone();
        assertThat(page).isNotDone();
        submit(1);

        assertThat(row.get().json()).contains("\"state\":\"queued\"");
        assertThat(row.get().position()).isEqualTo(at(1));
        assertThat(page.get().items()).hasSize(2);
    }

    @Test
    void whatIsFoldedAlreadyIsReadAtOnce() throws Exception {
        submit(0);
        submit(1);

        assertThat(views.get(task(0, at(0))).toCompletableFuture().get().json()).isNotNull();
        assertThat(views.get(task(1, Position.START)).toCompletableFuture().get().json())
                .isNotNull();
    }

    @Test
    void aReadThatWaitsTooLongSaysHowFarTheViewIs() {
        var hurried = new Patience(LONG, Duration.ofMillis(50), LONG);
        try (var impatient = new KafkaStreamsViews(site, hurried)) {
            submit(0);

            assertThatThrownBy(() -> impatient.get(task(1, at(9))).toCompletableFuture().get())
                    .cause()
                    .isInstanceOfSatisfying(
                            ViewBehind.class,
                            behind -> assertThat(behind.reached()).isEqualTo(at(0)));
        }
    }

    @Test
    void aReadThatDoesNotHearThatItsPositionIsReachedLooksForItself() throws Exception {
        var hurried = new Patience(LONG, Duration.ofMillis(50), LONG);
        try (var deaf = new KafkaStreamsViews(new Deaf(site), hurried)) {
            submit(0);

            assertThat(deaf.get(task(0, at(0))).toCompletableFuture().get().json()).isNotNull();
        }
    }

    @Test
    void aReadGoesWhereItsPartitionMoves() throws Exception {
        var source = new TopicPartition("millrace.task-events", 0);
        var here = new Assignment(Set.of(source), Map.of());
        var moved = new Assignment(Set.of(), Map.of(source, new HostInfo("there", 1)));
        var assignment = new AtomicReference<>(here);
        try (var other =
                        new FoldedPartitions(
                                1, state.resolve("there"), Stores::inMemoryKeyValueStore);
                var shared =
                        new KafkaStreamsViews(
                                new SharedStores(
                                        site, assignment::get, new Only(other), Standbys.NONE),
                                new Patience(LONG, LONG, LONG))) {
            var row = shared.get(task(0, at(0))).toCompletableFuture();
            while (site.waiting() == 0) {
                Thread.onSpinWait();
            }
            submit(other, 0);
            assertThat(row).isNotDone();

            assignment.set(moved);
            site.moveAway();

            assertThat(row.get(LONG.toSeconds() / 2, TimeUnit.SECONDS).json())
                    .contains("\"state\":\"queued\"");
        }
    }

    @Test
    void noMoreReadsWaitThanMay() throws Exception {
        var waiting = new ArrayList<CompletableFuture<ViewRow>>();
        for (int i = 0; i < KafkaStreamsViews.MOST_BEHIND; i++) {
            waiting.add(views.get(task(0, at(0))).toCompletableFuture());
        }

        assertThatThrownBy(() -> views.get(task(0, at(0))).toCompletableFuture().get())
                .hasRootCauseMessage("view tasks: 1024 reads wait for theirs already");
        submit(0);

        // Some may find the readers busy: they are told so, and none is left waiting.
        for (var read : waiting) {
            assertThat(read.handle((row, refused) -> row != null || refused != null).get())
                    .isTrue();
        }
        assertThat(views.get(task(0, at(0))).toCompletableFuture().get().json()).isNotNull();
    }

    @Test
    void positionsThatCannotBeTakeNobodysPlace() throws Exception {
        submit(0);
        var moving =
                new SharedStores(
                        site,
                        () -> {
                            throw new InvalidStateStoreException("it does not run");
                        },
                        new Peers("secret", 1),
                        Standbys.NONE);
        var hurried = new Patience(LONG, Duration.ofMillis(1), Duration.ofMillis(1));
        try (var unready = new KafkaStreamsViews(moving, hurried)) {
            for (int i = 0; i <= KafkaStreamsViews.MOST_BEHIND; i++) {
                assertThatThrownBy(() -> unready.get(task(0, at(0))).toCompletableFuture().get())
                        .hasCauseInstanceOf(ViewUnavailable.class)
                        .hasMessageNotContaining("wait for theirs");
            }
        }
        var elsewhere = Position.at("millrace.task-events", 1, 0);
        for (int i = 0; i <= KafkaStreamsViews.MOST_BEHIND; i++) {
            assertThatThrownBy(() -> views.get(task(0, elsewhere)).toCompletableFuture().get())
                    .hasCauseInstanceOf(InvalidQuery.class);
        }
        assertThat(views.get(task(0, at(0))).toCompletableFuture().get().json()).isNotNull();
    }

    @Test
    void anotherInstanceIsAskedToSayWhenItIsThere() throws Exception {
        var there =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var asked = new CompletableFuture<Void>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var peers = new Peers("secret", 1)) {
            there.setExecutor(threads);
            var arrivals = ArrivalsHandler.of(site);
            there.createContext(QueryPaths.STORES, StoresHandler.of(site, Standbys.NONE));
            there.createContext(
                    QueryPaths.ARRIVALS,
                    exchange -> {
                        asked.complete(null);
                        arrivals.handle(exchange);
                    });
            there.start();
            var host = new HostInfo("127.0.0.1", there.getAddress().getPort());
            var elsewhere =
                    Map.of(
                            new TopicPartition("millrace.task-events", 0), host,
                            new TopicPartition("millrace.documents", 0), host);
            var stores =
                    new SharedStores(
                            site, () -> new Assignment(Set.of(), elsewhere), peers, Standbys.NONE);
            try (var remote = new KafkaStreamsViews(stores, new Patience(LONG, LONG, LONG))) {
                var row = remote.get(task(0, at(0))).toCompletableFuture();
                asked.get();
                assertThat(row).isNotDone();

                submit(0);

                assertThat(row.get().json()).contains("\"state\":\"queued\"");
            } finally {
                there.stop(0);
            }
        }
    }

    private static RowQuery task(int task, Position after) {
        return new RowQuery("tasks", "acme", id(task).toString(), after, null);
    }

    private static ViewQuery tasks(Position after) {
        return new ViewQuery("tasks", "acme", Map.of(), false, false, 10, null, after);
    }

    private static Position at(long offset) {
        return Position.at("millrace.task-events", 0, offset);
    }

    private static TaskId id(int task) {
        return new TaskId(new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0000L + task));
    }

    private void submit(int task) {
        submit(site, task);
    }

    private static void submit(FoldedPartitions site, int task) {
        var event =
                new TaskEvent.Submitted(
                        id(task),
                        1,
                        "ingest",
                        new Content.Inline("{}"),
                        Digest.of("{}"),
                        Terms.DEFAULT,
                        null,
                        null,
                        List.of());
        site.append(Topics.TASK_EVENTS, id(task).toString(), Envelopes.of(task, event));
    }

    /// Tells nobody that a position is reached.
    private record Deaf(ViewStores stores) implements ViewStores {
        @Override
        public int partitions() {
            return stores.partitions();
        }

        @Override
        public <V> ReadOnlyKeyValueStore<String, V> store(String name, int partition) {
            return stores.store(name, partition);
        }

        @Override
        public CompletableFuture<Void> reached(Position after) {
            return new CompletableFuture<>();
        }
    }

    /// The one other instance there is.
    private record Only(ViewStores stores) implements Instances {
        @Override
        public <V> ReadOnlyKeyValueStore<String, V> store(
                HostInfo owner, String name, int partition, @Nullable String copy) {
            return stores.store(name, partition);
        }

        @Override
        public Standbys.Copy copy(HostInfo host, String applied, int partition) {
            throw new InvalidStateStoreException("no standbys");
        }

        @Override
        public CompletableFuture<Void> reached(HostInfo owner, Position after) {
            return stores.reached(after);
        }
    }
}
