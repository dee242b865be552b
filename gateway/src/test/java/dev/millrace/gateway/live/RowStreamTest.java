package dev.millrace.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.Terms;
import dev.millrace.domain.view.Position;
import dev.millrace.gateway.rows.Fields;
import dev.millrace.schemas.topic.Topics;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Two gateways, two processes that fold a view each at its own pace, and some clients whose
/// connections break at any byte: whatever comes in between what, the picture that each client
/// makes of what it is told becomes what the view shows.
class RowStreamTest {

    private static final String TOPIC = "millrace.task-events";
    private static final int RECONNECTS = 120;
    private static final int PARTITIONS = 2;
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final Actor ANN = new Actor("ann", Actor.Proof.LOCAL);
    private static final Site SITE = new Site("site", new UUID(0, 1));

    @Test
    void pictureOfEveryClientBecomesWhatTheViewShows() {
        check(0, 8);
    }

    @Test
    @Tag("full")
    void pictureOfEveryClientBecomesWhatTheViewShowsInManyMoreRuns() {
        check(8, 200);
    }

    private static void check(long firstSeed, long end) {
        var ways = new TreeMap<String, Integer>();
        for (long seed = firstSeed; seed < end; seed++) {
            var world = new World(seed);
            world.run();
            world.check();
            world.told.forEach((name, count) -> ways.merge(name, count, Integer::sum));
        }

        assertThat(ways)
                .as("all of it comes up")
                .containsKeys("reset", "row", "removed", "complete", "dropped", "closing");
    }

    /// One run, decided by its seed alone.
    private static final class World {

        private final long seed;
        private final Random random;
        private final FakeLiveLog log = new FakeLiveLog(Map.of(TOPIC, PARTITIONS));
        private final FakeRows rows;
        private final List<LiveStreams> gateways = new ArrayList<>();
        private final List<ViewStreams> views = new ArrayList<>();
        private final List<Turns> turns = new ArrayList<>();
        private final List<Client> clients = new ArrayList<>();
        private final Map<Integer, Long> versions = new HashMap<>();
        private final Map<String, Integer> told = new HashMap<>();
        private int tasks;
        private int reconnects;

        World(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.rows = new FakeRows(log, random, 2);
            for (int n = 0; n < 2; n++) {
                var limits = new StreamLimits(99, 1 + random.nextInt(24), 1 << 20, 9);
                var gateway = new LiveStreams(log, Runnable::run, limits);
                gateway.broadcast().join().include(Set.of(TOPIC));
                gateways.add(gateway);
                views.add(new ViewStreams(gateway, rows));
                turns.add(new Turns(1 + random.nextInt(2)));
            }
            log.hold();
            log.cutPiecesAt(1 + random.nextInt(5));
            for (int n = random.nextInt(200); n > 0; n--) {
                grow();
            }
            for (int n = 0; n < 3; n++) {
                clients.add(new Client());
            }
        }

        void run() {
            clients.forEach(Client::connect);
            while (reconnects < RECONNECTS) {
                step();
            }
            rows.foldAll();
            rows.setBroken(false);
            for (int round = 0; round < 20_000 && (round % 40 > 0 || !isSettled()); round++) {
                settle();
            }
        }

        /// Lets everything go on a little, and nothing new come.
        private void settle() {
            clients.forEach(Client::work);
            clients.forEach(Client::receive);
            while (log.waitingReads() > 0) {
                log.answer(0);
            }
            while (rows.waitingReads() > 0) {
                rows.answer(0);
            }
            log.tell(0, 10);
            log.tell(1, 10);
            if (random.nextInt(10) == 0) {
                clients.forEach(Client::tick);
            }
        }

