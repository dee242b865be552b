package dev.millrace.gateway.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.task.Failure;
import dev.millrace.schemas.serde.DeadLetters;
import dev.millrace.schemas.topic.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class AdmissionSessionTest {

    private static final TopicPartition P0 = new TopicPartition(Topics.TASK_REQUESTS, 0);
    private static final TopicPartition P1 = new TopicPartition(Topics.TASK_REQUESTS, 1);
    private static final Verdict ADMITTED = new Verdict.Admitted();
    private static final Verdict LATER = new Verdict.Later("nobody decides just now");
    private static final Verdict REFUSED =
            new Verdict.Refused(new Failure("unknown_kind", "kind: eco"));

    private final TellingConsumer consumer = new TellingConsumer();
    private final MockProducer<byte[], byte[]> producer = producer(true);
    private final SlowJudge judge = new SlowJudge();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicLong nanos = new AtomicLong();
    private final AdmissionSession session = session(producer);

    @Test
    void thePositionStandsAtTheFirstRequestThatIsNotSettled() throws Exception {
        open(P0);
        request(P0, 0, 1, 2);
        session.step();

        judge.say(1, ADMITTED);
        judge.say(2, new Verdict.Duplicate());
        session.step();
        assertThat(committed(P0)).isZero();

        judge.say(0, ADMITTED);
        session.step();
        assertThat(committed(P0)).isEqualTo(3);
        assertThat(counted("admitted")).isEqualTo(2);
        assertThat(counted("duplicate")).isEqualTo(1);
    }

    @Test
    void whatIsRefusedIsSettledByItsDeadLetter() throws Exception {
        open(P0);
        request(P0, 0);
        session.step();

        judge.say(0, REFUSED);
        session.step();

        assertThat(producer.history()).hasSize(1);
        var letter = producer.history().getFirst();
        assertThat(letter.topic()).isEqualTo(Topics.DEAD_LETTERS);
        assertThat(letter.value()).isEqualTo(value(0));
        assertThat(header(letter.headers().lastHeader(DeadLetters.ORIGIN).value()))
                .isEqualTo("millrace.task-requests-0@0");
        assertThat(header(letter.headers().lastHeader(DeadLetters.CONSUMER).value()))
                .isEqualTo("millrace-admission");
        assertThat(header(letter.headers().lastHeader(DeadLetters.CODE).value()))
                .isEqualTo("unknown_kind");
        assertThat(header(letter.headers().lastHeader(DeadLetters.DETAIL).value()))
                .isEqualTo("kind: eco");
        assertThat(committed(P0)).isEqualTo(1);
        assertThat(counted("refused")).isEqualTo(1);
    }

    @Test
    void aRequestWhoseLetterIsNotWrittenIsNotSettled() throws Exception {
        var failing = producer(false);
        var broken =
                new AdmissionSession(
                        consumer,
                        failing,
                        judge,
                        Runnable::run,
                        new AdmissionMeters(meters),
                        nanos::get);
        broken.open();
        assign(P0);
        request(P0, 0);
        broken.step();
        judge.say(0, REFUSED);
        failing.sendException = new TimeoutException("no broker");

        assertThatThrownBy(broken::step).isInstanceOf(KafkaException.class);

        assertThat(committed(P0)).isZero();
        assertThat(counted("refused")).isZero();
    }

    @Test
    void whatCannotBeSaidNowIsLookedAtEachSecondUntilItCan() throws Exception {
        open(P0);
        request(P0, 0, 1);
        session.step();
        judge.say(1, ADMITTED);

        for (int attempt = 1; attempt <= 3; attempt++) {
            judge.say(0, LATER);
            session.step();
            session.step();
            assertThat(judge.asked(0)).as("attempt %d, too early", attempt).isEqualTo(attempt);
            nanos.addAndGet(AdmissionSession.LATER.toNanos());
            session.step();
            assertThat(judge.asked(0)).as("attempt %d", attempt).isEqualTo(attempt + 1);
            assertThat(committed(P0)).isZero();
        }
        judge.say(0, ADMITTED);
        session.step();

        assertThat(committed(P0)).isEqualTo(2);
        assertThat(judge.asked(1)).isEqualTo(1);
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void aFullPartitionIsReadNoFurtherAndTheOthersAre() throws Exception {
        open(P0, P1);
        for (long offset = 0; offset < Lane.MOST_OPEN; offset++) {
            request(P0, offset);
        }
        session.step();
        assertThat(judge.open()).isEqualTo(Lane.MOST_OPEN);

        request(P0, Lane.MOST_OPEN);
        request(P1, 1_000);
        session.step();
        assertThat(consumer.paused()).containsExactly(P0);
        assertThat(judge.asked(1_000)).isEqualTo(1);
        assertThat(judge.asked(Lane.MOST_OPEN)).isZero();

        judge.say(5, ADMITTED);
        session.step();
        assertThat(consumer.paused()).isEmpty();
        assertThat(judge.asked(Lane.MOST_OPEN)).isEqualTo(1);
    }

    @Test
    void largeRequestsFillAPartitionByTheirBytes() {
        var lane = new Lane(P0);
        lane.open(sized(0, (int) Lane.MOST_OPEN_BYTES - 1));
        assertThat(lane.isFull()).isFalse();
        lane.open(sized(1, 1));
        assertThat(lane.isFull()).isTrue();
        lane.settle(0);
        assertThat(lane.isFull()).isFalse();
    }

    @Test
    void aPartitionThatGoesAwayIsLeftAtItsPosition() throws Exception {
        open(P0);
        request(P0, 0, 1, 2);
        session.step();
        judge.say(0, ADMITTED);
        judge.say(2, ADMITTED);

        assign(P1);
        session.step();

        assertThat(consumer.toldAtTheEnd).isEqualTo(Map.of(P0, new OffsetAndMetadata(1)));
        judge.say(1, REFUSED);
        session.step();
        assertThat(producer.history()).as("another session's business").isEmpty();
    }

    @Test
    void whoeverComesNextIsToldWhereToBeginAndOnlyWhereSomethingWasRead() throws Exception {
        open(P0, P1);
        request(P0, 7);
        session.step();

        session.close();

        assertThat(consumer.toldAtTheEnd).isEqualTo(Map.of(P0, new OffsetAndMetadata(7)));
        assertThat(consumer.closed()).isTrue();
        assertThat(producer.closed()).isTrue();
    }

    private AdmissionSession session(MockProducer<byte[], byte[]> writing) {
        return new AdmissionSession(
                consumer, writing, judge, Runnable::run, new AdmissionMeters(meters), nanos::get);
    }

    private void open(TopicPartition... partitions) {
        session.open();
        assign(partitions);
    }

    private void assign(TopicPartition... partitions) {
        var begin = new HashMap<TopicPartition, Long>();
        for (var partition : partitions) {
            begin.put(partition, 0L);
        }
        consumer.updateBeginningOffsets(begin);
        consumer.rebalance(List.of(partitions));
    }

    private void request(TopicPartition partition, long... offsets) {
        for (long offset : offsets) {
            consumer.addRecord(
                    new ConsumerRecord<>(
                            partition.topic(), partition.partition(), offset, null, value(offset)));
        }
    }

    private static ConsumerRecord<byte[], byte[]> sized(long offset, int bytes) {
        return new ConsumerRecord<>(
                P0.topic(),
                0,
                offset,
                0L,
                TimestampType.CREATE_TIME,
                -1,
                bytes,
                new byte[0],
                new byte[0],
                new RecordHeaders(),
                Optional.empty());
    }

    private long committed(TopicPartition partition) {
        var told = consumer.committed(Set.of(partition)).get(partition);
        return told == null ? 0 : told.offset();
    }

    private double counted(String outcome) {
        return meters.get("millrace.admission.requests").tag("outcome", outcome).counter().count();
    }

    private static MockProducer<byte[], byte[]> producer(boolean autoComplete) {
        return new MockProducer<>(
                autoComplete,
                new RoundRobinPartitioner(),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static byte[] value(long offset) {
        return ("request " + offset).getBytes(UTF_8);
    }

    private static String header(byte[] value) {
        return new String(value, UTF_8);
    }

    /// Keeps what it was told before it was closed.
    private static final class TellingConsumer extends MockConsumer<byte[], byte[]> {

        private Map<TopicPartition, OffsetAndMetadata> toldAtTheEnd = Map.of();

        TellingConsumer() {
            super("earliest");
        }

        @Override
        public synchronized void commitSync(
                Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
            toldAtTheEnd = Map.copyOf(offsets);
            super.commitSync(offsets, timeout);
        }
    }

    /// Says what it is told to, when it is told to; requests are told apart by their offsets.
    private static final class SlowJudge implements Judge {

        private final Map<Long, CompletableFuture<Verdict>> open = new TreeMap<>();
        private final Map<Long, Integer> asked = new HashMap<>();

        @Override
        public CompletionStage<Verdict> judge(ConsumerRecord<byte[], byte[]> request) {
            asked.merge(request.offset(), 1, Integer::sum);
            return open.computeIfAbsent(request.offset(), _ -> new CompletableFuture<>());
        }

        void say(long offset, Verdict verdict) {
            var waiting = open.remove(offset);
            if (waiting == null) {
                throw new IllegalStateException(offset + ": nobody asked");
            }
            waiting.complete(verdict);
        }

        int asked(long offset) {
            return asked.getOrDefault(offset, 0);
        }

        int open() {
            return open.size();
        }
    }
}
