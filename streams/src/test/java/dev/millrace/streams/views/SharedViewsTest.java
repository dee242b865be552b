package dev.millrace.streams.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentEvent;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.document.Passage;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.search.Model;
import dev.millrace.domain.search.Vector;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.Terms;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.domain.view.Views.ViewRow;
import dev.millrace.schemas.query.QueryPaths;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.fixtures.Envelopes;
import dev.millrace.streams.views.fold.ViewsTopology;
import dev.millrace.streams.views.stores.Assignment;
import dev.millrace.streams.views.stores.Peers;
import dev.millrace.streams.views.stores.SharedStores;
import dev.millrace.streams.views.stores.Standbys;
import dev.millrace.streams.views.stores.StoresHandler;
import dev.millrace.streams.views.stores.ViewStores;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two instances of the views: partition 0 is here, 1 and 2 are behind a real HTTP server.
class SharedViewsTest {

    private static final String SECRET = "secret-between-processes";
    private static final Digest DIGEST = Digest.of("text");
    private static final int TASKS = 1700;

    @TempDir Path state;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final Set<Integer> heldThere = new HashSet<>(Set.of(1, 2));
    private final Map<Integer, Position> copiesThere = new HashMap<>();
    private boolean changing;
    private final Peers peers = new Peers(SECRET, 1);
    private FoldedPartitions site;
    private HttpServer there;
    private KafkaStreamsViews whole;
    private KafkaStreamsViews shared;

    @BeforeEach
    void start() throws IOException {
        site = new FoldedPartitions(3, state, Stores::inMemoryKeyValueStore);
        there = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        there.setExecutor(threads);
        var handler = StoresHandler.of(new Held(site, heldThere), new Copies());
        there.createContext(
                QueryPaths.STORES,
                exchange -> {
                    asked.add(
                            exchange.getRequestURI()
                                    + " "
                                    + exchange.getRequestHeaders().getFirst("Authorization"));
                    handler.handle(exchange);
                });
        there.start();
        whole = new KafkaStreamsViews(site);
        shared = views(Set.of(1, 2));
    }

    @AfterEach
    void stop() {
        shared.close();
        whole.close();
        peers.close();
        there.stop(0);
        threads.close();
        site.close();
    }

    @Test
    void everyViewAnswersAsIfAllPartitionsWereHere() {
        fold();
        same("tasks", Map.of(), 1000);
        same("tasks", Map.of("state", "running"), 7);
        same("tasks", Map.of("state", "queued", "kind", "ingest"), 999);
        same("task-counts", Map.of(), 10);
        same("documents", Map.of(), 3);
        same("documents", Map.of("name", "b.md"), 3);
        same("throughput", Map.of(), 11);
        same("workers", Map.of(), 1);
        same("workers", Map.of("kind", "ingest"), 5);
        same("usage", Map.of(), 1);
        same("usage", Map.of("day", "2026-11-22", "actor", "ann"), 5);
        same("models", Map.of(), 5);
        for (int task = 0; task < 20; task++) {
            same("task-history", Map.of("task", id(task).toString()), 1);
            sameRow("tasks", id(task).toString());
            sameRow("task-history", id(task) + ":1");
        }
        sameRow("task-counts", "ingest:running");
        sameRow("task-counts", "ingest:none");
        sameRow("throughput", "2026-11-22T12:00:20Z");
        sameRow("workers", "w");
        sameRow("usage", "2026-11-22:ingest:oidc:ann");
        sameRow("models", "m:1");
        sameRow("documents", DocumentId.of("acme", "c.md", DIGEST).toString());
        sameRow("documents", new DocumentId(new UUID(1, 1)).toString());

        assertThat(asked).allMatch(question -> question.endsWith(" Bearer " + SECRET));
    }

    @Test
    void aPageOfRowsAsksForManyAtOnce() {
        fold();
        asked.clear();

        assertThat(done(shared.list(query("tasks", Map.of(), 100, null))).items()).hasSize(100);
        /* Two partitions: the position, a page of the index, the rows. */
        assertThat(asked).hasSizeLessThanOrEqualTo(6);
    }

