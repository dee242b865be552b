package dev.millrace.streams.views;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.document.Passage;
import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.search.Model;
import dev.millrace.domain.search.Vector;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState.Stage;
import dev.millrace.domain.task.Terms;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views.RowCount;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.fixtures.Envelopes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The views of what was done: `workers`, `usage` and `models`.
class WorkViewsTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Content CONTENT = new Content.Inline("{}");
    private static final Digest DIGEST = Digest.of("text");
    private static final Failure FAILURE = new Failure("bad", "for a reason");
    private static final Actor ANN = Envelopes.ANN;

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
    void whatAWorkerDidIsAddedUpUnderItsName() {
        for (int task = 0; task < 6; task++) {
            submit(task, "echo", task);
            started(task, 2, "site/00000000000" + task % 3, 10);
        }
        event(new TaskEvent.Succeeded(id(0), 3, 1, CONTENT), 11);
        event(new TaskEvent.AttemptFailed(id(1), 3, 1, FAILURE, then(90)), 12);
        event(new TaskEvent.Failed(id(2), 3, 1, new Failure("lease_expired", "silent")), 13);
        event(new TaskEvent.Queued(id(3), 3, 1, "echo", CONTENT, Terms.DEFAULT, null), 14);
        event(new TaskEvent.Cancelled(id(4), 3, 1, ""), 15);
        event(new TaskEvent.LeaseExtended(id(5), 3, 1, then(90)), 16);

        assertThat(all("workers", Map.of()))
                .containsExactly(
                        "{\"name\":\"site\",\"kinds\":[\"echo\"],\"started\":6,\"succeeded\":1,"
                                + "\"failed\":1,\"lost\":1,\"undone\":2,\"running\":1,\"chunks\":0,"
                                + "\"first_seen\":\"2026-11-22T12:00:10.000000Z\","
                                + "\"last_seen\":\"2026-11-22T12:00:16.000000Z\","
                                + "\"error\":{\"code\":\"lease_expired\",\"detail\":\"silent\","
                                + "\"time\":\"2026-11-22T12:00:13.000000Z\"}}");
        assertThat(row("workers", "site")).isEqualTo(all("workers", Map.of()).getFirst());
        assertThat(row("workers", "sit")).isNull();
        assertThat(row("workers", "site/000000000001")).isNull();
    }

    @Test
    void attemptThatNobodySaidHadBegunBeginsWithItsEnd() {
        submit(1, "echo", 0);
        submit(2, "echo", 0);
        event(by("w"), new TaskEvent.Succeeded(id(1), 2, 1, CONTENT), 1);
        event(ANN, new TaskEvent.Succeeded(id(2), 2, 1, CONTENT), 2);
        submit(3, "echo", 3);
        event(by("v"), new TaskEvent.LeaseExtended(id(3), 2, 1, then(90)), 4);
        event(by("decide"), new TaskEvent.Failed(id(3), 3, 1, FAILURE), 5);

        assertThat(number(row("workers", "w"), "started")).isEqualTo(1);
        assertThat(number(row("workers", "w"), "succeeded")).isEqualTo(1);
        assertThat(number(row("workers", "v"), "failed")).isEqualTo(1);
        assertThat(all("workers", Map.of())).as("whoever is not a worker is none").hasSize(2);
        var used = row("usage", "2026-11-22:echo:oidc:ann");
        assertThat(number(used, "attempts")).isEqualTo(3);
        assertThat(tree(used).path("seconds").doubleValue()).isZero();
    }

    @Test
    void taskThatFailsBeforeAnybodyCouldBeginIsNobodysAttempt() {
        event(
                ANN,
                new TaskEvent.Submitted(
                        id(1),
                        1,
                        "echo",
                        CONTENT,
                        DIGEST,
                        Terms.DEFAULT,
                        null,
                        null,
                        List.of(id(9))),
                0);
        event(by("decide"), new TaskEvent.Failed(id(1), 2, 1, FAILURE), 1);

        assertThat(all("workers", Map.of())).isEmpty();
        var used = row("usage", "2026-11-22:echo:oidc:ann");
        assertThat(number(used, "attempts")).isZero();
        assertThat(number(used, "failed")).isEqualTo(1);
    }

    @Test
    void workIsCountedForWhomItWasDoneOnTheDayOnWhichItWasOver() {
        submit(1, "echo", 0);
        started(1, 2, "w", 10);
        event(new TaskEvent.AttemptFailed(id(1), 3, 1, FAILURE, then(20)), 12);
        started(1, 4, "w", 86_400);
        event(new TaskEvent.Succeeded(id(1), 5, 2, CONTENT), 86_401);

        assertThat(all("usage", Map.of()))
                .containsExactly(
                        "{\"day\":\"2026-11-23\",\"kind\":\"echo\",\"actor\":\"ann\",\"proof\":\"oidc\","
                                + "\"submitted\":0,\"attempts\":1,\"succeeded\":1,\"failed\":0,"
                                + "\"cancelled\":0,\"expired\":0,\"seconds\":1.0}",
                        "{\"day\":\"2026-11-22\",\"kind\":\"echo\",\"actor\":\"ann\",\"proof\":\"oidc\","
                                + "\"submitted\":1,\"attempts\":1,\"succeeded\":0,\"failed\":0,"
                                + "\"cancelled\":0,\"expired\":0,\"seconds\":2.0}");
        assertThat(all("usage", Map.of("day", "2026-11-22"))).hasSize(1);
        assertThat(all("usage", Map.of("actor", "bob"))).isEmpty();
        assertThat(row("usage", "2026-11-23:echo:oidc:ann"))
                .isEqualTo(all("usage", Map.of()).getFirst());
        assertThat(row("usage", "2026-11-23")).isNull();
    }

    @Test
    void chunkCountsOnceForEachModelWhoeverEmbedsIt() {
        embed(1, 0, "e-1/00000000000a", "1", 1);
        embed(1, 0, "e-2", "1", 2);
        embed(1, 1, "e-2", "1", 3);
        embed(2, 0, "e-2", "2", 4);
        embed(1, 0, "e-2", "2", 5);

        assertThat(all("models", Map.of()))
                .containsExactly(
                        "{\"name\":\"m\",\"version\":\"1\",\"dimensions\":2,\"chunks\":2,"
                                + "\"workers\":2,\"first_used\":\"2026-11-22T12:00:01.000000Z\","
                                + "\"last_used\":\"2026-11-22T12:00:03.000000Z\"}",
                        "{\"name\":\"m\",\"version\":\"2\",\"dimensions\":2,\"chunks\":2,"
                                + "\"workers\":1,\"first_used\":\"2026-11-22T12:00:04.000000Z\","
                                + "\"last_used\":\"2026-11-22T12:00:05.000000Z\"}");
        assertThat(row("models", "m:2")).isEqualTo(all("models", Map.of()).get(1));
        assertThat(row("workers", "e-1")).contains("\"kinds\":[],").contains("\"chunks\":1,");
        assertThat(row("workers", "e-2")).contains("\"chunks\":3,");
    }

    @Test
    void listsArePagedCountedAndFilteredAndEachTenantSeesItsOwn() {
        for (int n = 0; n < 12; n++) {
            submit(n, "kind-" + n % 3, n * 86_400L);
            started(n, 2, "worker-" + n % 5, n * 86_400L + 1);
            embed(n, 0, "worker-" + n, "1." + n % 4, n);
        }
        for (var view : List.of("workers", "usage", "models")) {
            var whole = all(view, Map.of());
            assertThat(whole).as(view).hasSizeGreaterThan(3);
            for (int limit : new int[] {1, 3, 1_000}) {
                assertThat(paged(view, Map.of(), false, limit)).as(view).isEqualTo(whole);
                assertThat(paged(view, Map.of(), true, limit)).as(view).isEqualTo(whole.reversed());
            }
            assertThat(read(new ViewQuery(view, "other", Map.of(), 10, null)).items()).isEmpty();
            assertThat(
                            read(new ViewQuery(
                                            view,
                                            "acme",
                                            Map.of(),
                                            false,
                                            true,
                                            1,
                                            null,
                                            Position.START))
                                    .count())
                    .isEqualTo(new RowCount(whole.size(), true));
        }
        assertThat(all("usage", Map.of("kind", "kind-1")))
                .hasSize(4)
                .isEqualTo(paged("usage", Map.of("kind", "kind-1"), false, 1));
        assertThat(all("workers", Map.of("kind", "kind-1"))).hasSize(4);
        assertThat(all("workers", Map.of("kind", "none"))).isEmpty();
    }

    @Test
    void whatBeganIsOverOrUnderWayWhateverHappened() {
        for (long seed = 0; seed < 5; seed++) {
            var random = new Random(seed);
            for (int time = 0; time < 300; time++) {
                event(
                        random.nextBoolean() ? by("w" + random.nextInt(3)) : ANN,
                        anyEvent(random, id((int) seed * 100 + random.nextInt(9))),
                        time);
            }
            long running = 0;
            long started = 0;
            for (var worker : all("workers", Map.of())) {
                long over =
                        List.of("succeeded", "failed", "lost", "undone").stream()
                                .mapToLong(field -> number(worker, field))
                                .sum();
                assertThat(number(worker, "started"))
                        .as("seed %d: %s", seed, worker)
                        .isEqualTo(over + number(worker, "running"));
                assertThat(number(worker, "running")).isNotNegative();
                running += number(worker, "running");
                started += number(worker, "started");
            }
            long held =
                    all("tasks", Map.of("state", "running")).stream()
                            .filter(task -> !task.contains("\"worker\":null"))
                            .count();
            assertThat(running).as("seed %d", seed).isEqualTo(held);
            long attempts =
                    all("usage", Map.of()).stream().mapToLong(row -> number(row, "attempts")).sum();
            assertThat(attempts).as("seed %d", seed).isPositive();
            assertThat(started).as("seed %d", seed).isPositive();
        }
    }

    private static TaskEvent anyEvent(Random random, TaskId task) {
        long version = random.nextInt(30) + 1L;
        var worker = "w" + random.nextInt(3) + (random.nextBoolean() ? "/0123456789ab" : "");
        return switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4 ->
                    new TaskEvent.Submitted(
                            task,
                            version,
                            "echo",
                            CONTENT,
                            DIGEST,
                            Terms.DEFAULT,
                            random.nextBoolean() ? then(900) : null,
                            null,
                            List.of());
            case 5, 6 ->
                    new TaskEvent.Queued(task, version, 1, "echo", CONTENT, Terms.DEFAULT, null);
            case 7, 8, 9, 10 -> new TaskEvent.Started(task, version, 1, worker, null, null);
            case 11, 12 -> new TaskEvent.LeaseExtended(task, version, 1, then(900));
            case 13, 14 -> new TaskEvent.AttemptFailed(task, version, 1, FAILURE, then(900));
            case 15 ->
                    new TaskEvent.DependencyEnded(
                            task, version, id(90), 0, Stage.SUCCEEDED, 0, then(900));
            case 16 -> new TaskEvent.Watched(task, version, id(90));
            case 17 ->
                    new TaskEvent.Refused(
                            task, version, "x", TaskEvent.Reason.ALREADY_ENDED, "late");
            case 18 -> new TaskEvent.Cancelled(task, version, 1, "");
            default -> new TaskEvent.Succeeded(task, version, 1, CONTENT);
        };
    }

    private void submit(int task, String kind, long time) {
        event(
                ANN,
                new TaskEvent.Submitted(
                        id(task), 1, kind, CONTENT, DIGEST, Terms.DEFAULT, null, null, List.of()),
                time);
    }

    private void started(int task, long version, String worker, long time) {
        event(new TaskEvent.Started(id(task), version, 1, worker, null, null), time);
    }

    private void event(TaskEvent event, long time) {
        event(ANN, event, time);
    }

    private void event(Actor actor, TaskEvent event, long time) {
        var like = Envelopes.of(time, "acme", event);
        site.append(
                Topics.TASK_EVENTS,
                event.task().toString(),
                Envelope.first(
                        like.id(), like.time(), "acme", like.labels(), actor, like.site(), event));
    }

    private static Actor by(String worker) {
        return new Actor(worker, Actor.Proof.WORKER);
    }

    private void embed(int document, int index, String worker, String version, long time) {
        var chunk = new ChunkId(DocumentId.of("acme", "d" + document, DIGEST), index);
        var embedding =
                new Embedding(
                        chunk,
                        new Passage("a", 0, 4, "text"),
                        Vector.of(1, 0),
                        new Model("m", version, 2),
                        worker,
                        DIGEST);
        site.append(Topics.EMBEDDINGS, chunk.toString(), Envelopes.of(time, embedding));
    }

    private List<String> all(String view, Map<String, String> filters) {
        return read(new ViewQuery(view, "acme", filters, 1_000, null)).items();
    }

    private List<String> paged(
            String view, Map<String, String> filters, boolean reversed, int limit) {
        var rows = new ArrayList<String>();
        String token = null;
        do {
            var page =
                    read(
                            new ViewQuery(
                                    view,
                                    "acme",
                                    filters,
                                    reversed,
                                    false,
                                    limit,
                                    token,
                                    Position.START));
            rows.addAll(page.items());
            token = page.nextToken();
        } while (token != null);
        return rows;
    }

    private ViewPage read(ViewQuery query) {
        return views.list(query).toCompletableFuture().join();
    }

    private @Nullable String row(String view, String key) {
        return views.get(new RowQuery(view, "acme", key)).toCompletableFuture().join().json();
    }

    private static long number(@Nullable String row, String field) {
        return tree(row).path(field).longValue();
    }

    private static JsonNode tree(@Nullable String row) {
        try {
            return JSON.readTree(row == null ? "null" : row);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Instant then(long time) {
        return Envelopes.NOON.plus(Duration.ofSeconds(time));
    }

    private static TaskId id(int task) {
        return new TaskId(new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0000L + task));
    }
}
