package dev.millrace.streams.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.replay.Replay;
import dev.millrace.domain.replay.ReplayRequest;
import dev.millrace.domain.replay.Replays;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.fixtures.StoredLog;
import dev.millrace.streams.simulation.SimulatedClient;
import dev.millrace.streams.simulation.Trace;
import dev.millrace.streams.simulation.log.LogRecord;
import dev.millrace.streams.simulation.log.SimulatedLog;
import dev.millrace.streams.simulation.views.StreamTask;
import dev.millrace.streams.simulation.views.ViewSeams;
import dev.millrace.streams.simulation.views.ViewsLoad;
import dev.millrace.streams.simulation.views.ViewsSimulation;
import dev.millrace.streams.simulation.views.check.ViewsChecker;
import dev.millrace.streams.views.KafkaStreamsViews;
import dev.millrace.streams.views.fold.ViewsTopology;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// An hour of simulated traffic in which processes crash, hang, start anew and lose all they have;
/// then what replays make of the log, as it would be stored, is what the live views show.
class ShadowReplayTest {

    private static final int FURTHER_SEEDS = 2;
    private static final int PAGE = 500;
    private static final int LEAST_STARTS = 20;
    private static final List<String> OTHER_VIEWS =
            List.of("task-history", "task-progress", "throughput", "workers");
    private static final String TENANT = SimulatedClient.TENANT;

