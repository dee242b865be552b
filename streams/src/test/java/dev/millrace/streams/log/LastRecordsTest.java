package dev.millrace.streams.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.view.Position;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class LastRecordsTest {

    private static final TopicPartition FIRST = new TopicPartition("t", 0);
    private static final TopicPartition SECOND = new TopicPartition("t", 1);

    private final AtomicLong nanos = new AtomicLong();

    @Test
    void recordBeforeTheEndIsFound() {
        assertThat(last(Map.of(FIRST, List.of(0L, 1L, 2L)), Map.of(FIRST, 3L)))
                .isEqualTo(Position.at("t", 0, 2));
    }

    @Test
    void whatCameLaterDoesNotCount() {
        assertThat(last(Map.of(FIRST, List.of(0L, 1L, 2L)), Map.of(FIRST, 2L)))
                .isEqualTo(Position.at("t", 0, 1));
    }

    @Test
    void marksAreGoneOverHoweverManyThereAre() {
        assertThat(
                        last(
                                Map.of(FIRST, List.of(3L), SECOND, List.of(0L, 999L)),
                                Map.of(FIRST, 5_000L, SECOND, 1_000L)))
                .isEqualTo(Position.at("t", 0, 3).with("t", 1, 999));
    }

    @Test
    void partitionWithoutRecordsIsMissing() {
        assertThat(last(Map.of(), Map.of(FIRST, 0L, SECOND, 100L))).isEqualTo(Position.START);
    }

    @Test
    void transactionThatStaysOpenIsNotWaitedForForEver() {
        var stuck =
                new Gaps(Map.of()) {
                    @Override
                    public synchronized ConsumerRecords<byte[], byte[]> poll(
                            java.time.Duration timeout) {
                        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
                        return ConsumerRecords.empty();
                    }
                };

        assertThatThrownBy(() -> new LastRecords(stuck, nanos::get).before(Map.of(FIRST, 9L)))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("t-0");
    }

    private Position last(Map<TopicPartition, List<Long>> records, Map<TopicPartition, Long> ends) {
        return new LastRecords(new Gaps(records), nanos::get).before(ends);
    }

    /// A consumer of partitions that hold records at some offsets and marks at all others; a poll
    /// comes to the end of each.
    private static class Gaps extends MockConsumer<byte[], byte[]> {

        private static final long FAR = 10_000;

        private final Map<TopicPartition, List<Long>> records;

        Gaps(Map<TopicPartition, List<Long>> records) {
            super("earliest");
            this.records = records;
        }

        @Override
        public synchronized ConsumerRecords<byte[], byte[]> poll(java.time.Duration timeout) {
            for (var partition : assignment()) {
                long from = position(partition);
                updateBeginningOffsets(Map.of(partition, 0L));
                updateEndOffsets(Map.of(partition, FAR));
                records.getOrDefault(partition, List.of()).stream()
                        .filter(offset -> offset >= from)
                        .forEach(offset ->
                                addRecord(
                                        new ConsumerRecord<>(
                                                partition.topic(),
                                                partition.partition(),
                                                offset,
                                                null,
                                                null)));
            }
            var polled = super.poll(timeout);
            assignment().forEach(partition -> seek(partition, FAR));
            return polled;
        }
    }
}