    @Test
    void aRangeOfManyPagesIsTheWholeRangeInBothDirections() {
        fold();
        var here = site.<String>store(ViewsTopology.TASKS_INDEX, 1);
        var remote = stores(Set.of(1, 2), Set.of(0)).<String>store(ViewsTopology.TASKS_INDEX, 1);
        asked.clear();

        assertThat(entries(remote.all())).hasSizeGreaterThan(2000).isEqualTo(entries(here.all()));
        assertThat(asked).as("pages").hasSizeBetween(5, 6);
        assertThat(entries(remote.reverseRange("", "g")))
                .isEqualTo(entries(here.reverseRange("", "g")));
        assertThat(entries(remote.range("x", null))).isEmpty();
    }

    @Test
    void whatTheOtherDoesNotHoldAnyMoreMakesTheViewUnavailable() {
        fold();
        heldThere.remove(2);

        unavailable(shared);
        heldThere.add(2);
        same("task-counts", Map.of(), 10);
    }

    @Test
    void whatNobodyIsKnownToHoldMakesTheViewUnavailable() {
        fold();
        try (var views = views(Set.of(1))) {
            unavailable(views);
        }
    }

    @Test
    void anInstanceThatDoesNotAnswerMakesTheViewUnavailable() {
        fold();
        there.stop(0);

        unavailable(shared);
    }

    @Test
    void aRowIsReadFromItsOwnPartitionWhoeverElseIsAway() {
        fold();
        heldThere.remove(2);
        asked.clear();

        for (int task = 0; task < 60; task++) {
            var key = id(task).toString();
            int home = Topics.TASK_EVENTS.partition(key, 3);
            if (home != 2) {
                var elsewhere = Position.at(Topics.TASK_EVENTS.name(), 2, 1_000_000);
                var query = new RowQuery("tasks", "acme", key, elsewhere, null);
                var row = done(shared.get(query));
                assertThat(row.json()).isEqualTo(rowOf(whole, key).json());
                assertThat(row.position())
                        .as("of what is here, and of where the row is")
                        .isEqualTo(
                                site.position(ViewsTopology.TASKS_APPLIED, 0)
                                        .join(site.position(ViewsTopology.TASKS_APPLIED, home))
                                        .join(elsewhere));
                var history = query("task-history", Map.of("task", key), 10, null);
                assertThat(done(shared.list(history)).items())
                        .isEqualTo(done(whole.list(history)).items());
            } else {
                unavailableRow(shared, key, false);
            }
        }
        assertThat(asked).as("the other instance was asked").isNotEmpty();
    }

    @Test
    void standbysAnswerForOwnersThatCannotWhereThatIsWanted() {
        fold();
        heldThere.clear();
        for (int partition = 1; partition < 3; partition++) {
            copiesThere.put(partition, site.position(ViewsTopology.TASKS_APPLIED, partition));
        }

        unavailable(shared);
        for (var view : List.of("tasks", "task-counts")) {
            var query = query(view, Map.of(), 1000, null);
            var page = done(shared.list(stale(query, Position.START)));
            var expected = done(whole.list(query));
            assertThat(page.items()).isEqualTo(expected.items());
            assertThat(page.position()).isEqualTo(expected.position());
            assertThat(page.fromStandby()).isTrue();
        }
        for (int task = 0; task < 20; task++) {
            var key = id(task).toString();
            boolean isHere = Topics.TASK_EVENTS.partition(key, 3) == 0;
            var row =
                    done(
                            shared.get(
                                    new RowQuery(
                                            "tasks", "acme", key, Position.START, null, true)));
            assertThat(row.json()).isEqualTo(rowOf(whole, key).json());
            assertThat(row.fromStandby()).isEqualTo(!isHere);
        }
    }

    @Test
    void ownersAreAskedFirst() {
        fold();
        copiesThere.put(1, Position.START);
        var query = query("tasks", Map.of(), 10, null);

        var page = done(shared.list(stale(query, Position.START)));

        assertThat(page).isEqualTo(done(whole.list(query)));
        assertThat(page.fromStandby()).isFalse();
    }

