package dev.millrace.streams.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.log.DeadLetterLog.DeadLetter;
import dev.millrace.domain.log.DeadLetterLog.LetterPage;
import dev.millrace.domain.log.DeadLetterLog.LetterQuery;
import dev.millrace.domain.log.DeadLetterLog.Order;
import dev.millrace.domain.log.DeadLetterLog.Redrive;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.schemas.serde.DeadLetters;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.fixtures.StoredTopic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KafkaDeadLetterLogTest {

    private static final String REQUESTS = Topics.TASK_REQUESTS;
    private static final int PARTITIONS = 3;

    private final StoredTopic topic = new StoredTopic(Topics.DEAD_LETTERS, PARTITIONS);
    private final AtomicLong nanos = new AtomicLong();
    private final List<ProducerRecord<byte[], byte[]>> sent = new CopyOnWriteArrayList<>();
    private volatile @Nullable Exception failure;
    private final KafkaDeadLetterLog log =
            new KafkaDeadLetterLog(topic::consumer, Writer::new, nanos::get);

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void aLetterIsShownByWhatItSays() throws Exception {
        add(1, 5_000, REQUESTS, 2, 40, "request");

        assertThat(list(Order.NEWEST, Position.START, 10))
                .isEqualTo(
                        new LetterPage(
                                List.of(
                                        new DeadLetter(
                                                1,
                                                0,
                                                "millrace.task-requests-2@40",
                                                "millrace-admission",
                                                "unknown_kind",
                                                "kind: ecko",
                                                Instant.ofEpochMilli(5_000),
                                                "kirequest".length(),
                                                false,
                                                null)),
                                null));
    }

    @Test
    void pagesFollowEachOtherByTimeWithoutGapOrRepeat() throws Exception {
        for (int number = 0; number < 50; number++) {
            add(number * 7 % PARTITIONS, number, REQUESTS, 0, number, "request");
            if (number % 5 == 0) {
                topic.add(number % PARTITIONS, null, "no letter".getBytes(UTF_8));
            }
        }
        for (int limit : List.of(1, 3, 49, 50, 200)) {
            assertThat(times(Order.OLDEST, limit)).as("limit %d", limit).isEqualTo(upTo(50));
            assertThat(times(Order.NEWEST, limit))
                    .as("limit %d", limit)
                    .isEqualTo(upTo(50).reversed());
        }
    }

    @Test
    void whatIsWrittenMeanwhileIsNotMixedIntoLaterPages() throws Exception {
        for (int number = 0; number < 6; number++) {
            add(0, number, REQUESTS, 0, number, "request");
        }
        var first = list(Order.NEWEST, Position.START, 3);
        add(0, 6, REQUESTS, 0, 6, "request");
        add(1, 7, REQUESTS, 0, 7, "request");

        var next = requireNonNull(first.next());
        var second = list(Order.NEWEST, next, 3);

        assertThat(second.letters())
                .extracting(letter -> letter.time().toEpochMilli())
                .containsExactly(2L, 1L, 0L);
        assertThat(second.next()).isNull();
    }

    @Test
    void aReadThatTakesTooLongIsGivenUp() {
        add(0, 1, REQUESTS, 0, 1, "request");
        nanos.set(1);
        topic.whenPolled(() -> nanos.addAndGet(LetterReader.LONGEST.toNanos()));
        topic.forgetBefore(0, 0);
        add(1, 2, REQUESTS, 0, 2, "request");

        assertThatThrownBy(() -> list(Order.NEWEST, Position.START, 10))
                .cause()
                .isInstanceOf(ViewUnavailable.class)
                .hasMessageContaining("ask for fewer");
    }

    @Test
    void aBrokerThatIsGoneIsSaidSo() {
        add(0, 1, REQUESTS, 0, 1, "request");
        topic.failNextPoll();

        assertThatThrownBy(() -> list(Order.NEWEST, Position.START, 10))
                .cause()
                .isInstanceOf(ViewUnavailable.class)
                .hasMessageContaining("ask again");
    }

    @Test
    void theRecordGoesBackAsItWas() throws Exception {
        topic.exists(REQUESTS, PARTITIONS);
        add(1, 1, REQUESTS, 2, 40, "request");

        var done = redrive(1, 0);

        assertThat(done).isEqualTo(new Redrive.Done(Position.at(REQUESTS, 2, 7)));
        assertThat(sent).hasSize(1);
        var record = sent.getFirst();
        assertThat(record.topic()).isEqualTo(REQUESTS);
        assertThat(record.partition()).isEqualTo(2);
        assertThat(record.timestamp()).isNull();
        assertThat(record.key()).isEqualTo("ki".getBytes(UTF_8));
        assertThat(record.value()).isEqualTo("request".getBytes(UTF_8));
        assertThat(texts(record.headers()))
                .containsExactly("mine=kept", "redriven-from=millrace.dead-letters-1@0");
    }

    @Test
    void aRecordThatCameBackSaysItsLastLetterOnly() throws Exception {
        topic.exists(REQUESTS, PARTITIONS);
        var record = record(REQUESTS, 0, 7, "request");
        record.headers().add("redriven-from", "millrace.dead-letters-2@1".getBytes(UTF_8));
        add(0, 1, record);

        assertThat(list(Order.NEWEST, Position.START, 1).letters())
                .extracting(DeadLetter::redrivenFrom)
                .containsExactly("millrace.dead-letters-2@1");
        assertThat(redrive(0, 0)).isInstanceOf(Redrive.Done.class);
        assertThat(texts(sent.getFirst().headers()))
                .containsExactly("mine=kept", "redriven-from=millrace.dead-letters-0@0");
    }

    @Test
    void workAndTheTopicsOfTheCatalogueTakeTheirRecordsBack() throws Exception {
        var topics =
                List.of(
                        "millrace.work.echo.high",
                        Topics.TASK_COMMANDS.name(),
                        Topics.EMBEDDINGS.name());
        for (var origin : topics) {
            topic.exists(origin, 1);
            add(0, 1, origin, 0, 3, "record");
        }
        for (int offset = 0; offset < topics.size(); offset++) {
            assertThat(redrive(0, offset))
                    .isEqualTo(new Redrive.Done(Position.at(topics.get(offset), 0, 7)));
        }
    }

    @Test
    void whatOnlyDecideWritesStaysWhereItIs() throws Exception {
        for (var origin : List.of(Topics.TASK_EVENTS, Topics.RESULTS, Topics.TASK_CONTROL)) {
            add(0, 1, origin.name(), 1, 7, "record");
        }
        for (int offset = 0; offset < 3; offset++) {
            requireRefused(redrive(0, offset), "written by decide alone");
        }
        requireRefused(redrive(0, 0), "where it stands, at millrace.task-events-1@7");
        assertThat(sent).isEmpty();
    }

    @Test
    void whatHasNoWayBackIsRefused() throws Exception {
        add(0, 1, "another.topic", 0, 1, "record");
        add(0, 1, Topics.DEAD_LETTERS, 0, 1, "record");
        add(0, 1, Topics.REGISTRY_STORE, 0, 1, "record");
        add(0, 1, REQUESTS, 9, 1, "record");
        add(0, 1, record(REQUESTS, 0, 1, "x".repeat(DeadLetters.MOST_WHOLE_BYTES)));
        var odd = record(REQUESTS, 0, 1, "record");
        var letter = DeadLetters.of(odd, new Failure("code", "detail"), "somebody");
        letter.headers().remove(DeadLetters.ORIGIN).add(DeadLetters.ORIGIN, "-@".getBytes(UTF_8));
        topic.add(0, 1, letter.key(), letter.value(), letter.headers());
        topic.exists(REQUESTS, PARTITIONS);

        requireRefused(redrive(0, 0), "another.topic-0@1 (expected: a topic of the catalogue");
        requireRefused(redrive(0, 1), "expected: a topic of the catalogue");
        requireRefused(redrive(0, 2), "expected: a topic of the catalogue");
        requireRefused(redrive(0, 3), "no partition 9");
        requireRefused(redrive(0, 4), "only the beginning");
        requireRefused(redrive(0, 5), "expected: a topic of the catalogue");
        assertThat(sent).isEmpty();
    }

    @Test
    void whatIsNoLetterIsNotRedriven() throws Exception {
        topic.add(0, null, "no letter".getBytes(UTF_8));

        assertThat(redrive(0, 0)).isEqualTo(new Redrive.NoLetter());
        assertThat(redrive(0, 1)).isEqualTo(new Redrive.NoLetter());
        assertThat(redrive(PARTITIONS, 0)).isEqualTo(new Redrive.NoLetter());
    }

    @Test
    void whatTheTopicDoesNotTakeIsRefusedAndSilenceIsNoAnswer() throws Exception {
        topic.exists(REQUESTS, PARTITIONS);
        add(0, 1, REQUESTS, 0, 1, "request");

        failure = new RecordTooLargeException("1 MiB at most");
        requireRefused(redrive(0, 0), "1 MiB at most");
        failure = new TimeoutException("no broker");
        assertThatThrownBy(() -> redrive(0, 0)).cause().isInstanceOf(ViewUnavailable.class);
    }

    private List<Long> times(Order order, int limit) throws Exception {
        var times = new ArrayList<Long>();
        @Nullable Position from = Position.START;
        while (from != null) {
            var page = list(order, from, limit);
            assertThat(page.letters()).hasSizeLessThanOrEqualTo(limit);
            page.letters().forEach(letter -> times.add(letter.time().toEpochMilli()));
            from = page.next();
        }
        return times;
    }

    private static List<Long> upTo(int count) {
        var numbers = new ArrayList<Long>();
        for (long number = 0; number < count; number++) {
            numbers.add(number);
        }
        return numbers;
    }

    private static void requireRefused(Redrive redrive, String why) {
        assertThat(redrive)
                .isInstanceOfSatisfying(
                        Redrive.Refused.class, refused -> assertThat(refused.why()).contains(why));
    }

    private static List<String> texts(Headers headers) {
        var texts = new ArrayList<String>();
        headers.forEach(
                header -> texts.add(header.key() + "=" + new String(header.value(), UTF_8)));
        return texts;
    }

    private void add(int partition, long time, String origin, int from, long offset, String value) {
        add(partition, time, record(origin, from, offset, value));
    }

    private void add(int partition, long time, ConsumerRecord<byte[], byte[]> poison) {
        var cause = new Failure("unknown_kind", "kind: ecko");
        var letter = DeadLetters.of(poison, cause, "millrace-admission");
        topic.add(partition, time, letter.key(), letter.value(), letter.headers());
    }

    private static ConsumerRecord<byte[], byte[]> record(
            String topic, int partition, long offset, String value) {
        var record =
                new ConsumerRecord<>(
                        topic, partition, offset, "ki".getBytes(UTF_8), value.getBytes(UTF_8));
        record.headers().add("mine", "kept".getBytes(UTF_8));
        return record;
    }

    private LetterPage list(Order order, Position from, int limit) throws Exception {
        return get(log.list(new LetterQuery(order, from, limit)));
    }

    private Redrive redrive(int partition, long offset) throws Exception {
        return get(log.redrive(partition, offset));
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    /// Writes at offset 7, or fails as it is told to.
    private final class Writer extends MockProducer<byte[], byte[]> {

        @Override
        public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
            var cause = failure;
            if (cause != null) {
                return CompletableFuture.failedFuture(cause);
            }
            sent.add(record);
            var place = new TopicPartition(record.topic(), requireNonNull(record.partition()));
            return CompletableFuture.completedFuture(new RecordMetadata(place, 7, 0, 0, 0, 0));
        }
    }
}