        private void step() {
            switch (random.nextInt(26)) {
                case 0, 1, 2, 3, 4, 5 -> any().work();
                case 6, 7, 8, 9 -> any().receive();
                case 10, 11, 12 -> {
                    if (log.waitingReads() > 0) {
                        log.answer(random.nextInt(log.waitingReads()));
                    }
                }
                case 13, 14, 15 -> {
                    if (rows.waitingReads() > 0) {
                        rows.answer(random.nextInt(rows.waitingReads()));
                    }
                }
                case 16, 17 -> log.tell(random.nextInt(2), 1 + random.nextInt(4));
                case 18 -> clients.forEach(Client::tick);
                case 19, 20 -> rows.fold(1 + random.nextInt(20));
                case 21 -> any().cut();
                case 22, 23, 24 -> grow();
                default -> seldom();
            }
        }

        private Client any() {
            return clients.get(random.nextInt(clients.size()));
        }

        private void seldom() {
            switch (random.nextInt(12)) {
                case 0 -> log.lose(random.nextInt(2));
                case 1 -> {
                    log.setBroken(true);
                    while (log.waitingReads() > 0) {
                        log.answer(0);
                    }
                    log.setBroken(false);
                }
                case 2 -> any().close();
                case 3, 4 -> rows.setBroken(random.nextBoolean());
                case 5 -> {
                    for (int n = 0; n < 30; n++) {
                        grow();
                    }
                }
                default -> grow();
            }
        }

        /// Any event of any task, whether it makes sense or not: a view folds whatever is there.
        private void grow() {
            int task = random.nextInt(4) == 0 ? tasks++ : random.nextInt(Math.max(1, tasks));
            long version = versions.merge(task, 1L, Long::sum);
            var id = new TaskId(new UUID(8L << 12, Long.MIN_VALUE + task));
            var event = event(id, version);
            log.add(
                    TOPIC,
                    Topics.TASK_EVENTS.partition(id.toString(), PARTITIONS),
                    id.toString(),
                    Envelope.first(
                            new UUID(version, task),
                            NOON,
                            task % 7 == 6 ? "other" : "acme",
                            Labels.DEFAULT,
                            ANN,
                            SITE,
                            event));
            if (random.nextInt(8) == 0) {
                log.skip(List.copyOf(log.all()).get(random.nextInt(PARTITIONS)));
            }
        }

        private TaskEvent event(TaskId id, long version) {
            if (version == 1) {
                return new TaskEvent.Submitted(
                        id,
                        1,
                        random.nextBoolean() ? "a" : "b",
                        new Content.Inline("{}"),
                        Digest.of("{}"),
                        Terms.DEFAULT,
                        null,
                        null,
                        List.of());
            }
            var failure = new Failure("c", "d");
            return switch (random.nextInt(16)) {
                case 0, 1, 2, 3 -> new TaskEvent.Started(id, version, 1, "w", null, null);
                case 4, 5 ->
                        new TaskEvent.Queued(
                                id, version, 1, "a", new Content.Inline("{}"), Terms.DEFAULT, null);
                case 6, 7 -> new TaskEvent.AttemptFailed(id, version, 1, failure, NOON);
                case 8, 9 -> new TaskEvent.LeaseExtended(id, version, 1, NOON);
                case 10 -> new TaskEvent.Succeeded(id, version, 1, new Content.Inline("{}"));
                case 11 -> new TaskEvent.Failed(id, version, 1, failure);
                case 12 -> new TaskEvent.Cancelled(id, version, 1, "");
                default ->
                        new TaskEvent.Refused(
                                id, version, "x", TaskEvent.Reason.ALREADY_ENDED, "late");
            };
        }

        private boolean isSettled() {
            return clients.stream().allMatch(Client::isSettled);
        }

        void check() {
            for (var client : clients) {
                assertThat(client.picture)
                        .as("seed %d: %s", seed, client.feed)
                        .isEqualTo(client.expected());
            }
        }

        /// A client that comes back whenever its stream ends, with the last id it has.
        private final class Client {

            private final FollowedView view;
            private final Map<String, String> filters;
            private final @Nullable String key;
            private final SortedMap<String, JsonObject> picture = new TreeMap<>();
            private final Deque<Runnable> work = new ArrayDeque<>();
            private SseText text = new SseText();
            private @Nullable RowFeed feed;
            private @Nullable CompletableFuture<LiveStreams.SourceOf> opening;
            private @Nullable LiveStream stream;
            private @Nullable Wire wire;
            private int gateway;

