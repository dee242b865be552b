package dev.millrace.inference.work;

import static org.apache.kafka.clients.consumer.AcknowledgeType.ACCEPT;
import static org.apache.kafka.clients.consumer.AcknowledgeType.REJECT;
import static org.apache.kafka.clients.consumer.AcknowledgeType.RELEASE;
import static org.apache.kafka.clients.consumer.AcknowledgeType.RENEW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Bytes;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Payload;
import dev.millrace.domain.task.Priority;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.domain.task.TaskSignal;
import dev.millrace.domain.task.WorkItem;
import dev.millrace.inference.work.FakeQueue.Told;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.topic.WorkTopics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkSourceTest {

    private static final WorkItem ITEM = Workplace.item(1, "{}");
    private static final Duration A_MOMENT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final Workplace place = new Workplace();
    private final FakeQueue queue = new FakeQueue();
    private final FakeQueue second = new FakeQueue();
    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicInteger done = new AtomicInteger();
    private final Performer<?, ?> performer =
            place.performer(
                    Workplace.kind(
                            2,
                            (input, _) -> {
                                go.await();
                                done.incrementAndGet();
                                return input;
                            }));
    private final WorkSource source = source();

    @AfterEach
    void close() {
        go.countDown();
        source.close();
        place.close();
    }

    @Test
    void freshWorkIsDoneWithoutAQuestionAndAccepted() throws Exception {
        go.countDown();
        source.start();
        queue.add(record(7, ITEM, 1, Workplace.NOON));

        assertThat(acknowledgedAtLast(queue, 7)).isEqualTo(new Told(7, ACCEPT));
        assertThat(place.report()).isInstanceOf(TaskReport.Succeeded.class);
        assertThat(queue.subscription()).containsExactly("millrace.work.drill.normal");
    }

    @Test
    void whatWasHandedOutBeforeIsAskedForFirst() throws Exception {
        go.countDown();
        source.start();
        queue.add(record(7, ITEM, 2, Workplace.NOON));

        assertThat(place.report()).isInstanceOf(TaskReport.Started.class);
        assertThat(done).hasValue(0);
        place.holdings.hear(new TaskSignal.Granted(ITEM.task(), 1, Workplace.WORKER));
        assertThat(place.report()).isInstanceOf(TaskReport.Succeeded.class);
    }

    @Test
    void whatWaitedLongIsAskedForFirst() throws Exception {
        go.countDown();
        source.start();
        queue.add(record(7, ITEM, 1, Workplace.NOON.minusSeconds(6)));

        assertThat(place.report()).isInstanceOf(TaskReport.Started.class);
        place.holdings.hear(new TaskSignal.Withdrawn(ITEM.task(), 1, null, "cancelled"));
        assertThat(acknowledgedAtLast(queue, 7)).isEqualTo(new Told(7, ACCEPT));
        assertThat(done).hasValue(0);
    }

    @Test
    void whatIsNotSettledIsLockedAnewUntilItIs() throws Exception {
        source.start();
        queue.add(record(7, ITEM, 1, Workplace.NOON));

        assertThat(queue.told()).isEqualTo(new Told(7, RENEW));
        assertThat(queue.told()).isEqualTo(new Told(7, RENEW));
        place.holdings.hear(new TaskSignal.Granted(ITEM.task(), 1, Workplace.WORKER));
        assertThat(acknowledgedAtLast(queue, 7)).isEqualTo(new Told(7, ACCEPT));
        assertThat(done).as("it goes on, kept alive by heartbeats").hasValue(0);
    }

    @Test
    void whatWasWithdrawnFromAllIsAcceptedWithoutAQuestion() throws Exception {
        go.countDown();
        place.holdings.hear(new TaskSignal.Withdrawn(ITEM.task(), 1, null, "cancelled"));
        source.start();
        queue.add(record(7, ITEM, 1, Workplace.NOON));

        assertThat(acknowledgedAtLast(queue, 7)).isEqualTo(new Told(7, ACCEPT));
        assertThat(done).hasValue(0);
        assertThat(place.producer.isDrained()).isTrue();
    }

    @Test
    void whatSeemsOverIsAskedForFirst() throws Exception {
        go.countDown();
        place.holdings.drop(place.take(ITEM), true);
        source.start();
        queue.add(record(7, ITEM, 1, Workplace.NOON));

        assertThat(place.report()).isInstanceOf(TaskReport.Started.class);
        place.holdings.hear(
                new TaskSignal.Withdrawn(ITEM.task(), 1, Workplace.WORKER, "it has ended"));
        assertThat(acknowledgedAtLast(queue, 7)).isEqualTo(new Told(7, ACCEPT));
        assertThat(done).hasValue(0);
        assertThat(place.producer.isDrained()).isTrue();
    }

    @Test
    void whatCannotBeReadIsPutAside() throws Exception {
        source.start();
        queue.add(bytes(7, new byte[] {9, 9}, 1, Workplace.NOON));

        assertThat(queue.told()).isEqualTo(new Told(7, REJECT));
        assertThat(place.producer.next().topic()).isEqualTo(Topics.DEAD_LETTERS);
    }

    @Test
    void whatIsSealedIsPutAside() throws Exception {
        source.start();
        queue.add(bytes(7, serialize(sealed()), 1, Workplace.NOON));

        assertThat(queue.told()).isEqualTo(new Told(7, REJECT));
        assertThat(place.producer.next().topic()).isEqualTo(Topics.DEAD_LETTERS);
    }

    @Test
    void whatCannotBePutAsideJustNowComesAgain() throws Exception {
        place.producer.failNext(1);
        source.start();
        queue.add(bytes(7, new byte[] {9, 9}, 1, Workplace.NOON));

        assertThat(queue.told()).isEqualTo(new Told(7, RELEASE));
    }

    @Test
    void aConsumerThatBreaksIsFollowedByAnother() throws Exception {
        go.countDown();
        source.start();
        queue.fail(new KafkaException("broken"));
        second.add(record(7, ITEM, 1, Workplace.NOON));

        assertThat(acknowledgedAtLast(second, 7)).isEqualTo(new Told(7, ACCEPT));
        assertThat(queue.isClosed()).isTrue();
    }

    @Test
    void whoIsDrainedSettlesWhatHeHasAndStops() throws Exception {
        source.start();
        queue.add(record(7, ITEM, 1, Workplace.NOON));
        assertThat(queue.told()).isEqualTo(new Told(7, RENEW));

        source.drain();
        go.countDown();

        assertThat(acknowledgedAtLast(queue, 7)).isEqualTo(new Told(7, ACCEPT));
        source.stopped().get(30, TimeUnit.SECONDS);
        assertThat(queue.isClosed()).isTrue();
    }

    @Test
    void whatIsSettledBetweenTwoLooksIsAcceptedWithTheNext() throws Exception {
        source.start();
        queue.add(record(7, ITEM, 1, Workplace.NOON));
        queue.holdBack(2);
        assertThat(queue.told()).isEqualTo(new Told(7, RENEW));

        go.countDown();

        assertThat(acknowledgedAtLast(queue, 7)).isEqualTo(new Told(7, ACCEPT));
        assertThat(place.report()).isInstanceOf(TaskReport.Succeeded.class);
        assertThat(place.producer.isDrained()).as("done once").isTrue();
    }

    @Test
    void whatComesWhileDrainingIsLeftToOthers() throws Exception {
        source.start();
        queue.add(record(7, ITEM, 1, Workplace.NOON));
        assertThat(queue.told()).isEqualTo(new Told(7, RENEW));

        source.drain();
        queue.add(record(8, Workplace.item(2, "{}"), 1, Workplace.NOON));

        assertThat(acknowledgedAtLast(queue, 8)).isEqualTo(new Told(8, RELEASE));
    }

    @Test
    void whatComesWhilePausedIsLeftInTheQueueUntilThatIsOver() throws Exception {
        go.countDown();
        source.pause();
        source.start();
        queue.add(record(7, ITEM, 1, Workplace.NOON));
        assertThat(queue.isUntouchedFor(Duration.ofSeconds(1))).isTrue();

        source.resume();

        assertThat(acknowledgedAtLast(queue, 7)).isEqualTo(new Told(7, ACCEPT));
    }

    @Test
    void whoIsPausedEndsWhatWasBegunAndGivesBackWhatComes() throws Exception {
        source.start();
        queue.add(record(7, ITEM, 1, Workplace.NOON));
        assertThat(queue.told()).isEqualTo(new Told(7, RENEW));

        source.pause();
        queue.add(record(8, Workplace.item(2, "{}"), 1, Workplace.NOON));

        assertThat(acknowledgedAtLast(queue, 8)).isEqualTo(new Told(8, RELEASE));
        go.countDown();
        assertThat(acknowledgedAtLast(queue, 7)).isEqualTo(new Told(7, ACCEPT));
        assertThat(place.report()).isInstanceOf(TaskReport.Succeeded.class);
    }

    /// The next acknowledgement of a record that is not of a lock.
    private static Told acknowledgedAtLast(FakeQueue queue, long offset)
            throws InterruptedException {
        while (true) {
            var told = queue.told();
            if (told.offset() == offset && told.type() != RENEW) {
                return told;
            }
        }
    }

    private WorkSource source() {
        var queues = new ArrayDeque<>(List.of(queue, second));
        return new WorkSource(
                queues::remove,
                Priority.NORMAL,
                place.serdes,
                performer,
                place.holdings,
                () -> LONG,
                place.reports,
                place.blobs,
                Thread::startVirtualThread,
                InstantSource.fixed(Workplace.NOON),
                A_MOMENT);
    }

    private ConsumerRecord<byte[], byte[]> record(
            long offset, WorkItem item, int delivery, Instant written) {
        return bytes(offset, serialize(Workplace.envelope(item)), delivery, written);
    }

    private byte[] serialize(Envelope<WorkItem> envelope) {
        var topic = WorkTopics.of("drill", Priority.NORMAL);
        return place.serdes.of(topic).serializer().serialize(topic.name(), envelope);
    }

    private static Envelope<WorkItem> sealed() {
        var open = Workplace.envelope(ITEM);
        return new Envelope<>(
                open.id(),
                open.type(),
                open.time(),
                open.tenant(),
                open.subject(),
                open.labels(),
                open.actor(),
                open.site(),
                open.causation(),
                open.correlation(),
                open.trace(),
                new Payload.Sealed<>(
                        "key-1",
                        "A256GCM",
                        Bytes.copyOf(new byte[12]),
                        Bytes.copyOf(new byte[] {1})));
    }

    private static ConsumerRecord<byte[], byte[]> bytes(
            long offset, byte[] value, int delivery, Instant written) {
        return new ConsumerRecord<>(
                WorkTopics.of("drill", Priority.NORMAL).name(),
                0,
                offset,
                written.toEpochMilli(),
                TimestampType.LOG_APPEND_TIME,
                0,
                value.length,
                new byte[0],
                value,
                new RecordHeaders(),
                Optional.empty(),
                Optional.of((short) delivery));
    }
}