    @Test
    void aStandbyIsNeverOlderThanWhatIsAskedFor() {
        fold();
        heldThere.clear();
        var held = Position.START;
        for (int partition = 1; partition < 3; partition++) {
            held = held.with(Topics.TASK_EVENTS.name(), partition, 5);
        }
        copiesThere.put(1, held);
        copiesThere.put(2, held);
        var query = query("tasks", Map.of(), 10, null);
        var later = Position.at(Topics.TASK_EVENTS.name(), 2, 6);

        assertThat(done(shared.list(stale(query, held))).fromStandby()).isTrue();
        assertThatThrownBy(() -> shared.list(stale(query, later)).toCompletableFuture().get())
                .hasCauseInstanceOf(ViewUnavailable.class);
    }

    @Test
    void aCopyThatIsAnotherOneByThenIsNotRead() {
        fold();
        heldThere.clear();
        copiesThere.put(1, Position.START);
        copiesThere.put(2, Position.START);
        changing = true;

        assertThatThrownBy(() ->
                        shared.list(stale(query("tasks", Map.of(), 10, null), Position.START))
                                .toCompletableFuture()
                                .get())
                .hasCauseInstanceOf(ViewUnavailable.class);
    }

    @Test
    void anInstanceIsReadyWhenItsOwnPartitionsAre() {
        fold();
        there.stop(0);

        assertThat(stores(Set.of(1, 2), Set.of(0)).areReadable()).isTrue();
        assertThat(stores(Set.of(), Set.of()).areReadable()).isTrue();
        assertThat(stores(Set.of(2), Set.of(0, 1)).areReadable()).isFalse();
    }

    private void fold() {
        for (int task = 0; task < TASKS; task++) {
            event(
                    new TaskEvent.Submitted(
                            id(task),
                            1,
                            "ingest",
                            new Content.Inline("{}"),
                            DIGEST,
                            Terms.DEFAULT,
                            null,
                            null,
                            List.of()),
                    task / 3);
            if (task % 5 == 0) {
                event(new TaskEvent.Started(id(task), 2, 1, "w", null, null), 600);
            }
            if (task % 15 == 0) {
                event(new TaskEvent.Succeeded(id(task), 3, 1, new Content.Inline("{}")), 700);
            }
        }
        for (var name : List.of("a.md", "b.md", "c.md", "d.md", "e.md")) {
            var document = DocumentId.of("acme", name, DIGEST);
            site.append(
                    Topics.DOCUMENTS,
                    document.toString(),
                    Envelopes.of(
                            20,
                            new DocumentEvent.Accepted(
                                    document,
                                    document.ingestTask(),
                                    name,
                                    "text/plain",
                                    DIGEST,
                                    4,
                                    new Content.Inline("text"))));
            var chunk = new ChunkId(document, 0);
            site.append(
                    Topics.EMBEDDINGS,
                    chunk.toString(),
                    Envelopes.of(
                            30,
                            new Embedding(
                                    chunk,
                                    new Passage("a", 0, 4, "text"),
                                    Vector.of(1, 0),
                                    new Model("m", "1", 2),
                                    "e",
                                    DIGEST)));
        }
    }

    private void event(TaskEvent event, long time) {
        site.append(Topics.TASK_EVENTS, event.task().toString(), Envelopes.of(time, event));
    }

    private void same(String view, Map<String, String> filters, int limit) {
        var items = new ArrayList<String>();
        String token = null;
        do {
            var query = query(view, filters, limit, token);
            var page = done(shared.list(query));
            var expected = done(whole.list(query));
            assertThat(page.items()).isEqualTo(expected.items());
            assertThat(page.nextToken()).isEqualTo(expected.nextToken());
            assertThat(page.count()).isEqualTo(expected.count());
            samePosition(view, page.position(), expected.position());
            items.addAll(page.items());
            token = page.nextToken();
        } while (token != null);
        assertThat(items).as(view).isNotEmpty();
    }

    private void sameRow(String view, String key) {
        var query = new RowQuery(view, "acme", key);
        var row = done(shared.get(query));
        var expected = done(whole.get(query));
        assertThat(row.json()).isEqualTo(expected.json());
        samePosition(view, row.position(), expected.position());
    }

