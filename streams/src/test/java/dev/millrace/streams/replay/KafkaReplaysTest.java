package dev.millrace.streams.replay;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.replay.Replay;
import dev.millrace.domain.replay.Replay.Action;
import dev.millrace.domain.replay.Replay.State;
import dev.millrace.domain.replay.ReplayRequest;
import dev.millrace.domain.replay.ReplaysBusy;
import dev.millrace.domain.replay.UnknownReplay;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.Terms;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.Moment;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.fixtures.Envelopes;
import dev.millrace.streams.fixtures.StoredTopic;
import dev.millrace.streams.views.FoldedPartitions;
import dev.millrace.streams.views.KafkaStreamsViews;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Replays of a log in memory, beside views that were folded from the same events.
class KafkaReplaysTest {

    private static final int TASKS = 12;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir private Path folder;
    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());
    private final StoredTopic log = new StoredTopic(Topics.TASK_EVENTS.name(), 1);
    private final AtomicLong ids = new AtomicLong();
    private final AtomicReference<Instant> now = new AtomicReference<>(Envelopes.NOON);
    private final long[] versions = new long[TASKS];
    private FoldedPartitions site;
    private KafkaStreamsViews live;
    private KafkaReplays replays;

    @BeforeEach
    void start() {
        site = new FoldedPartitions(1, folder.resolve("live"), Stores::inMemoryKeyValueStore);
        live = new KafkaStreamsViews(site);
        replays =
                new KafkaReplays(
                        log::consumer,
                        serdes,
                        live,
                        1,
                        folder.resolve("replays"),
                        () -> new UUID(7, ids.incrementAndGet()),
                        now::get);
    }

    @AfterEach
    void stop() {
        replays.close();
        live.close();
        site.close();
    }

    @Test
    void aReplayOfTheLogIsTheLiveView() throws Exception {
        happen(new Random(41), 300);

        for (var view : List.of("tasks", "task-counts", "usage")) {
            var replay = ended(start(view, null));

            assertThat(replay.state()).isEqualTo(State.FINISHED);
            assertThat(replay.comparison())
                    .isEqualTo(new Replay.Comparison(rows(view).size(), 0, null));
            assertThat(replay.position()).isEqualTo(at(299));
            assertThat(replay.done()).isEqualTo(replay.total()).isEqualTo(300);
            assertThat(rows(replay)).isEqualTo(rows(view)).isNotEmpty();
        }
    }

    @Test
    void aReplayUntilAMomentIsTheViewOfThen() throws Exception {
        var random = new Random(42);
        var then = new ArrayList<List<String>>();
        for (int event = 0; event < 60; event++) {
            happen(random, 1);
            then.add(rows("tasks"));
        }
        for (int event : new int[] {0, 17, 40, 59}) {
            var replay = ended(start("tasks", new Moment.Place(at(event))));

            assertThat(replay.state()).isEqualTo(State.FINISHED);
            assertThat(replay.comparison()).as("the past is not compared with today").isNull();
            assertThat(rows(replay)).isEqualTo(then.get(event));
        }
    }

    @Test
    void aReplaySaysWhenItCaughtUp() throws Exception {
        happen(new Random(51), 20);

        assertThat(ended(start("tasks", null)).caughtUp()).isEqualTo(now.get());
        assertThat(ended(start("tasks", new Moment.Place(at(99)))).caughtUp()).isNull();
    }

    @Test
    void oneTaskIsFoldedStepByStepAndHeldAgainstItsLiveHistory() throws Exception {
        happen(new Random(52), 200);
        for (int task = 0; task < TASKS; task++) {
            var id = id(task).toString();
            var replay = ended(replayTask(id, null));

            assertThat(replay.problem()).isNull();
            assertThat(replay.comparison())
                    .isEqualTo(new Replay.Comparison(versions[task] + 1, 0, null));
            assertThat(rows(replay)).containsExactly(row(id, null));
            var steps = steps(replay, 1_000, null);
            assertThat(steps.position()).isEqualTo(replay.position());
            assertThat(steps.items()).hasSize((int) versions[task]);
            for (int step = 0; step < steps.items().size(); step++) {
                var shown = JSON.readTree(steps.items().get(step));
                var event = UUID.fromString(shown.path("event").path("id").asText());
                assertThat(shown.path("event").path("version").asInt()).isEqualTo(step + 1);
                assertThat(shown.path("row"))
                        .isEqualTo(JSON.readTree(row(id, new Moment.Event(event))));
                assertThat(shown.path("changed").isEmpty()).isFalse();
            }
        }
    }

    @Test
    void stepsComeInPages() throws Exception {
        happen(new Random(53), 200);
        var replay = ended(replayTask(id(5).toString(), null));
        var all = steps(replay, 1_000, null).items();
        var paged = new ArrayList<String>();
        String token = null;
        do {
            var page = steps(replay, 3, token);
            assertThat(page.items()).hasSizeBetween(1, 3);
            paged.addAll(page.items());
            token = page.nextToken();
        } while (token != null);

        assertThat(paged).isEqualTo(all).hasSizeGreaterThan(3);
        assertThatThrownBy(() -> steps(replay, 3, "x")).hasRootCauseInstanceOf(InvalidQuery.class);
        var whole = ended(start("tasks", null));
        assertThatThrownBy(() -> steps(whole, 3, null)).hasRootCauseInstanceOf(InvalidQuery.class);
    }

    @Test
    void oneTaskIsReplayedUntilAnEventOrAPosition() throws Exception {
        happen(new Random(54), 200);
        var id = id(2).toString();
        var steps = steps(ended(replayTask(id, null)), 1_000, null).items();
        for (int step : new int[] {0, 3, steps.size() - 1}) {
            var event = JSON.readTree(steps.get(step)).path("event");
            var uuid = UUID.fromString(event.path("id").asText());

            for (var until :
                    List.of(
                            new Moment.Event(uuid),
                            new Moment.Place(at(event.path("offset").asLong())))) {
                var replay = ended(replayTask(id, until));
                assertThat(replay.problem()).isNull();
                assertThat(replay.comparison()).isEqualTo(new Replay.Comparison(step + 2, 0, null));
                assertThat(rows(replay)).containsExactly(row(id, new Moment.Event(uuid)));
            }
        }
        var other = ended(replayTask(id, new Moment.Event(new UUID(1, 1))));
        assertThat(other.state()).isEqualTo(State.FAILED);
        assertThat(other.problem())
                .isEqualTo(
                        "until: %s (expected: an event in the history of task %s)"
                                .formatted(new UUID(1, 1), id));
    }

    @Test
    void anEventThatIsNotTheSameInBothHistoriesOfATaskIsNamed() throws Exception {
        happen(new Random(55), 100);
        write(new TaskEvent.Started(id(3), ++versions[3], 1, "w", null, null), 100);
        fold(new TaskEvent.Started(id(3), versions[3], 1, "another", null, null), "acme", 100);

        var comparison = requireNonNull(ended(replayTask(id(3).toString(), null)).comparison());

        var difference = requireNonNull(comparison.difference());
        assertThat(comparison.rows()).isEqualTo(versions[3] - 1);
        assertThat(difference.key()).isEqualTo(id(3) + ":" + versions[3]);
        assertThat(difference.event()).isEqualTo("millrace.task-events-0@100");
        assertThat(difference.replayed()).contains("\"worker\":\"w\"");
        assertThat(difference.live()).contains("\"worker\":\"another\"");
    }

    @Test
    void anEventThatOnlyTheLiveHistoryOfATaskHasIsNamedBehindAFullPageToo() throws Exception {
        for (int version = 1; version <= 500; version++) {
            TaskEvent event =
                    version == 1
                            ? submitted(3)
                            : new TaskEvent.Started(id(3), version, 1, "w", null, null);
            write(event, version);
            fold(event, "acme", version);
        }
        write(submitted(98), 501); // the log has something else there
        fold(new TaskEvent.Started(id(3), 501, 1, "w", null, null), "acme", 501);

        var comparison = requireNonNull(ended(replayTask(id(3).toString(), null)).comparison());

        var difference = requireNonNull(comparison.difference());
        assertThat(comparison.rows()).isEqualTo(500);
        assertThat(difference.key()).isEqualTo(id(3) + ":501");
        assertThat(difference.replayed()).isNull();
    }

    @Test
    void whatNobodyCanReadOfAnotherTaskIsNotWaitedFor() throws Exception {
        happen(new Random(57), 20);
        log.add(0, id(1).toString(), new byte[] {1, 2, 3});
        var task = id(2).toString();

        var replay = ended(replayTask(task, null));

        assertThat(replay.problem()).isNull();
        assertThat(requireNonNull(replay.comparison()).difference()).isNull();
        assertThat(replay.done()).isEqualTo(replay.total()).isEqualTo(21);
    }

    @Test
    void aTaskThatNobodyKnowsFailsItsReplay() throws Exception {
        happen(new Random(56), 10);

        var replay = ended(replayTask(id(88).toString(), null));

        assertThat(replay.state()).isEqualTo(State.FAILED);
        assertThat(replay.problem()).startsWith("entity: " + id(88));
        assertThatThrownBy(() -> replayTask("no id", null))
                .hasRootCauseInstanceOf(InvalidQuery.class);
    }

    @Test
    void aRangeHasWhatWasFirstSeenInItAndSaysHowMuchHappened() throws Exception {
        var random = new Random(57);
        happen(random, 20);
        write(submitted(60), 21);
        write(new TaskEvent.Started(id(60), 2, 1, "w", null, null), 22);
        write(submitted(61), 23);
        write(new TaskEvent.Started(id(61), 2, 1, "w", null, null), 24);

        var from = new Moment.Place(at(20));
        var until = new Moment.Place(at(22));
        var replay =
                ended(
                        done(
                                replays.start(
                                        new ReplayRequest(
                                                "tasks", "acme", null, from, until, null))));

        assertThat(replay.problem()).isNull();
        assertThat(replay.comparison()).isNull();
        assertThat(replay.total()).isEqualTo(2);
        assertThat(rows(replay)).hasSize(1).first().asString().contains(id(61).toString());
        var tally = requireNonNull(replay.tally());
        assertThat(tally.events()).isEqualTo(2);
        assertThat(tally.types())
                .isEqualTo(
                        Map.of(
                                "dev.millrace.task.started", 1L,
                                "dev.millrace.task.submitted", 1L));
        assertThat(tally.first()).isEqualTo(time(22));
        assertThat(tally.last()).isEqualTo(time(23));
    }

    @Test
    void aRangeMayBeOfTimes() throws Exception {
        for (int i = 0; i < 10; i++) {
            write(submitted(40 + i), i);
        }
        var last = time(7);
        now.set(time(100));
        var replay =
                ended(
                        done(
                                replays.start(
                                        new ReplayRequest(
                                                "tasks",
                                                "acme",
                                                null,
                                                new Moment.Time(time(4)),
                                                new Moment.Time(last),
                                                null))));

        assertThat(replay.problem()).isNull();
        assertThat(requireNonNull(replay.tally()).events()).isEqualTo(4);
        assertThat(rows(replay)).hasSize(4);
        assertThatThrownBy(() ->
                        done(
                                replays.start(
                                        new ReplayRequest(
                                                "tasks",
                                                "acme",
                                                null,
                                                new Moment.Time(last),
                                                new Moment.Time(time(4)),
                                                null))))
                .hasRootCauseInstanceOf(InvalidQuery.class);
    }

    @Test
    void anEventThatIsNotWhatTheLiveViewFoldedIsNamed() throws Exception {
        happen(new Random(43), 100);
        // The log says that a task has ended of which the live view folded something else.
        write(new TaskEvent.Expired(id(3), ++versions[3], 1, Envelopes.NOON), 100);
        fold(new TaskEvent.Started(id(3), versions[3], 9, "w", null, null), "acme", 100);

        var comparison = requireNonNull(ended(start("tasks", null)).comparison());

        var difference = requireNonNull(comparison.difference());
        assertThat(difference.key()).isEqualTo(id(3).toString());
        assertThat(difference.event()).isEqualTo("millrace.task-events-0@100");
        assertThat(difference.replayed()).contains("\"state\":\"expired\"");
        assertThat(difference.live()).contains("\"attempt\":9");
    }

    @Test
    void aRowThatOneOfThemDoesNotHaveIsNamed() throws Exception {
        happen(new Random(44), 50);
        write(submitted(98), 50);
        // Of another tenant: it moves the live view on, and is no row of this one.
        fold(submitted(97), "other", 50);

        var missing = requireNonNull(ended(start("tasks", null)).comparison());
        assertThat(missing.rows()).isEqualTo(rows("tasks").size());
        assertThat(requireNonNull(missing.difference()))
                .satisfies(difference -> {
                    assertThat(difference.key()).isEqualTo(id(98).toString());
                    assertThat(difference.live()).isNull();
                    assertThat(difference.replayed()).contains("\"state\":\"queued\"");
                    assertThat(difference.event()).isEqualTo("millrace.task-events-0@50");
                });

        write(submitted(96), 51);
        fold(submitted(95), "acme", 51);
        var phantom = requireNonNull(ended(start("tasks", null)).comparison());
        assertThat(requireNonNull(phantom.difference()))
                .satisfies(difference -> {
                    assertThat(difference.key()).isEqualTo(id(95).toString());
                    assertThat(difference.live()).contains("\"state\":\"queued\"");
                    assertThat(difference.replayed()).isNull();
                    assertThat(difference.event()).isNull();
                });
    }

    @Test
    void aLiveViewThatIsBehindIsWaitedFor() throws Exception {
        happen(new Random(49), 40);
        for (int i = 0; i < 5; i++) {
            write(submitted(70 + i), 100 + i);
        }
        var behind = new CountDownLatch(1);
        log.whenPolled(behind::countDown);
        var replay = start("tasks", null);
        behind.await();
        // The replay has them by now, or will; the live view comes to them only here.
        for (int i = 0; i < 5; i++) {
            fold(submitted(70 + i), "acme", 100 + i);
        }

        assertThat(requireNonNull(ended(replay).comparison()).difference()).isNull();
        assertThat(ended(replay).state()).isEqualTo(State.FINISHED);
    }

    @Test
    void aRecordThatNobodyCanReadIsPassedOverByBoth() throws Exception {
        happen(new Random(51), 20);
        log.add(0, id(1).toString(), new byte[] {1, 2, 3});

        var replay = ended(start("tasks", null));

        assertThat(replay.state()).isEqualTo(State.FINISHED);
        assertThat(requireNonNull(replay.comparison()).difference()).isNull();
        assertThat(replay.position()).isEqualTo(at(19));
        assertThat(replay.done()).isEqualTo(replay.total()).isEqualTo(21);
    }

    @Test
    void momentsThatTheLogHasNotPassedAreRefused() throws Exception {
        happen(new Random(50), 5);

        assertThatThrownBy(() -> start("tasks", new Moment.Time(now.get().plusMillis(1))))
                .hasRootCauseMessage(
                        "until: 2026-11-22T12:00:00.001Z (expected: from 1970 to now)");
        assertThatThrownBy(() -> start("tasks", new Moment.Time(Instant.EPOCH.minusMillis(1))))
                .hasRootCauseInstanceOf(InvalidQuery.class);
        assertThatThrownBy(() ->
                        start("tasks", new Moment.Place(Position.at("millrace.documents", 0, 1))))
                .hasRootCauseInstanceOf(InvalidQuery.class);
        assertThatThrownBy(() ->
                        start(
                                "tasks",
                                new Moment.Place(Position.at(Topics.TASK_EVENTS.name(), 1, 1))))
                .hasRootCauseInstanceOf(InvalidQuery.class);
        var beyond = ended(start("tasks", new Moment.Place(at(5))));
        assertThat(beyond.state()).isEqualTo(State.FAILED);
        assertThat(beyond.problem())
                .isEqualTo(
                        "until: millrace.task-events-0@5 (expected: at most"
                                + " millrace.task-events-0@4, where the log ends just now)");
    }

    @Test
    void aReplayWaitsGoesOnAndEndsAsItIsTold() throws Exception {
        happen(new Random(45), 100);
        var polled = new CountDownLatch(1);
        log.whenPolled(polled::countDown);
        var replay = done(replays.start(new ReplayRequest("tasks", "acme", null, 1)));
        polled.await();

        assertThat(replays.act("acme", replay.id(), Action.PAUSE).state()).isEqualTo(State.PAUSED);
        assertThat(replays.act("acme", replay.id(), Action.RESUME).state())
                .isEqualTo(State.RUNNING);
        replays.act("acme", replay.id(), Action.PAUSE);
        replays.act("acme", replay.id(), Action.CANCEL);

        assertThat(ended(replay).state()).isEqualTo(State.CANCELLED);
        assertThat(replays.act("acme", replay.id(), Action.RESUME).state())
                .isEqualTo(State.CANCELLED);
    }

    @Test
    void aBrokerThatIsGoneEndsIt() throws Exception {
        happen(new Random(46), 5);
        log.failNextPoll();

        var replay = ended(start("tasks", null));

        assertThat(replay.state()).isEqualTo(State.FAILED);
        assertThat(replay.problem()).isEqualTo("broker gone");
    }

    @Test
    void thereAreOnlySoManyAndEachForAnHour() throws Exception {
        happen(new Random(47), 5);
        var first = ended(start("tasks", null));
        for (int i = 1; i < KafkaReplays.MOST_KEPT; i++) {
            ended(start("tasks", null));
        }
        assertThat(replays.list("acme")).hasSize(KafkaReplays.MOST_KEPT);
        var last = ended(start("tasks", null));

        assertThat(replays.list("acme")).hasSize(KafkaReplays.MOST_KEPT);
        unknown("acme", first.id());
        unknown("other", last.id());
        assertThat(replays.list("other")).isEmpty();
        now.set(now.get().plus(Duration.ofMinutes(59)));
        assertThat(replays.get("acme", last.id()).expires()).isAfter(now.get());
        now.set(now.get().plus(Duration.ofMinutes(1)));
        unknown("acme", last.id());
        assertThat(replays.list("acme")).isEmpty();
        try (var left = Files.list(folder.resolve("replays"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void noMoreRunAtATimeThanMay() throws Exception {
        happen(new Random(48), 100);
        for (int i = 0; i < KafkaReplays.MOST_RUNNING; i++) {
            done(replays.start(new ReplayRequest("tasks", "acme", null, 1)));
        }

        assertThatThrownBy(() -> start("tasks", null))
                .hasRootCauseInstanceOf(ReplaysBusy.class)
                .hasRootCauseMessage("4 replays are under way; cancel one or wait for it");
    }

    @Test
    void whatCannotBeReplayedIsRefused() {
        assertThatThrownBy(() -> start("throughput", null))
                .hasRootCauseInstanceOf(InvalidQuery.class);
        assertThatThrownBy(() -> start("tasks", new Moment.Event(new UUID(1, 1))))
                .hasRootCauseInstanceOf(InvalidQuery.class);
        assertThatThrownBy(() -> new ReplayRequest("tasks", "acme", null, 0))
                .hasMessage("rate: 0 (expected: 1..1000000)");
    }

    private void unknown(String tenant, UUID id) {
        assertThatThrownBy(() -> replays.get(tenant, id)).isInstanceOf(UnknownReplay.class);
        assertThatThrownBy(() -> replays.row(id, new RowQuery("tasks", tenant, "k")))
                .isInstanceOf(UnknownReplay.class);
    }

    private Replay start(String view, @Nullable Moment until) {
        return done(replays.start(new ReplayRequest(view, "acme", until, null)));
    }

    private Replay replayTask(String task, @Nullable Moment until) {
        return done(replays.start(new ReplayRequest("tasks", "acme", task, null, until, null)));
    }

    private ViewPage steps(Replay replay, int limit, @Nullable String token) throws UnknownReplay {
        return done(replays.steps("acme", replay.id(), limit, token));
    }

    /// A row of the live view, as it is or was.
    private String row(String task, @Nullable Moment asOf) {
        var query = new RowQuery("tasks", "acme", task, Position.START, asOf);
        return requireNonNull(done(live.get(query)).json());
    }

    private Replay ended(Replay replay) throws Exception {
        replays.awaitEnd(replay.id());
        return replays.get("acme", replay.id());
    }

    private List<String> rows(String view) {
        return done(live.list(new ViewQuery(view, "acme", Map.of(), 1_000, null))).items();
    }

    private List<String> rows(Replay replay) throws UnknownReplay {
        var query = new ViewQuery(replay.view(), "acme", Map.of(), 1_000, null);
        return done(replays.rows(replay.id(), query)).items();
    }

    /// Lets some events happen, in the log and in the live view alike.
    private void happen(Random random, int events) {
        for (int i = 0; i < events; i++) {
            int task = random.nextInt(TASKS);
            long version = ++versions[task];
            long time = ids.incrementAndGet();
            TaskEvent event =
                    version == 1
                            ? new TaskEvent.Submitted(
                                    id(task),
                                    1,
                                    "echo",
                                    new Content.Inline("{}"),
                                    Digest.of("{}"),
                                    Terms.DEFAULT,
                                    null,
                                    null,
                                    List.of())
                            : random.nextInt(12) == 0
                                    ? new TaskEvent.Succeeded(
                                            id(task), version, 1, new Content.Inline("{}"))
                                    : new TaskEvent.Started(
                                            id(task),
                                            version,
                                            1 + random.nextInt(3),
                                            "w",
                                            null,
                                            null);
            site.append(Topics.TASK_EVENTS, id(task).toString(), Envelopes.of(time, event));
            write(event, time);
        }
    }

    private static TaskEvent submitted(int task) {
        return new TaskEvent.Submitted(
                id(task),
                1,
                "echo",
                new Content.Inline("{}"),
                Digest.of("{}"),
                Terms.DEFAULT,
                null,
                null,
                List.of());
    }

    private void fold(TaskEvent event, String tenant, long time) {
        var envelope = Envelopes.of(time, tenant, event);
        site.append(Topics.TASK_EVENTS, event.task().toString(), envelope);
    }

    private void write(TaskEvent event, long time) {
        var headers = new RecordHeaders();
        var envelope = Envelopes.of(time, event);
        var value =
                serdes.of(Topics.TASK_EVENTS)
                        .serializer()
                        .serialize(Topics.TASK_EVENTS.name(), headers, envelope);
        log.add(
                0,
                envelope.time().toEpochMilli(),
                event.task().toString().getBytes(java.nio.charset.StandardCharsets.UTF_8),
                value,
                headers);
    }

    private static Position at(long offset) {
        return Position.at(Topics.TASK_EVENTS.name(), 0, offset);
    }

    private static Instant time(long number) {
        return Envelopes.NOON.plusSeconds(number);
    }

    private static TaskId id(int task) {
        return new TaskId(new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0000L + task));
    }

    private static <T> T done(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get();
        } catch (InterruptedException | ExecutionException failed) {
            throw new AssertionError(failed.getCause());
        }
    }
}
