package dev.millrace.streams.log;

import static dev.millrace.streams.fixtures.Envelopes.ANN;
import static dev.millrace.streams.fixtures.Envelopes.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.log.EventLog.LogPage;
import dev.millrace.domain.log.EventLog.LogQuery;
import dev.millrace.domain.log.EventLog.LoggedEvent;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.fixtures.Envelopes;
import dev.millrace.streams.fixtures.StoredTopic;
import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KafkaEventLogTest {

    private static final String TASK_EVENTS = "millrace.task-events";
    private static final int PARTITIONS = 3;

    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());
    private final StoredTopic topic = new StoredTopic(TASK_EVENTS, PARTITIONS);
    private final AtomicLong nanos = new AtomicLong();
    private final KafkaEventLog log = new KafkaEventLog(topic::consumer, serdes, nanos::get);

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void pageHoldsAllEventsByPartitionAndOffset() throws Exception {
        add(2, started(1));
        add(0, started(2));
        add(0, started(3));

        var page = read(TASK_EVENTS, null, Position.START, 10);

        assertThat(page.events())
                .extracting(LoggedEvent::partition, LoggedEvent::offset)
                .containsExactly(tuple(0, 0L), tuple(0, 1L), tuple(2, 0L));
        assertThat(page.atEnd()).isTrue();
        assertThat(page.position())
                .hasToString("millrace.task-events-0@1,millrace.task-events-2@0");
    }

    @Test
    void eventIsShownWhole() throws Exception {
        var envelope = started(1);
        add(0, envelope);

        assertThat(read("task-events", null, Position.START, 10).events())
                .containsExactly(
                        new LoggedEvent(
                                envelope.id(),
                                "dev.millrace.task.started",
                                NOON.plusSeconds(1),
                                ANN,
                                "acme",
                                task(1).toString(),
                                TASK_EVENTS,
                                0,
                                0,
                                envelope.causation(),
                                envelope.correlation(),
                                serdes.json(Topics.TASK_EVENTS, topic.value(0, 0)),
                                envelope));
    }

    @Test
    void pagesFollowEachOtherWithoutGapOrRepeat() throws Exception {
        for (int number = 0; number < 20; number++) {
            add(number % PARTITIONS, started(number));
        }
        var seen = new ArrayList<UUID>();
        var position = Position.START;
        boolean atEnd = false;
        while (!atEnd) {
            var page = read(TASK_EVENTS, null, position, 3);
            assertThat(page.events()).hasSizeLessThanOrEqualTo(3);
            page.events().forEach(event -> seen.add(event.id()));
            position = page.position();
            atEnd = page.atEnd();
        }

        assertThat(seen).hasSize(20).doesNotHaveDuplicates();
        add(1, started(99));
        assertThat(read(TASK_EVENTS, null, position, 3).events())
                .extracting(LoggedEvent::id)
                .containsExactly(started(99).id());
    }

    @Test
    void keyIsLookedForInItsPartitionOnly() throws Exception {
        var key = task(7).toString();
        int home = Topics.TASK_EVENTS.partition(key, PARTITIONS);
        add(home, started(7));
        add(home, started(8));
        add((home + 1) % PARTITIONS, started(7));

        var page = read(TASK_EVENTS, key, Position.START, 10);

        assertThat(page.events()).extracting(LoggedEvent::partition).containsExactly(home);
        assertThat(page.position()).isEqualTo(Position.at(TASK_EVENTS, home, 1));
        assertThat(page.atEnd()).isTrue();
    }

    @Test
    void whatCannotBeReadIsShownAsThatAndOtherTenantsRecordsAreNot() throws Exception {
        topic.add(0, task(1).toString(), new byte[] {1, 2, 3});
        topic.add(0, task(1).toString(), null);
        topic.add(0, null, value(started(4)));
        add(0, Envelopes.of(2, "other", new TaskEvent.Started(task(2), 2, 1, "w", null, null)));
        add(0, started(3));

        var page = read(TASK_EVENTS, null, Position.START, 10);

        assertThat(page.events()).extracting(LoggedEvent::offset).containsExactly(0L, 1L, 2L, 4L);
        assertThat(page.events().subList(0, 3))
                .allSatisfy(event -> {
                    assertThat(event.type()).isEqualTo("dev.millrace.unreadable");
                    assertThat(event.key()).isEmpty();
                    assertThat(event.tenant()).isEqualTo("acme");
                    assertThat(event.actor().proof()).isEqualTo(Actor.Proof.UNVERIFIED);
                });
        assertThat(page.events().getFirst().payload()).isEqualTo("{\"unreadable\":{\"bytes\":3}}");

        var key = task(1).toString();
        topic.add(Topics.TASK_EVENTS.partition(key, PARTITIONS), key, null);
        assertThat(read(TASK_EVENTS, key, Position.START, 10).events())
                .isNotEmpty()
                .extracting(LoggedEvent::key)
                .containsOnly(key);
    }

    @Test
    void whatRetentionRemovedIsPassedOver() throws Exception {
        add(0, started(1));
        add(0, started(2));
        topic.forgetBefore(0, 1);

        assertThat(read(TASK_EVENTS, null, Position.START, 10).events())
                .extracting(LoggedEvent::offset)
                .containsExactly(1L);
    }

    @Test
    void pageThatTakesTooLongHoldsWhatWasFound() throws Exception {
        add(0, started(1));
        add(1, started(2));
        topic.whenPolled(() -> nanos.addAndGet(LogReader.LONGEST_NANOS));

        var page = read(TASK_EVENTS, null, Position.START, 10);

        assertThat(page.events()).hasSize(1);
        assertThat(page.atEnd()).isFalse();
        assertThat(page.position()).isEqualTo(Position.at(TASK_EVENTS, 0, 0));
    }

    @Test
    void scanIsBounded() throws Exception {
        var value =
                value(
                        Envelopes.of(
                                1, "other", new TaskEvent.Started(task(1), 2, 1, "w", null, null)));
        for (int number = 0; number < LogReader.MOST_SCANNED; number++) {
            topic.add(0, task(1).toString(), value);
        }
        add(1, started(2));

        var first = read(TASK_EVENTS, null, Position.START, 10);
        assertThat(first.events()).isEmpty();
        assertThat(first.atEnd()).isFalse();

        var second = read(TASK_EVENTS, null, first.position(), 10);
        assertThat(second.events()).hasSize(1);
        assertThat(second.atEnd()).isTrue();
    }

    @Test
    void unknownTopicIsRefused() {
        assertThatThrownBy(() -> read("nonsense", null, Position.START, 1))
                .hasCauseInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("topic: nonsense");
    }

    @Test
    void topicThatDoesNotExistYetIsUnavailable() {
        assertThatThrownBy(() -> read("chunks", null, Position.START, 1))
                .hasCauseInstanceOf(ViewUnavailable.class);
    }

    @Test
    void brokenConsumerIsNotUsedAgain() throws Exception {
        add(0, started(1));
        topic.failNextPoll();
        assertThatThrownBy(() -> read(TASK_EVENTS, null, Position.START, 1))
                .hasCauseInstanceOf(ViewUnavailable.class)
                .hasMessageContaining("the brokers do not answer");

        assertThat(read(TASK_EVENTS, null, Position.START, 1).events()).hasSize(1);
        read(TASK_EVENTS, null, Position.START, 1);
        assertThat(topic.consumersMade()).isEqualTo(2);
    }

    @Test
    void readsBeyondTheBoundAreRefusedAtOnce() throws Exception {
        add(0, started(1));
        var gate = new CountDownLatch(1);
        topic.whenPolled(() -> await(gate));
        var pages = new ArrayList<CompletableFuture<LogPage>>();
        for (int n = 0; n < KafkaEventLog.READERS + KafkaEventLog.MOST_WAITING; n++) {
            pages.add(log.read(query(TASK_EVENTS, null, Position.START, 1)).toCompletableFuture());
        }

        assertThatThrownBy(() -> read(TASK_EVENTS, null, Position.START, 1))
                .hasCauseInstanceOf(ViewUnavailable.class)
                .hasMessageContaining("64 reads wait already");

        gate.countDown();
        for (var page : pages) {
            assertThat(page.get(60, TimeUnit.SECONDS).events()).hasSize(1);
        }
        assertThat(topic.consumersMade()).isLessThanOrEqualTo(KafkaEventLog.READERS);
    }

    @Test
    void closedLogRefusesToRead() {
        log.close();

        assertThatThrownBy(() -> read(TASK_EVENTS, null, Position.START, 1))
                .hasCauseInstanceOf(ViewUnavailable.class)
                .hasMessageContaining("stopping");
    }

    private LogPage read(String name, @Nullable String key, Position after, int limit)
            throws Exception {
        return log.read(query(name, key, after, limit))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }

    private static LogQuery query(String name, @Nullable String key, Position after, int limit) {
        return new LogQuery(name, key, "acme", after, limit);
    }

    private void add(int partition, Envelope<TaskEvent> envelope) {
        var message = envelope.messageOrNull();
        topic.add(partition, message == null ? "" : message.task().toString(), value(envelope));
    }

    private byte[] value(Envelope<TaskEvent> envelope) {
        return value(Topics.TASK_EVENTS, envelope);
    }

    private <P extends Message> byte[] value(Topic<P> written, Envelope<P> envelope) {
        return serdes.of(written).serializer().serialize(written.name(), envelope);
    }

    private static Envelope<TaskEvent> started(long number) {
        return Envelopes.of(
                number, new TaskEvent.Started(task(number), 2, 1, "worker", null, null));
    }

    private static TaskId task(long number) {
        return new TaskId(new UUID(1, number));
    }

    private static void await(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