    /// What a partition alone answers says nothing of others that are elsewhere.
    private static void samePosition(String view, Position position, Position whole) {
        if (List.of("task-counts", "throughput", "workers", "usage", "models").contains(view)) {
            assertThat(position).isEqualTo(whole);
        } else {
            assertThat(position).isNotEqualTo(Position.START);
            assertThat(whole.join(position)).isEqualTo(whole);
        }
    }

    private static List<KeyValue<String, String>> entries(
            KeyValueIterator<String, String> iterator) {
        var entries = new ArrayList<KeyValue<String, String>>();
        try (iterator) {
            iterator.forEachRemaining(entries::add);
        }
        return entries;
    }

    private static ViewQuery stale(ViewQuery query, Position after) {
        return new ViewQuery(
                query.view(),
                query.tenant(),
                query.filters(),
                false,
                false,
                query.limit(),
                null,
                after,
                true);
    }

    private static ViewRow rowOf(KafkaStreamsViews views, String key) {
        return done(views.get(new RowQuery("tasks", "acme", key)));
    }

    private static void unavailableRow(KafkaStreamsViews views, String key, boolean staleOk) {
        var query = new RowQuery("tasks", "acme", key, Position.START, null, staleOk);
        assertThatThrownBy(() -> views.get(query).toCompletableFuture().get())
                .hasCauseInstanceOf(ViewUnavailable.class);
    }

    private static void unavailable(KafkaStreamsViews views) {
        for (var view : List.of("tasks", "task-counts", "documents", "throughput")) {
            assertThatThrownBy(() ->
                            views.list(query(view, Map.of(), 10, null)).toCompletableFuture().get())
                    .as(view)
                    .hasCauseInstanceOf(ViewUnavailable.class);
        }
    }

    private KafkaStreamsViews views(Set<Integer> elsewhere) {
        return new KafkaStreamsViews(
                stores(elsewhere, Set.of(0)),
                new Patience(
                        Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMillis(100)));
    }

    private SharedStores stores(Set<Integer> elsewhere, Set<Integer> here) {
        var owners = new HashMap<TopicPartition, HostInfo>();
        var host = new HostInfo("127.0.0.1", there.getAddress().getPort());
        partitions(elsewhere).forEach(partition -> owners.put(partition, host));
        var assignment = new Assignment(partitions(here), owners);
        return new SharedStores(new Held(site, Set.of(0)), () -> assignment, peers, Standbys.NONE);
    }

    private static Set<TopicPartition> partitions(Set<Integer> numbers) {
        var partitions = new HashSet<TopicPartition>();
        for (int number : numbers) {
            partitions.add(new TopicPartition(ViewsTopology.source(ViewsTopology.TASKS), number));
            partitions.add(
                    new TopicPartition(ViewsTopology.source(ViewsTopology.DOCUMENTS), number));
        }
        return partitions;
    }

    private static ViewQuery query(
            String view, Map<String, String> filters, int limit, @Nullable String token) {
        return new ViewQuery(view, "acme", filters, limit, token);
    }

    private static <T> T done(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get();
        } catch (InterruptedException | ExecutionException failed) {
            throw new AssertionError(failed.getCause());
        }
    }

    private static TaskId id(int task) {
        return new TaskId(new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0000L + task));
    }

    /// The standby copies of the other instance.
    private final class Copies implements Standbys {
        @Override
        public Copy copy(String applied, int partition) {
            var held = copiesThere.get(partition);
            if (held == null) {
                throw new InvalidStateStoreException("no copy");
            }
            return new Copy("copy " + partition, held);
        }

        @Override
        public <V> ReadOnlyKeyValueStore<String, V> store(String name, int partition, String copy) {
            if (changing || !copy.equals("copy " + partition)) {
                throw new InvalidStateStoreException("another copy");
            }
            return site.store(name, partition);
        }
    }

    /// The partitions of one instance.
    private record Held(ViewStores stores, Set<Integer> held) implements ViewStores {
        @Override
        public int partitions() {
            return stores.partitions();
        }

        @Override
        public <V> ReadOnlyKeyValueStore<String, V> store(String name, int partition) {
            if (!held.contains(partition)) {
                throw new InvalidStateStoreException("elsewhere");
            }
            return stores.store(name, partition);
        }

        @Override
        public CompletableFuture<Void> reached(Position after) {
            return stores.reached(after);
        }
    }
}
