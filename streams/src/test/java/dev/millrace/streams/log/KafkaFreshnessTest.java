package dev.millrace.streams.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.view.Position;
import dev.millrace.streams.fixtures.StoredTopic;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KafkaFreshnessTest {

    private static final String TOPIC = "millrace.task-events";
    private static final long NOON = Instant.parse("2026-11-22T12:00:00Z").toEpochMilli();

    private final StoredTopic topic = new StoredTopic(TOPIC, 2);
    private final AtomicLong millis = new AtomicLong(NOON);
    private final AtomicInteger polls = new AtomicInteger();
    private final KafkaFreshness freshness =
            new KafkaFreshness(
                    topic::consumer,
                    view -> view.equals("tasks") ? List.of(TOPIC) : List.of(),
                    2,
                    () -> Instant.ofEpochMilli(millis.get()),
                    () -> TimeUnit.MILLISECONDS.toNanos(millis.get()),
                    Duration.ofMinutes(1));

    @AfterEach
    void close() {
        freshness.close();
    }

    @Test
    void whatHasFoldedAllIsNotStale() throws Exception {
        assertThat(staleness(Position.START)).hasValue(0L);
        add(0, NOON);
        add(1, NOON);
        next();

        assertThat(staleness(at(0, 0).with(TOPIC, 1, 0))).hasValue(0L);
        add(1, NOON);
        next();
        assertThat(staleness(at(0, 0).with(TOPIC, 1, 0))).hasValue(2_000L);
    }

    @Test
    void ofAnAnswerThatDoesNotNameAPartitionNothingIsSaid() throws Exception {
        add(0, NOON);
        add(1, NOON);
        topic.whenPolled(polls::incrementAndGet);

        assertThat(staleness(at(0, 0))).isEmpty();
        int looked = polls.get();
        next();
        assertThat(staleness(at(0, 0))).isEmpty();
        assertThat(polls).as("nobody looks for what cannot be told").hasValue(looked);
        assertThat(staleness(at(0, 0).with(TOPIC, 1, 0))).hasValue(0L);
    }

    @Test
    void itIsAsOldAsTheFirstRecordThatIsNotFolded() throws Exception {
        add(0, NOON - 9_000);
        add(0, NOON - 7_000);
        add(0, NOON - 5_000);
        add(1, NOON - 8_000);
        add(1, NOON - 6_000);

        assertThat(staleness(at(0, 0).with(TOPIC, 1, 1))).hasValue(7_000L);
        next();
        assertThat(staleness(at(0, 1).with(TOPIC, 1, 0)))
                .as("of the partition that is behind most")
                .hasValue(7_000L);
    }

    @Test
    void theLogIsLookedAtOnceASecondAndAViewThatGoesOnIsNotStaleAnyMore() throws Exception {
        add(0, NOON - 4_000);
        add(0, NOON - 3_000);
        add(0, NOON - 2_000);
        add(1, NOON - 1_000);
        topic.whenPolled(polls::incrementAndGet);

        assertThat(staleness(at(1, 0).with(TOPIC, 0, 0))).hasValue(3_000L);
        int looked = polls.get();
        assertThat(looked).isPositive();
        assertThat(staleness(at(1, 0).with(TOPIC, 0, 1)))
                .as("not what another has not folded")
                .hasValue(2_000L);
        assertThat(staleness(at(1, 0).with(TOPIC, 0, 2))).hasValue(0L);
        assertThat(polls).hasValue(looked);
    }

    @Test
    void whatWasReadEarlierThanTheLogWasLookedAtIsLookedAtAgain() throws Exception {
        add(0, NOON - 3_000);
        add(0, NOON - 2_000);
        add(0, NOON - 1_000);

        assertThat(staleness(at(0, 1))).hasValue(1_000L);
        assertThat(staleness(at(0, 0))).hasValue(2_000L);
    }

    @Test
    void whereTheLogCannotBeLookedAtWhatWasKnownGrowsOld() throws Exception {
        add(0, NOON);
        topic.failNextPoll();
        assertThat(staleness(Position.START)).isEmpty();
        assertThat(staleness(at(0, 0))).hasValue(0L);
        millis.addAndGet(4_000);
        add(0, NOON + 4_000);
        topic.failNextPoll();

        assertThat(staleness(at(0, 0))).hasValue(4_000L);
    }

    @Test
    void ofWhatIsNoViewNothingIsSaid() throws Exception {
        assertThat(freshness.staleness("none", Position.START).toCompletableFuture().get())
                .isEmpty();
    }

    private void next() {
        millis.addAndGet(KafkaFreshness.PERIOD.toMillis());
    }

    private void add(int partition, long time) {
        topic.add(partition, time, new byte[] {1}, new byte[] {1}, new RecordHeaders());
    }

    private Optional<Long> staleness(Position position) throws Exception {
        return freshness
                .staleness("tasks", position)
                .toCompletableFuture()
                .get()
                .map(Duration::toMillis);
    }

    private static Position at(int partition, long offset) {
        return Position.at(TOPIC, partition, offset);
    }
}