            Client() {
                view = random.nextInt(3) == 0 ? FollowedView.TASK_COUNTS : FollowedView.TASKS;
                key =
                        random.nextInt(5) > 0
                                ? null
                                : view == FollowedView.TASKS
                                        ? new TaskId(new UUID(8L << 12, Long.MIN_VALUE + 1))
                                                .toString()
                                        : "a:running";
                var wanted = new HashMap<String, String>();
                if (key == null && random.nextBoolean()) {
                    wanted.put(
                            "state",
                            List.of("queued", "running", "waiting", "failed")
                                    .get(random.nextInt(4)));
                }
                if (key == null && random.nextInt(3) == 0) {
                    wanted.put("kind", "a");
                }
                filters = wanted;
            }

            SortedMap<String, JsonObject> expected() {
                var all = new TreeMap<>(rows.rows(view.view(), filters));
                if (key != null) {
                    all.keySet().removeIf(one -> !one.equals(key));
                }
                return all;
            }

            void connect() {
                gateway = random.nextInt(2);
                var last = text.lastId();
                text = new SseText();
                text.take("id: " + last + "\n\n");
                stream = null;
                wire = null;
                var shared = gateways.get(gateway).broadcast().join();
                var wanted =
                        new RowFeed(
                                views.get(gateway).reads(),
                                view,
                                "acme",
                                filters,
                                seed % 2 == 0,
                                Fields.ALL,
                                key);
                feed = wanted;
                opening =
                        views.get(gateway)
                                .source(
                                        shared,
                                        wanted,
                                        last.isEmpty() ? null : ViewPlace.parse(last),
                                        Position.START)
                                .toCompletableFuture();
            }

            /// Goes on as soon as what was asked for is there.
            private void open() {
                var asked = opening;
                if (asked == null || !asked.isDone()) {
                    return;
                }
                opening = null;
                if (asked.isCompletedExceptionally()) {
                    connect();
                    return;
                }
                var line = new Wire(1 + random.nextInt(3_000), random.nextInt(4) == 0);
                var outlet = new SseOutlet(line);
                var shared = gateways.get(gateway).broadcast().join();
                var source = asked.resultNow();
                var opened =
                        new LiveStream(
                                outlet,
                                work::add,
                                shared::remove,
                                made -> source.make(made, outlet, turns.get(gateway)));
                wire = line;
                stream = opened;
                shared.add(opened);
                opened.open(1_000);
            }

            void tick() {
                if (stream != null) {
                    stream.tick();
                }
            }

            void close() {
                if (stream != null) {
                    stream.close("a test");
                }
            }

            /// The connection breaks: what was not received is lost.
            void cut() {
                if (opening != null) {
                    return; // it is on its way
                }
                reconnects++;
                if (stream != null) {
                    stream.abandon();
                }
                while (!work.isEmpty()) {
                    work();
                }
                connect();
            }

            void work() {
                open();
                var task = work.poll();
                if (task != null) {
                    task.run();
                }
            }

            void receive() {
                var line = wire;
                if (line == null || (line.isLazy() && random.nextInt(60) > 0)) {
                    return;
                }
                for (var event : text.take(line.deliver(random))) {
                    told.merge(event.name(), 1, Integer::sum);
                    var data = new JsonObject(event.data());
                    switch (event.name()) {
                        case "reset" -> picture.clear();
                        case "row" -> picture.put(data.getString("key"), data.getJsonObject("row"));
                        case "removed" -> picture.remove(data.getString("key"));
                        default -> {
                            /* Of how it stands. */
                        }
                    }
                }
                if (line.isEnded() && line.isEmpty()) {
                    cut();
                }
            }

            boolean isSettled() {
                return wire != null && wire.isEmpty() && picture.equals(expected());
            }
        }
    }
}
