package dev.millrace.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.log.EventFilter;
import dev.millrace.domain.log.LogPartition;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Two gateways, some clients whose connections break at any byte, and a log that grows beside
/// them: whatever comes in between what, each client is told of every event once, in order.
class EventStreamTest {

    private static final int RECONNECTS = 250;
    private static final Map<String, Integer> TOPICS = Map.of("millrace.a", 2, "millrace.b", 1);

    @Test
    void everyEventComesOnceHoweverOftenTheConnectionBreaks() {
        check(0, 60);
    }

    /// A hundred thousand times.
    @Test
    @Tag("full")
    void everyEventComesOnceInManyMoreRuns() {
        check(60, 460);
    }

    private static void check(long firstSeed, long end) {
        int reconnects = 0;
        var ways = new TreeMap<String, Integer>();
        for (long seed = firstSeed; seed < end; seed++) {
            var world = new World(seed);
            world.run();
            world.check();
            reconnects += world.reconnects;
            world.notices.forEach((name, count) -> ways.merge(name, count, Integer::sum));
        }

        assertThat(reconnects).isGreaterThanOrEqualTo((int) (end - firstSeed) * RECONNECTS);
        assertThat(ways).as("streams also end in these ways").containsKeys("dropped", "closing");
    }

    /// One run, decided by its seed alone.
    private static final class World {

        private final long seed;
        private final Random random;
        private final FakeLiveLog log = new FakeLiveLog(TOPICS);
        private final List<Broadcast> gateways = new ArrayList<>();
        private final List<Turns> turns = new ArrayList<>();
        private final List<Client> clients = new ArrayList<>();
        private final Map<String, Integer> notices = new HashMap<>();
        private int reconnects;

        World(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            log.hold();
            log.cutPiecesAt(1 + random.nextInt(5));
            var layout = new Layout(new TreeMap<>(TOPICS));
            for (int n = 0; n < 2; n++) {
                var limits = new StreamLimits(9, 1 + random.nextInt(24), 1 << 20, 9);
                var gateway = new Broadcast(log, layout, limits);
                gateway.include(TOPICS.keySet());
                gateways.add(gateway);
                turns.add(new Turns(1 + random.nextInt(2)));
            }
            for (int n = random.nextInt(20); n > 0; n--) {
                grow();
            }
            for (int n = 0; n < 3; n++) {
                clients.add(new Client(layout));
            }
        }

        void run() {
            clients.forEach(Client::connect);
            while (reconnects < RECONNECTS) {
                step();
            }
            clients.forEach(Client::expect);
            for (int round = 0; round < 20_000 && !isSettled(); round++) {
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
            log.tell(0, 10);
            log.tell(1, 10);
            if (random.nextInt(10) == 0) {
                clients.forEach(client -> client.stream().tick());
            }
        }

        private void step() {
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3, 4, 5 -> clients.get(random.nextInt(clients.size())).work();
                case 6, 7, 8, 9 -> clients.get(random.nextInt(clients.size())).receive();
                case 10, 11, 12 -> {
                    if (log.waitingReads() > 0) {
                        log.answer(random.nextInt(log.waitingReads()));
                    }
                }
                case 13, 14 -> log.tell(random.nextInt(2), 1 + random.nextInt(4));
                case 15 -> clients.forEach(client -> client.stream().tick());
                case 16, 17 -> clients.get(random.nextInt(clients.size())).cut();
                case 18 -> grow();
                default -> seldom();
            }
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
                case 2 -> clients.get(random.nextInt(clients.size())).stream().close("a test");
                case 3 -> {
                    for (int n = 0; n < 20; n++) {
                        grow();
                    }
                }
                default -> grow();
            }
        }

        private void grow() {
            var partitions = List.copyOf(log.all());
            var partition = partitions.get(random.nextInt(partitions.size()));
            if (random.nextInt(4) == 0) {
                log.skip(partition);
                return;
            }
            log.add(
                    partition.topic(),
                    partition.partition(),
                    random.nextInt(5) == 0 ? "other" : "acme",
                    "k" + random.nextInt(2),
                    random.nextInt(3) == 0 ? "dev.millrace.x.y" : "dev.millrace.z",
                    "{\"n\":\"%s\"}".formatted("x".repeat(random.nextInt(200))));
        }

