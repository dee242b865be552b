package dev.millrace.streams.log;

import static dev.millrace.streams.fixtures.Envelopes.ANN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.log.EventFilter;
import dev.millrace.domain.log.EventLog.LoggedEvent;
import dev.millrace.domain.log.LiveLog.Follower;
import dev.millrace.domain.log.LiveLog.LogRecord;
import dev.millrace.domain.log.LiveLog.Slice;
import dev.millrace.domain.log.LiveLog.SliceQuery;
import dev.millrace.domain.log.LogPartition;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.fixtures.Envelopes;
import dev.millrace.streams.fixtures.StoredTopic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KafkaLiveLogTest {

    private static final String TASK_EVENTS = "millrace.task-events";
    private static final int PARTITIONS = 3;
    private static final EventFilter ALL = EventFilter.all("acme");

    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());
    private final StoredTopic topic = new StoredTopic(TASK_EVENTS, PARTITIONS);
    private final AtomicLong nanos = new AtomicLong();
    private final KafkaLiveLog log =
            new KafkaLiveLog(topic::consumer, topic::consumer, serdes, nanos::get);

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void topicsThatDoNotExistAreNotCounted() throws Exception {
        assertThat(get(log.partitions())).containsExactly(Map.entry(TASK_EVENTS, PARTITIONS));
    }

    @Test
    void piecesFollowEachOtherWithoutGapOrRepeat() throws Exception {
        for (int number = 0; number < 30; number++) {
            add(number % PARTITIONS, started(number));
        }
        /* Each poll takes so long that a piece is over. */
        topic.whenPolled(() -> nanos.addAndGet(SliceReader.LONGEST_NANOS));
        var seen = new ArrayList<UUID>();
        var next = places(0, 0, 0);
        boolean atEnd = false;
        while (!atEnd) {
            var piece = piece(next, ALL);
            piece.events().forEach(event -> seen.add(event.id()));
            next = piece.next();
            atEnd = piece.atEnd();
        }
        assertThat(seen).hasSize(30).doesNotHaveDuplicates();
        assertThat(next).isEqualTo(places(10, 10, 10));

        add(1, started(99));
        assertThat(piece(next, ALL).events())
                .extracting(LoggedEvent::id)
                .containsExactly(started(99).id());
    }

    @Test
    void pieceHoldsWhatIsAskedForAlone() throws Exception {
        add(0, started(1));
        add(0, Envelopes.of(2, "other", message(2)));
        topic.add(0, task(3).toString(), new byte[] {1, 2, 3});
        add(0, started(4));

        assertThat(offsets(ALL)).containsExactly(0L, 2L, 3L);
        assertThat(offsets(new EventFilter("acme", task(4).toString(), Set.of(), null)))
                .containsExactly(3L);
        assertThat(offsets(new EventFilter("acme", task(3).toString(), Set.of(), null)))
                .containsExactly(2L);
        assertThat(offsets(filter("dev.millrace.task.*", ANN.id()))).containsExactly(0L, 3L);
        assertThat(offsets(filter("dev.millrace.task.started", null))).containsExactly(0L, 3L);
        assertThat(offsets(filter("dev.millrace.unreadable", null))).containsExactly(2L);
        assertThat(offsets(filter("dev.millrace.task", null))).isEmpty();
        assertThat(offsets(filter("dev.millrace.task.*", "somebody"))).isEmpty();
        assertThat(piece(places(0, 0, 0), filter("dev.millrace.nothing", null)).next())
                .as("what was passed over is read")
                .isEqualTo(places(4, 0, 0));
    }

    @Test
    void placesOutsideOfTheLogAreToldWhereItBeginsAndEnds() throws Exception {
        for (int number = 0; number < 5; number++) {
            add(0, started(number));
        }
        topic.forgetBefore(0, 2);

        for (var outside : List.of(places(1, 0, 0), places(6, 0, 0), places(2, 0, 1))) {
            var gone = get(log.read(new SliceQuery(outside, ALL)));
            assertThat(gone).isInstanceOf(Slice.Gone.class);
            var bounds = ((Slice.Gone) gone).bounds();
            assertThat(bounds.earliest()).isEqualTo(places(2, 0, 0));
            assertThat(bounds.latest()).isEqualTo(places(5, 0, 0));
            assertThat(get(log.bounds(outside.keySet()))).isEqualTo(bounds);
        }
        assertThat(piece(places(2, 0, 0), ALL).events()).hasSize(3);
    }

    @Test
    void silentBrokersAreUnavailable() throws Exception {
        add(0, started(1));
        topic.failNextPoll();

        assertThatThrownBy(() -> piece(places(0, 0, 0), ALL))
                .hasCauseInstanceOf(ViewUnavailable.class);
        assertThat(piece(places(0, 0, 0), ALL).events()).hasSize(1);
    }

    @Test
    void tailBeginsAtTheEndAndGoesOnAfterAFailure() throws Exception {
        add(0, started(1));
        var told = new Told();
        try (var tail = log.follow(told)) {
            tail.include(Set.of(TASK_EVENTS));
            assertThat(told.begun.take()).isEqualTo(places(1, 0, 0));

            add(0, started(2));
            assertThat(told.next()).isEqualTo("0@1");
            topic.failNextPoll();
            add(2, started(3));
            assertThat(told.next()).isEqualTo("2@0");
            add(1, started(4));
            assertThat(told.next()).isEqualTo("1@0");
        }
        assertThat(told.begun).as("the new consumer goes on").isEmpty();
        assertThat(told.places).isEqualTo(places(2, 1, 1));
        assertThat(told.records).isEmpty();
    }

    @Test
    void closedLogRefusesToRead() {
        log.close();

        assertThatThrownBy(() -> piece(places(0, 0, 0), ALL))
                .hasCauseInstanceOf(ViewUnavailable.class)
                .hasMessageContaining("stopping");
    }

    private List<Long> offsets(EventFilter filter) throws Exception {
        return piece(places(0, 0, 0), filter).events().stream().map(LoggedEvent::offset).toList();
    }

    private Slice.Read piece(Map<LogPartition, Long> next, EventFilter filter) throws Exception {
        return (Slice.Read) get(log.read(new SliceQuery(next, filter)));
    }

    private static <T> T get(java.util.concurrent.CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static EventFilter filter(String type, @Nullable String actor) {
        return new EventFilter("acme", null, Set.of(type), actor);
    }

    private static Map<LogPartition, Long> places(long... next) {
        var places = new HashMap<LogPartition, Long>();
        for (int partition = 0; partition < next.length; partition++) {
            places.put(new LogPartition(TASK_EVENTS, partition), next[partition]);
        }
        return places;
    }

    private void add(int partition, Envelope<TaskEvent> envelope) {
        var message = Objects.requireNonNull(envelope.messageOrNull());
        topic.add(
                partition,
                message.task().toString(),
                serdes.of(Topics.TASK_EVENTS).serializer().serialize(TASK_EVENTS, envelope));
    }

    private static Envelope<TaskEvent> started(long number) {
        return Envelopes.of(number, message(number));
    }

    private static TaskEvent message(long number) {
        return new TaskEvent.Started(task(number), 2, 1, "worker", null, null);
    }

    private static TaskId task(long number) {
        return new TaskId(new UUID(1, number));
    }

    /// What a tail told.
    private static final class Told implements Follower {

        private final BlockingQueue<Map<LogPartition, Long>> begun = new LinkedBlockingQueue<>();
        private final BlockingQueue<LogRecord> records = new LinkedBlockingQueue<>();
        private final Map<LogPartition, Long> places = new HashMap<>();

        String next() throws InterruptedException {
            var record = records.take();
            return record.partition().partition() + "@" + record.offset();
        }

        @Override
        public void begun(Map<LogPartition, Long> next) {
            places.putAll(next);
            begun.add(next);
        }

        @Override
        public void appended(List<? extends LogRecord> came, Map<LogPartition, Long> next) {
            places.putAll(next);
            records.addAll(came);
        }

        @Override
        public void lost() {
            throw new IllegalStateException("nothing was deleted");
        }
    }
}