    @TempDir private Path folder;
    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());
    private final AtomicLong ids = new AtomicLong();

    /// With `-Dseed=…` that seed alone.
    @Test
    void anHourReplayedIsTheLiveViews() throws Exception {
        long seed = Long.getLong("seed", 1L);
        requireSame(seed);
    }

    @Test
    @Tag("full")
    @DisabledIfSystemProperty(named = "seed", matches = ".+")
    void moreHoursReplayedAreTheLiveViews() throws Exception {
        for (long seed = 2; seed <= 1 + FURTHER_SEEDS; seed++) {
            requireSame(seed);
        }
    }

    private void requireSame(long seed) throws Exception {
        long began = System.nanoTime();
        var run = ViewsChecker.run(seed, ViewSeams.none(), ViewsLoad.HOUR, Trace.none());
        var again =
                "seed %1$d; again with ./mvnw -Dquick -DskipTests=false -pl streams -am test -Dsurefire.failIfNoSpecifiedTests=false -Dtest=ShadowReplayTest -Dseed=%1$d"
                        .formatted(seed);
        assertThat(run.violations()).as(again).isEmpty();
        var simulation = run.simulation();
        assertThat(simulation.starts()).as("starts of instances").isGreaterThan(LEAST_STARTS);
        var live = simulation.views(0);
        var log = stored(simulation);
        var compared = new ArrayList<String>();
        for (var view : Replays.VIEWS) {
            var comparison = compared(view, live, log, simulation.now());
            assertThat(comparison.difference()).as(again).isNull();
            assertThat(comparison.unsettled()).isZero();
            assertThat(comparison.rows()).isEqualTo(rows(view, Map.of(), live).size());
            compared.add(view + " " + comparison.rows());
        }
        for (var view : OTHER_VIEWS) {
            compared.add(view + " " + requireSame(again, view, live, log));
        }
        System.out.printf(
                "Replayed: seed %d, %,d instance starts, rows %s in %.1f s%n",
                seed, simulation.starts(), compared, (System.nanoTime() - began) / 1e9);
    }

    /// What a replay says of a view that it can compare by itself.
    private Replay.Comparison compared(String view, Views live, StoredLog log, long now)
            throws Exception {
        try (var replays =
                new KafkaReplays(
                        log::consumer,
                        serdes,
                        live,
                        SimulatedLog.PARTITIONS,
                        folder.resolve("replays"),
                        () -> new UUID(7, ids.incrementAndGet()),
                        () -> Instant.ofEpochMilli(now))) {
            var id =
                    replays.start(new ReplayRequest(view, TENANT, null, null))
                            .toCompletableFuture()
                            .join()
                            .id();
            replays.awaitEnd(id);
            var replay = replays.get(TENANT, id);
            assertThat(replay.problem()).isNull();
            assertThat(replay.state()).isEqualTo(Replay.State.FINISHED);
            return requireNonNull(replay.comparison());
        }
    }

    /// Folds the log by the code of replays, and compares all rows.
    ///
    /// @return how many there are
    private int requireSame(String again, String view, Views live, StoredLog log) throws Exception {
        var folds = folds(view);
        var stores = folds.stream().flatMap(task -> task.stores().stream()).toList();
        int rows = 0;
        try (var shadows =
                        new ShadowStores(
                                folder.resolve("shadow-" + ids.incrementAndGet()),
                                SimulatedLog.PARTITIONS,
                                stores);
                var shadow = new KafkaStreamsViews(shadows)) {
            for (var fold : folds) {
                try (var consumer = log.consumer()) {
                    var reading =
                            new Reading(
                                    consumer,
                                    serdes,
                                    shadows,
                                    fold.applied(),
                                    new ReplayRequest(view, TENANT, null, null),
                                    null,
                                    new Course(null, System::nanoTime));
                    assertThat(reading.aim(null)).isPositive();
                    reading.go();
                }
            }
            for (var filters : filters(view, live)) {
                var expected = rows(view, filters, live);
                assertThat(rows(view, filters, shadow)).as(again).isEqualTo(expected);
                rows += expected.size();
            }
        }
        assertThat(rows).as(view).isPositive();
        return rows;
    }

    /// What a view is made of, by its first partition.
    private static List<StreamTask> folds(String view) {
        var stores =
                switch (view) {
                    case "task-history" -> List.of(ViewsTopology.TASK_HISTORY);
                    case "task-progress" -> List.of(ViewsTopology.TASK_PROGRESS);
                    default ->
                            List.of(ViewsTopology.TASKS_ACTIVITY, ViewsTopology.DOCUMENTS_ACTIVITY);
                };
        return StreamTask.all().stream()
                .filter(task -> task.partition() == 0)
                .filter(task -> task.stores().stream().anyMatch(stores::contains))
                .toList();
    }

    /// The lists that hold all rows of a view.
    private static List<Map<String, String>> filters(String view, Views live) {
        if (!view.equals("task-history")) {
            return List.of(Map.of());
        }
        var filters = new ArrayList<Map<String, String>>();
        for (var task : rows("tasks", Map.of(), live)) {
            filters.add(Map.of("task", RowKeys.of("tasks").keyOf(task)));
        }
        return filters;
    }

    private static List<String> rows(String view, Map<String, String> filters, Views views) {
        var rows = new ArrayList<String>();
        String token = null;
        do {
            var page =
                    views.list(new ViewQuery(view, TENANT, filters, PAGE, token))
                            .toCompletableFuture()
                            .join();
            rows.addAll(page.items());
            token = page.nextToken();
        } while (token != null);
        return rows;
    }

    /// The log as Kafka stores it: what is committed, in bytes.
    private StoredLog stored(ViewsSimulation simulation) {
        var stored = new StoredLog();
        for (var task : StreamTask.all()) {
            if (task.partition() == 0) {
                for (var topic : task.topics()) {
                    simulation.log().committed(topic).forEach(record -> stored.add(stored(record)));
                }
            }
        }
        return stored;
    }

    private ConsumerRecord<byte[], byte[]> stored(LogRecord record) {
        Topic<?> topic = requireNonNull(Topics.byName(record.place().topic()));
        var headers = new RecordHeaders();
        return new ConsumerRecord<>(
                topic.name(),
                record.place().partition(),
                record.place().offset(),
                record.timestamp(),
                TimestampType.LOG_APPEND_TIME,
                ConsumerRecord.NULL_SIZE,
                ConsumerRecord.NULL_SIZE,
                record.key().getBytes(UTF_8),
                value(topic, record, headers),
                headers,
                Optional.empty());
    }

    @SuppressWarnings("unchecked") // what is in a topic was made for that topic
    private <P extends Message> byte[] value(
            Topic<P> topic, LogRecord record, RecordHeaders headers) {
        return serdes.of(topic)
                .serializer()
                .serialize(topic.name(), headers, (Envelope<P>) record.envelope());
    }
}