        private boolean isSettled() {
            return clients.stream().allMatch(Client::isSettled);
        }

        void check() {
            for (var client : clients) {
                assertThat(client.seen.stream().sorted().toList())
                        .as("seed %d: what comes is what is there", seed)
                        .isEqualTo(client.expected.stream().sorted().toList());
                for (var partition : log.all()) {
                    var name = "%s-%d@".formatted(partition.topic(), partition.partition());
                    assertThat(client.seen.stream().filter(one -> one.startsWith(name)).toList())
                            .as("seed %d: in the order of %s", seed, name)
                            .isEqualTo(
                                    client.expected.stream()
                                            .filter(one -> one.startsWith(name))
                                            .toList());
                }
            }
        }

        /// A client that comes back whenever its stream ends, with the last id it has.
        private final class Client {

            private final Selection selection;
            private final EventFilter filter;
            private final long[] start;
            private final List<String> seen = new ArrayList<>();
            private final Deque<Runnable> tasks = new ArrayDeque<>();
            private List<String> expected = List.of();
            private SseText text = new SseText();
            private @Nullable LiveStream stream;
            private @Nullable Wire wire;

            Client(Layout layout) {
                Set<String> topics = random.nextBoolean() ? TOPICS.keySet() : Set.of("millrace.a");
                selection = new Selection(layout, Selection.wholeTopics(layout, topics));
                filter =
                        new EventFilter(
                                "acme",
                                random.nextInt(4) == 0 ? "k1" : null,
                                random.nextBoolean() ? Set.of("dev.millrace.x.*") : Set.of(),
                                null);
                var next = new HashMap<LogPartition, Long>();
                for (var partition : selection.partitions()) {
                    next.put(
                            partition,
                            random.nextBoolean() ? 0L : random.nextLong(log.endOf(partition) + 1));
                }
                start = selection.place(next, Map.of());
            }

            LiveStream stream() {
                if (stream == null) {
                    throw new IllegalStateException("not connected yet");
                }
                return stream;
            }

            void connect() {
                var last = text.lastId();
                var place = last.isEmpty() ? start : selection.place(EventId.parse(last), Map.of());
                int gateway = random.nextInt(2);
                text = resumed(last);
                wire = new Wire(1 + random.nextInt(2_000), random.nextInt(4) == 0);
                tasks.clear();
                var shared = gateways.get(gateway);
                stream =
                        Streams.ofEvents(
                                log,
                                shared.ring(),
                                turns.get(gateway),
                                selection,
                                filter,
                                place,
                                wire,
                                tasks::add,
                                shared::remove);
                shared.add(stream);
                stream.open(1_000);
            }

            private static SseText resumed(String last) {
                var text = new SseText();
                text.take("id: " + last + "\n\n");
                return text;
            }

            /// The connection breaks: what was not received is lost.
            void cut() {
                reconnects++;
                stream().abandon();
                while (!tasks.isEmpty()) {
                    work();
                }
                connect();
            }

            void work() {
                var task = tasks.poll();
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
                    if (event.isOfLog()) {
                        var json = new JsonObject(event.data());
                        seen.add(
                                "%s-%d@%d"
                                        .formatted(
                                                json.getString("topic"),
                                                json.getInteger("partition"),
                                                json.getLong("offset")));
                    } else {
                        notices.merge(event.name(), 1, Integer::sum);
                    }
                }
                if (line.isEnded() && line.isEmpty()) {
                    cut();
                }
            }

            /// From now on nothing new comes.
            void expect() {
                var offsets = selection.offsets(start);
                expected =
                        selection.partitions().stream()
                                .sorted()
                                .flatMap(partition ->
                                        log.recordsOf(partition).stream()
                                                .filter(record ->
                                                        record.offset()
                                                                >= offsets.getOrDefault(
                                                                        partition, 0L))
                                                .filter(record -> record.event(filter) != null))
                                .map(FakeLiveLog.FakeRecord::toString)
                                .toList();
            }

            boolean isSettled() {
                return seen.size() >= expected.size() && wire != null && wire.isEmpty();
            }
        }
    }
}
