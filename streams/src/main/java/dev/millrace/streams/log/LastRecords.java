package dev.millrace.streams.log;

import dev.millrace.domain.view.Position;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/// Finds the last committed record before the end of each partition. What stands right before an
/// end is the mark of a transaction often, or a record of one that was given up, and no view ever
/// comes to either.
final class LastRecords {

    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final long FIRST_SPAN = 4;
    private static final long TIMES_LONGER = 16;

    private final Consumer<byte[], byte[]> consumer;
    private final LongSupplier ticker;

    /// @param consumer of committed records, which begins at the earliest where there is none
    /// @param ticker nanoseconds that only grow
    LastRecords(Consumer<byte[], byte[]> consumer, LongSupplier ticker) {
        this.consumer = consumer;
        this.ticker = ticker;
    }

    /// The position of the last records; a partition without records is missing.
    ///
    /// @param ends the offset after the last record of each partition
    /// @throws TimeoutException if a transaction that was open before them stays open for 3 s
    Position before(Map<TopicPartition, Long> ends) {
        var spans = new HashMap<TopicPartition, Span>();
        ends.forEach((partition, end) -> spans.put(partition, Span.before(end, FIRST_SPAN)));
        var position = Position.START;
        while (true) {
            spans.values().removeIf(span -> span.to == 0);
            if (spans.isEmpty()) {
                return position;
            }
            for (var last : read(spans).entrySet()) {
                var partition = last.getKey();
                position = position.with(partition.topic(), partition.partition(), last.getValue());
                spans.remove(partition);
            }
            spans.replaceAll((_, span) -> Span.before(span.from, span.length() * TIMES_LONGER));
        }
    }

    /// @return the offset of the last record of each span that has one
    private Map<TopicPartition, Long> read(Map<TopicPartition, Span> spans) {
        long until = ticker.getAsLong() + PATIENCE.toNanos();
        var last = new HashMap<TopicPartition, Long>();
        consumer.assign(spans.keySet());
        spans.forEach((partition, span) -> consumer.seek(partition, span.from));
        while (spans.entrySet().stream()
                .anyMatch(span -> consumer.position(span.getKey()) < span.getValue().to)) {
            if (ticker.getAsLong() > until) {
                throw new TimeoutException("a transaction stays open in " + spans.keySet());
            }
            for (var record : consumer.poll(POLL)) {
                var partition = new TopicPartition(record.topic(), record.partition());
                var span = spans.get(partition);
                if (span != null && record.offset() < span.to) {
                    last.merge(partition, record.offset(), Math::max);
                }
            }
        }
        return last;
    }

    /// A piece of a partition.
    ///
    /// @param from its first offset
    /// @param to the offset after it
    private record Span(long from, long to) {
        static Span before(long end, long length) {
            return new Span(Math.max(0, end - length), end);
        }

        long length() {
            return to - from;
        }
    }
}
