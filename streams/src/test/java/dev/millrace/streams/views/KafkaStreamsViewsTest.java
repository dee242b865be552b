package dev.millrace.streams.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentEvent;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.document.IndexReport;
import dev.millrace.domain.document.Passage;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.search.Model;
import dev.millrace.domain.search.Vector;
import dev.millrace.domain.task.DependencyPolicy;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.Priority;
import dev.millrace.domain.task.Retries;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskEvent.Reason;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskProgress;
import dev.millrace.domain.task.TaskState.Stage;
import dev.millrace.domain.task.Terms;
import dev.millrace.domain.view.Moment;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowField;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.UnknownView;
import dev.millrace.domain.view.ViewCatalogue;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.domain.view.Views.RowCount;
import dev.millrace.domain.view.Views.ViewDescription;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.fixtures.Envelopes;
import dev.millrace.streams.fixtures.TopologyPicture;
import dev.millrace.streams.runtime.ProcessorMeters;
import dev.millrace.streams.views.fold.Arrivals;
import dev.millrace.streams.views.fold.IndexEntry;
import dev.millrace.streams.views.fold.TaskRow;
import dev.millrace.streams.views.fold.ViewsTopology;
import dev.millrace.streams.views.stores.ViewStores;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaStreamsViewsTest {

    private static final Digest DIGEST = Digest.of("text");

    @TempDir Path state;
    private FoldedPartitions site;
    private KafkaStreamsViews views;

    @BeforeEach
    void start() {
        site = new FoldedPartitions(3, state, Stores::inMemoryKeyValueStore);
        views = new KafkaStreamsViews(site);
    }

    @AfterEach
    void stop() {
        views.close();
        site.close();
    }

    @Test
    void shapeIsTheCommittedOne() throws IOException {
        TopologyPicture.check(
                "views",
                new ViewsTopology(new EventSerdes(new InMemorySchemaStore()), new Arrivals())
                        .build(
                                new ProcessorMeters(
                                        new SimpleMeterRegistry(), InstantSource.system())));
    }

    @Test
    void everyViewIsDescribedOnce() {
        assertThat(views.describe().stream().map(ViewDescription::name))
                .containsExactly(
                        "tasks",
                        "task-history",
                        "task-counts",
                        "task-progress",
                        "documents",
                        "throughput",
                        "workers",
                        "usage",
                        "models");
    }

    @Test
    void aStoreThatIsHeldUpIsUnavailableForThatLong() throws Exception {
        var free = new CountDownLatch(1);
        var held = new HeldStores(site, free);
        try (var patient = new KafkaStreamsViews(held, patience(Duration.ofSeconds(1)))) {
            submit(1, "acme", 1);
            var read = patient.get(task(1)).toCompletableFuture();

            assertThatThrownBy(read::get).hasCauseInstanceOf(ViewUnavailable.class);

            free.countDown();
        }
        try (var again = new KafkaStreamsViews(held)) {
            assertThat(again.get(task(1)).toCompletableFuture().get())
                    .satisfies(row -> assertThat(row.json()).isNotNull());
        }
    }

    /// Stores of which none can be had until something happens.
    private record HeldStores(ViewStores stores, CountDownLatch free) implements ViewStores {

        @Override
        public int partitions() {
            return stores.partitions();
        }

        @Override
        public <V> ReadOnlyKeyValueStore<String, V> store(String name, int partition) {
            try {
                free.await();
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
            return stores.store(name, partition);
        }

        @Override
        public CompletableFuture<Void> reached(Position after) {
            return stores.reached(after);
        }
    }

    @Test
    void tasksOfAllPartitionsAreListedNewestFirst() {
        for (int task = 0; task < 12; task++) {
            submit(task, "acme", task % 4);
        }
        var expected = new ArrayList<Integer>();
        for (int time = 3; time >= 0; time--) {
            for (int task = 11; task >= 0; task--) {
                if (task % 4 == time) {
                    expected.add(task);
                }
            }
        }

        assertThat(ids(list("tasks", Map.of(), 100, null).items()))
                .containsExactlyElementsOf(expected.stream().map(n -> id(n).toString()).toList());
    }

    @Test
    void pagesOfAnySizeAddUpToTheWholeList() {
        for (int task = 0; task < 23; task++) {
            submit(task, "acme", task / 3);
            if (task % 2 == 0) {
                event(new TaskEvent.Started(id(task), 2, 1, "documents", null, null), "acme", 50);
            }
        }
        for (var filters :
                List.of(
                        Map.<String, String>of(),
                        Map.of("state", "running"),
                        Map.of("state", "queued", "kind", "ingest"),
                        Map.of("kind", "unheard-of"))) {
            var whole = list("tasks", filters, 1_000, null);
            assertThat(whole.nextToken()).isNull();
            for (int limit = 1; limit < 25; limit++) {
                assertThat(paged("tasks", filters, limit))
                        .as("%s by %d", filters, limit)
                        .isEqualTo(whole.items());
            }
        }
        assertThat(paged("tasks", Map.of("state", "running"), 5)).hasSize(12);
        assertThat(paged("tasks", Map.of("state", "queued"), 5)).hasSize(11);
    }

    @Test
    void tasksAreFoundByWhatTheyArePartOfAndWhoseWorkTheyDoAgain() {
        submit(1, "acme", 1);
        submit(2, "acme", 2, Terms.DEFAULT.again(id(1), null, null));
        submit(
                3,
                "acme",
                3,
                new Terms(
                        Priority.NORMAL,
                        null,
                        null,
                        Retries.DEFAULT,
                        id(1),
                        DependencyPolicy.FAIL,
                        id(2),
                        null));
        submit(4, "other", 4, Terms.DEFAULT.again(id(1), null, null));
        event(new TaskEvent.Started(id(3), 2, 1, "documents", null, null), "acme", 50);

        var one = id(1).toString();
        assertThat(ids(paged("tasks", Map.of("rerun_of", one), 1)))
                .containsExactly(id(2).toString());
        assertThat(ids(paged("tasks", Map.of("parent", one), 1))).containsExactly(id(3).toString());
        assertThat(
                        ids(
                                paged(
                                        "tasks",
                                        Map.of(
                                                "parent",
                                                one,
                                                "rerun_of",
                                                id(2).toString(),
                                                "state",
                                                "running",
                                                "kind",
                                                "ingest"),
                                        1)))
                .containsExactly(id(3).toString());
        assertThat(paged("tasks", Map.of("parent", one, "state", "queued"), 1)).isEmpty();
    }

    @Test
    void storesOnDiskAnswerLikeThoseInMemory() {
        site.close();
        views.close();
        site = new FoldedPartitions(2, state.resolve("disk"), Stores::persistentKeyValueStore);
        views = new KafkaStreamsViews(site);
        for (int task = 0; task < 9; task++) {
            submit(task, "acme", task);
        }

        assertThat(paged("tasks", Map.of("state", "queued"), 4))
                .isEqualTo(list("tasks", Map.of(), 100, null).items())
                .hasSize(9);
        assertThat(row("task-counts", "ingest:queued")).contains("\"count\":9");
    }

    @Test
    void largeRowsMakeMorePagesRatherThanLargeAnswers() {
        var output = new Content.Inline("\"" + "x".repeat(60_000) + "\"");
        for (int task = 0; task < 80; task++) {
            submit(task, "acme", task);
            event(new TaskEvent.Succeeded(id(task), 2, 1, output), "acme", 90);
        }
        var first = list("tasks", Map.of(), 1_000, null);

        assertThat(first.items()).hasSizeBetween(60, 70);
        assertThat(paged("tasks", Map.of(), 1_000)).hasSize(80);
    }

    @Test
    void historyIsInTheOrderOfVersionsAndSaysWhereEachEventStands() {
        submit(1, "acme", 0);
        event(new TaskEvent.Started(id(1), 2, 1, "documents", null, null), "acme", 1);
        event(refused(1, 3), "acme", 2);

        var page = list("task-history", Map.of("task", id(1).toString()), 2, null);
        assertThat(page.items()).hasSize(2);
        assertThat(page.items().get(1))
                .startsWith(
                        "{\"type\":\"dev.millrace.task.started\","
                                + "\"time\":\"2026-11-22T12:00:01.000000Z\","
                                + "\"actor\":{\"id\":\"ann\",\"proof\":\"oidc\"},"
                                + "\"topic\":\"millrace.task-events\",\"partition\":0,\"offset\":1,"
                                + "\"version\":2,\"id\":\"")
                .endsWith("\"detail\":{\"attempt\":1,\"worker\":\"documents\"}}");
        var rest = list("task-history", Map.of("task", id(1).toString()), 2, page.nextToken());
        assertThat(rest.items()).singleElement().asString().contains("\"reason\":\"duplicate\"");
        assertThat(rest.nextToken()).isNull();
        assertThat(row("task-history", id(1) + ":2")).isEqualTo(page.items().get(1));
    }

    @Test
    void taskKnownOnlyByRefusalsHasAHistoryButNoRow() {
        event(refused(1, 1), "acme", 0);

        assertThat(row("tasks", id(1).toString())).isNull();
        assertThat(list("tasks", Map.of(), 10, null).items()).isEmpty();
        assertThat(list("task-history", Map.of("task", id(1).toString()), 10, null).items())
                .hasSize(1);
    }

    @Test
    void progressIsWhatTheLatestAttemptSaidLast() {
        progress("acme", new TaskProgress(id(1), 1, 0.5, "half"), 1);
        progress("acme", new TaskProgress(id(1), 2, 0.25, "again"), 2);
        progress("acme", new TaskProgress(id(1), 1, 0.75, "late"), 3);

        assertThat(row("task-progress", id(1).toString()))
                .isEqualTo(
                        "{\"id\":\""
                                + id(1)
                                + "\",\"attempt\":2,\"fraction\":0.25,\"note\":\"again\",\"worker\":\"ann\","
                                + "\"updated\":\"2026-11-22T12:00:02.000000Z\"}");
        assertThat(row("task-progress", id(2).toString())).isNull();
    }

    @Test
    void progressIsListedByTaskAndEachTenantSeesItsOwn() {
        for (int task = 0; task < 7; task++) {
            progress("acme", new TaskProgress(id(task), 1, 0, ""), task);
            progress("other", new TaskProgress(id(100 + task), 1, 1, ""), task);
        }

        var whole = list("task-progress", Map.of(), 100, null).items();
        assertThat(ids(whole))
                .containsExactlyElementsOf(
                        java.util.stream.IntStream.range(0, 7)
                                .mapToObj(task -> id(task).toString())
                                .sorted(java.util.Comparator.reverseOrder())
                                .toList());
        for (int limit = 1; limit < 9; limit++) {
            assertThat(paged("task-progress", Map.of(), limit)).as("by %d", limit).isEqualTo(whole);
        }
        assertThat(row("task-progress", id(100).toString())).isNull();
    }

    private void progress(String tenant, TaskProgress progress, long time) {
        site.append(
                Topics.TASK_PROGRESS,
                progress.task().toString(),
                Envelopes.of(time, tenant, progress));
    }

    @Test
    void countsAreAddedUpOverThePartitions() {
        for (int task = 0; task < 9; task++) {
            submit(task, "acme", task);
        }
        event(new TaskEvent.Started(id(4), 2, 1, "documents", null, null), "acme", 20);

        assertThat(list("task-counts", Map.of(), 10, null).items())
                .containsExactly(
                        "{\"kind\":\"ingest\",\"state\":\"queued\",\"count\":8}",
                        "{\"kind\":\"ingest\",\"state\":\"running\",\"count\":1}");
        assertThat(paged("task-counts", Map.of(), 1)).hasSize(2);
        assertThat(row("task-counts", "ingest:running")).contains("\"count\":1");
        assertThat(row("task-counts", "ingest:failed")).isNull();
    }

    @Test
    void indexAndCountsAgreeWithTheRowsWhateverHappened() {
        for (long seed = 0; seed < 5; seed++) {
            var random = new Random(seed);
            for (int i = 0; i < 60; i++) {
                anyEvent(random, i);
            }
            for (int partition = 0; partition < site.partitions(); partition++) {
                var keys = new TreeSet<String>();
                try (var rows = site.<TaskRow>store(ViewsTopology.TASKS, partition).all()) {
                    rows.forEachRemaining(row -> keys.addAll(keysOf(row.value)));
                }
                var indexed = new TreeSet<String>();
                try (var index = site.<String>store(ViewsTopology.TASKS_INDEX, partition).all()) {
                    index.forEachRemaining(entry -> indexed.add(entry.key));
                }
                assertThat(indexed).as("seed %d", seed).isEqualTo(keys);
            }
            for (var taskState : List.of("queued", "running", "succeeded", "failed")) {
                var counted = row("task-counts", "ingest:" + taskState);
                int rows = paged("tasks", Map.of("state", taskState), 7).size();
                assertThat(counted == null ? 0 : count(counted))
                        .as("seed %d", seed)
                        .isEqualTo(rows);
            }
        }
    }

    @Test
    void otherTenantsSeeNothing() {
        submit(1, "acme", 0);
        submit(2, "beta", 0);
        accept("acme", "a.md", 1);

        for (var view : List.of("tasks", "task-counts", "documents", "throughput")) {
            assertThat(done(views.list(new ViewQuery(view, "gamma", Map.of(), 10, null))).items())
                    .as(view)
                    .isEmpty();
        }
        assertThat(ids(list("tasks", Map.of(), 10, null).items()))
                .containsExactly(id(1).toString());
        assertThat(row("tasks", id(2).toString())).isNull();
        assertThat(row("task-history", id(2) + ":1")).isNull();
        assertThat(list("task-history", Map.of("task", id(2).toString()), 10, null).items())
                .isEmpty();
    }

    @Test
    void documentsAreListedByStateAndName() {
        var first = accept("acme", "a.md", 1);
        var second = accept("acme", "b|=&.md", 2);
        site.append(
                Topics.DOCUMENTS,
                second.toString(),
                Envelopes.of(3, new DocumentEvent.Chunked(second, 1, "c/1")));
        embed(second, 4);
        embed(second, 5);
        site.append(
                Topics.INDEX_REPORTS,
                second.toString(),
                Envelopes.of(6, new IndexReport(second, "index-a", 1, Position.START)));

        assertThat(ids(list("documents", Map.of(), 10, null).items()))
                .containsExactly(second.toString(), first.toString());
        assertThat(ids(list("documents", Map.of("state", "searchable"), 10, null).items()))
                .containsExactly(second.toString());
        assertThat(ids(list("documents", Map.of("name", "b|=&.md"), 10, null).items()))
                .containsExactly(second.toString());
        assertThat(list("documents", Map.of("name", "b"), 10, null).items()).isEmpty();
        assertThat(row("documents", second.toString()))
                .contains("\"chunks\":1,\"embedded\":1,\"searchable\":1");
    }

    @Test
    void throughputAddsUpBothFolds() {
        submit(1, "acme", 0);
        event(new TaskEvent.Succeeded(id(1), 2, 1, new Content.Inline("{}")), "acme", 8);
        var document = accept("acme", "a.md", 1);
        embed(document, 2);
        embed(accept("acme", "b.md", 25), 26);

        assertThat(list("throughput", Map.of(), 10, null).items())
                .containsExactly(
                        "{\"start\":\"2026-11-22T12:00:20.000000Z\",\"seconds\":10,\"documents\":1,"
                                + "\"chunks\":0,\"embeddings\":1,\"searchable\":0,\"tasks_ended\":0}",
                        "{\"start\":\"2026-11-22T12:00:00.000000Z\",\"seconds\":10,\"documents\":1,"
                                + "\"chunks\":0,\"embeddings\":1,\"searchable\":0,\"tasks_ended\":1}");
        assertThat(paged("throughput", Map.of(), 1)).hasSize(2);
        assertThat(row("throughput", "2026-11-22T12:00:20Z")).contains("\"documents\":1");
    }

    @Test
    void recordThatWasAppliedBeforeIsSkipped() {
        int partition = Topics.TASK_EVENTS.partition(id(1).toString(), 3);
        site.<Long>writable(ViewsTopology.TASKS_APPLIED, partition)
                .put("millrace.task-events-0", 0L);

        submit(1, "acme", 0);
        assertThat(row("tasks", id(1).toString())).isNull();
        submit(1, "acme", 1);

        assertThat(row("task-counts", "ingest:queued")).contains("\"count\":1");
    }

    @Test
    void sealedRecordIsSkippedButRead() {
        // A driver calls its only partition 0, so that has to be the key's.
        var key =
                IntStream.iterate(1, n -> n + 1)
                        .mapToObj(n -> id(n).toString())
                        .filter(each -> Topics.TASK_EVENTS.partition(each, 3) == 0)
                        .findFirst()
                        .orElseThrow();
        site.append(Topics.TASK_EVENTS, key, Envelopes.sealed(0));

        var page = list("tasks", Map.of(), 10, null);
        assertThat(page.items()).isEmpty();
        assertThat(page.position()).isEqualTo(Position.at("millrace.task-events", 0, 0));
    }

    @Test
    void rowsHaveTheFieldsThatAreDeclared() throws IOException {
        submit(1, "acme", 1);
        event(new TaskEvent.Started(id(1), 2, 1, "w", null, null), "acme", 2);
        progress("acme", new TaskProgress(id(1), 1, 0.5, "half"), 1);
        embed(accept("acme", "a.md", 3), 4);
        var json = new JsonMapper();
        for (var view : ViewCatalogue.all()) {
            var filters =
                    view.equals(ViewCatalogue.TASK_HISTORY)
                            ? Map.of("task", id(1).toString())
                            : Map.<String, String>of();
            var row = json.readTree(list(view.name(), filters, 1, null).items().getFirst());
            var names = new ArrayList<String>();
            row.fieldNames().forEachRemaining(names::add);

            assertThat(names)
                    .as(view.name())
                    .isEqualTo(view.fields().stream().map(RowField::name).toList());
            for (var field : view.fields()) {
                assertThat(fits(row.path(field.name()), field))
                        .as("%s.%s: %s", view.name(), field.name(), row.path(field.name()))
                        .isTrue();
            }
        }
    }

    private static boolean fits(JsonNode value, RowField field) {
        return (field.isNullable() && value.isNull())
                || switch (field.type()) {
                    case TEXT -> value.isTextual();
                    case TEXTS -> value.isArray();
                    case ID -> value.textValue().matches("[0-9a-f-]{36}");
                    case TIME -> value.textValue().matches("2026-11-22T12:00:..\\.000000Z");
                    case WHOLE_NUMBER -> value.isIntegralNumber();
                    case NUMBER -> value.isNumber();
                    case OBJECT -> value.isObject();
                    case ANY -> !value.isMissingNode();
                };
    }

    @Test
    void everyListCanBeReadBackwards() {
        var random = new Random(20);
        for (int time = 0; time < 40; time++) {
            anyEvent(random, time);
        }
        for (int i = 0; i < 7; i++) {
            accept("acme", "name-" + i, i * 20L);
        }
        for (var view : List.of("tasks", "task-counts", "documents", "throughput")) {
            var forwards = list(view, Map.of(), 1_000, null).items();
            assertThat(forwards).as(view).hasSizeGreaterThan(1);
            for (int limit : new int[] {1, 3, 1_000}) {
                assertThat(backwards(view, Map.of(), limit))
                        .as(view)
                        .isEqualTo(forwards.reversed());
            }
        }
        var history = Map.of("task", id(3).toString());
        assertThat(backwards("task-history", history, 2))
                .isEqualTo(list("task-history", history, 1_000, null).items().reversed())
                .hasSizeGreaterThan(1);
        var queued = Map.of("state", "queued");
        assertThat(backwards("tasks", queued, 2))
                .isEqualTo(list("tasks", queued, 1_000, null).items().reversed());
    }

    @Test
    void listsAreCountedOverAllPages() {
        var random = new Random(21);
        for (int time = 0; time < 40; time++) {
            anyEvent(random, time);
        }
        for (int i = 0; i < 7; i++) {
            accept("acme", "name-" + i % 2, i * 20L);
        }
        submit(99, "other", 1);
        counted("tasks", Map.of());
        counted("tasks", Map.of("state", "queued"));
        counted("tasks", Map.of("state", "queued", "kind", "ingest"));
        counted("tasks", Map.of("parent", id(1).toString()));
        counted("task-history", Map.of("task", id(3).toString()));
        counted("task-counts", Map.of());
        counted("documents", Map.of());
        counted("documents", Map.of("name", "name-1"));
        counted("throughput", Map.of());
        counted("task-progress", Map.of());
        assertThat(list("tasks", Map.of(), 1, null).count()).isNull();
    }

    @Test
    void countingEndsSomewhere() {
        var store = site.<String>writable(ViewsTopology.DOCUMENTS_INDEX, 0);
        var prefix = IndexEntry.prefix("acme", Map.of());
        for (long row = 0; row <= MergedScan.MOST_COUNTED; row++) {
            store.put(prefix + IndexEntry.ordered(row), "");
        }

        assertThat(done(views.list(counting("documents", Map.of()))).count())
                .isEqualTo(new RowCount(MergedScan.MOST_COUNTED, false));
    }

    @Test
    void taskAsItWasIsTheRowThatWasShownThen() {
        var random = new Random(22);
        var shown = new ArrayList<Shown>();
        var versions = new long[5];
        for (int time = 0; time < 400; time++) {
            int task = random.nextInt(versions.length);
            event(event(random, id(task), ++versions[task]), "acme", time);
            shown.add(new Shown(task, time, row("tasks", id(task).toString())));
        }
        for (var then : shown) {
            assertThat(asOf(then.task, new Moment.Time(then(then.time)))).isEqualTo(then.row);
        }
    }

    @Test
    void taskAsItWasIsFoundByEventAndByPosition() {
        submit(1, "acme", 1);
        event(new TaskEvent.Started(id(1), 2, 1, "w", null, null), "acme", 2);
        event(new TaskEvent.Succeeded(id(1), 3, 1, new Content.Inline("{}")), "acme", 3);
        var history = list("task-history", Map.of("task", id(1).toString()), 10, null).items();
        var states = List.of("queued", "running", "succeeded");
        for (int i = 0; i < 3; i++) {
            var event = Pattern.compile("\"id\":\"([0-9a-f-]{36})\"").matcher(history.get(i));
            assertThat(event.find()).isTrue();
            var state = "\"state\":\"" + states.get(i) + '"';
            assertThat(asOf(1, new Moment.Event(UUID.fromString(event.group(1))))).contains(state);
            assertThat(asOf(1, new Moment.Place(Position.at("millrace.task-events", 0, i))))
                    .contains(state);
        }
        assertThatThrownBy(() -> asOf(1, new Moment.Place(Position.at("millrace.documents", 0, 5))))
                .hasRootCauseMessage(
                        "as_of: millrace.documents-0 (expected: a position in"
                                + " [millrace.task-events])");
        assertThat(asOf(1, new Moment.Place(Position.START))).isNull();
        assertThat(asOf(1, new Moment.Time(then(0)))).isNull();
        assertThat(asOf(2, new Moment.Time(then(9)))).isNull();
        assertThatThrownBy(() -> asOf(1, new Moment.Event(new UUID(1, 1))))
                .hasRootCauseMessage(
                        "as_of: %s (expected: an event in the history of task %s)"
                                .formatted(new UUID(1, 1), id(1)));
        assertThatThrownBy(() ->
                        done(
                                views.get(
                                        new RowQuery(
                                                "documents",
                                                "acme",
                                                "k",
                                                Position.START,
                                                new Moment.Time(then(0))))))
                .hasRootCauseMessage(
                        "as_of: the view documents keeps no past (expected: none, or the view"
                                + " tasks)");
    }

    private record Shown(int task, long time, @Nullable String row) {}

    private static Instant then(long time) {
        return Envelopes.NOON.plusSeconds(time);
    }

    private static TaskEvent event(Random random, TaskId task, long version) {
        if (version == 1) {
            var after = List.of(id(90), id(91)).subList(0, random.nextInt(3));
            var due = random.nextBoolean() ? then(9_000) : null;
            var terms =
                    random.nextBoolean()
                            ? Terms.DEFAULT
                            : new Terms(
                                    Priority.LOW,
                                    null,
                                    then(10_000),
                                    Retries.DEFAULT,
                                    id(80),
                                    DependencyPolicy.FAIL,
                                    id(81),
                                    null);
            return new TaskEvent.Submitted(
                    task, 1, "echo", new Content.Inline("{}"), DIGEST, terms, due, null, after);
        }
        int attempt = random.nextInt(4) + 1;
        var failure = new Failure("bad", "for a reason");
        var output = new Content.Inline("{\"n\":" + version + "}");
        return switch (random.nextInt(100)) {
            case 0 -> new TaskEvent.Succeeded(task, version, attempt, output);
            case 1 -> new TaskEvent.Failed(task, version, attempt, failure);
            case 2 -> new TaskEvent.Cancelled(task, version, attempt, "why");
            case 3 -> new TaskEvent.Expired(task, version, attempt, then(1));
            default ->
                    switch (random.nextInt(7)) {
                        case 0 -> new TaskEvent.Started(task, version, attempt, "w", null, then(5));
                        case 1 -> new TaskEvent.LeaseExtended(task, version, attempt, then(7));
                        case 2 ->
                                new TaskEvent.AttemptFailed(
                                        task, version, attempt, failure, then(8_000));
                        case 3 ->
                                new TaskEvent.DependencyEnded(
                                        task, version, id(90), 0, Stage.SUCCEEDED, 1, then(11));
                        case 4 -> new TaskEvent.Watched(task, version, id(92));
                        case 5 ->
                                new TaskEvent.Queued(
                                        task,
                                        version,
                                        attempt,
                                        "echo",
                                        new Content.Inline("{}"),
                                        Terms.DEFAULT,
                                        null);
                        default ->
                                new TaskEvent.Refused(
                                        task, version, "x", Reason.DUPLICATE, "it stands");
                    };
        };
    }

    private @Nullable String asOf(int task, Moment moment) {
        var query = new RowQuery("tasks", "acme", id(task).toString(), Position.START, moment);
        return done(views.get(query)).json();
    }

    private List<String> backwards(String view, Map<String, String> filters, int limit) {
        var all = new ArrayList<String>();
        String token = null;
        do {
            var page =
                    done(
                            views.list(
                                    new ViewQuery(
                                            view,
                                            "acme",
                                            filters,
                                            true,
                                            false,
                                            limit,
                                            token,
                                            Position.START)));
            all.addAll(page.items());
            token = page.nextToken();
        } while (token != null);
        return all;
    }

    private void counted(String view, Map<String, String> filters) {
        assertThat(done(views.list(counting(view, filters))).count())
                .as(view + filters)
                .isEqualTo(new RowCount(list(view, filters, 1_000, null).items().size(), true));
    }

    private static ViewQuery counting(String view, Map<String, String> filters) {
        return new ViewQuery(view, "acme", filters, false, true, 1, null, Position.START);
    }

    @Test
    void questionThatCannotBeAnsweredSaysWhy() {
        assertThatThrownBy(() -> list("nothing", Map.of(), 10, null))
                .hasCauseInstanceOf(UnknownView.class);
        assertThatThrownBy(() -> list("tasks", Map.of("colour", "red"), 10, null))
                .hasRootCauseMessage(
                        "filter: colour (expected: one of [state, kind, parent, rerun_of])");
        assertThatThrownBy(() -> list("task-history", Map.of(), 10, null))
                .hasRootCauseMessage("filter: task is missing (expected: a task id)");
        assertThatThrownBy(() -> list("tasks", Map.of(), 10, "%%%"))
                .hasRootCauseInstanceOf(IllegalArgumentException.class);
        var ofDocuments = new PageToken("documents", "8000").toString();
        var reversed = new PageToken("-tasks", "8000").toString();
        assertThatThrownBy(() -> list("tasks", Map.of(), 10, reversed))
                .hasRootCauseInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> list("tasks", Map.of(), 10, ofDocuments))
                .hasRootCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void viewIsUnavailableWhileItsStoresAre() {
        try (var moving = new KafkaStreamsViews(new Moving(), patience(Duration.ofSeconds(10)))) {
            assertThatThrownBy(() -> done(moving.get(task(1))))
                    .hasCauseInstanceOf(ViewUnavailable.class);
        }
    }

    @Test
    void viewsAreAllHereOnlyWhenEveryPartitionIs() {
        assertThat(site.areReadable()).isTrue();
        assertThat(new Moving().areReadable()).isFalse();
        assertThat(new OneAway(site).areReadable()).isFalse();
    }

    @Test
    void stoppedViewsAreUnavailable() {
        views.close();

        assertThatThrownBy(() -> list("tasks", Map.of(), 10, null))
                .hasRootCauseMessage("view tasks: the site is stopping");
    }

    private static Patience patience(Duration read) {
        return new Patience(read, Duration.ofMillis(100), Duration.ofMillis(100));
    }

    private static RowQuery task(int task) {
        return new RowQuery("tasks", "acme", id(task).toString());
    }

    private int anyEvent(Random random, int time) {
        int task = random.nextInt(12);
        long version = random.nextInt(9) + 1L;
        switch (random.nextInt(5)) {
            case 0, 1 -> submit(task, "acme", time);
            case 2 ->
                    event(
                            new TaskEvent.Started(id(task), version, 1, "w", null, null),
                            "acme",
                            time);
            case 3 ->
                    event(
                            new TaskEvent.Succeeded(id(task), version, 1, new Content.Inline("{}")),
                            "acme",
                            time);
            default -> event(refused(task, version), "acme", time);
        }
        return task;
    }

    private static List<String> keysOf(TaskRow row) {
        var entry = row.entry();
        var kind = Map.of("kind", row.kind());
        var taskState = Map.of("state", row.state());
        var both = Map.of("kind", row.kind(), "state", row.state());
        return List.of(Map.<String, String>of(), kind, taskState, both).stream()
                .map(filters -> IndexEntry.prefix(row.tenant(), filters) + entry.place())
                .toList();
    }

    private void submit(int task, String tenant, long time) {
        submit(task, tenant, time, Terms.DEFAULT);
    }

    private void submit(int task, String tenant, long time, Terms terms) {
        event(
                new TaskEvent.Submitted(
                        id(task),
                        1,
                        "ingest",
                        new Content.Inline("{}"),
                        DIGEST,
                        terms,
                        null,
                        null,
                        List.of()),
                tenant,
                time);
    }

    private void event(TaskEvent event, String tenant, long time) {
        site.append(Topics.TASK_EVENTS, event.task().toString(), Envelopes.of(time, tenant, event));
    }

    private static TaskEvent refused(int task, long version) {
        return new TaskEvent.Refused(
                id(task), version, "dev.millrace.task.submit", Reason.DUPLICATE, "it stands");
    }

    private DocumentId accept(String tenant, String name, long time) {
        var document = DocumentId.of(tenant, name, DIGEST);
        var accepted =
                new DocumentEvent.Accepted(
                        document,
                        document.ingestTask(),
                        name,
                        "text/plain",
                        DIGEST,
                        4,
                        new Content.Inline("text"));
        site.append(Topics.DOCUMENTS, document.toString(), Envelopes.of(time, tenant, accepted));
        return document;
    }

    private void embed(DocumentId document, long time) {
        var chunk = new ChunkId(document, 0);
        var embedding =
                new Embedding(
                        chunk,
                        new Passage("a", 0, 4, "text"),
                        Vector.of(1, 0),
                        new Model("m", "1", 2),
                        "worker-a",
                        DIGEST);
        site.append(Topics.EMBEDDINGS, chunk.toString(), Envelopes.of(time, embedding));
    }

    private List<String> paged(String view, Map<String, String> filters, int limit) {
        var all = new ArrayList<String>();
        var page = list(view, filters, limit, null);
        all.addAll(page.items());
        while (page.nextToken() != null) {
            page = list(view, filters, limit, page.nextToken());
            all.addAll(page.items());
        }
        return all;
    }

    private ViewPage list(
            String view, Map<String, String> filters, int limit, @Nullable String token) {
        return done(views.list(new ViewQuery(view, "acme", filters, limit, token)));
    }

    private @Nullable String row(String view, String key) {
        return done(views.get(new RowQuery(view, "acme", key))).json();
    }

    private static <T> T done(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get();
        } catch (InterruptedException | ExecutionException failed) {
            throw new AssertionError(failed.getCause());
        }
    }

    private static int count(String row) {
        return Integer.parseInt(row.replaceAll(".*\"count\":([0-9]+).*", "$1"));
    }

    private static List<String> ids(List<String> rows) {
        return rows.stream().map(row -> row.substring(7, 43)).toList();
    }

    private static TaskId id(int task) {
        return new TaskId(new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0000L + task));
    }

    private record Moving() implements ViewStores {
        @Override
        public int partitions() {
            return 3;
        }

        @Override
        public <V> ReadOnlyKeyValueStore<String, V> store(String name, int partition) {
            throw new InvalidStateStoreException("moving");
        }

        @Override
        public CompletableFuture<Void> reached(Position after) {
            return CompletableFuture.failedFuture(new InvalidStateStoreException("moving"));
        }
    }

    /// The stores but for one partition, as long as another process holds it.
    private record OneAway(ViewStores stores) implements ViewStores {
        @Override
        public int partitions() {
            return stores.partitions();
        }

        @Override
        public <V> ReadOnlyKeyValueStore<String, V> store(String name, int partition) {
            if (partition == partitions() - 1) {
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
