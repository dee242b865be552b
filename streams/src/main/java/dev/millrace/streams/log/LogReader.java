package dev.millrace.streams.log;

import dev.millrace.domain.event.Message;
import dev.millrace.domain.log.EventFilter;
import dev.millrace.domain.log.EventLog.LogPage;
import dev.millrace.domain.log.EventLog.LogQuery;
import dev.millrace.domain.log.EventLog.LoggedEvent;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.serde.SchemaUnreachable;
import dev.millrace.schemas.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Reads one page, partition by partition, up to the ends the partitions had when it began.
///
/// One page costs at most [#MOST_SCANNED] records or [#LONGEST_NANOS], whichever comes first; what
/// was found by then is the page. Confined to one thread.
final class LogReader<P extends Message> {

    /// The most records looked at for one page; a batch more may be.
    static final int MOST_SCANNED = 50_000;

    /// The longest one page may take, in nanoseconds; one poll more may be.
    static final long LONGEST_NANOS = Duration.ofSeconds(5).toNanos();

    private static final long NONE = -1;
    private static final Duration POLL = Duration.ofMillis(250);

    private final Consumer<byte[], byte[]> consumer;
    private final EventSerdes serdes;
    private final Topic<P> topic;
    private final LogQuery query;
    private final EventFilter filter;
    private final LongSupplier ticker;
    private final long begun;
    private final List<LoggedEvent> events = new ArrayList<>();
    private int scanned;
    private Position position;

    /// @param ticker nanoseconds that only grow
    LogReader(
            Consumer<byte[], byte[]> consumer,
            EventSerdes serdes,
            Topic<P> topic,
            LogQuery query,
            LongSupplier ticker) {
        this.consumer = consumer;
        this.serdes = serdes;
        this.topic = topic;
        this.query = query;
        this.filter = new EventFilter(query.tenant(), query.key(), Set.of(), null);
        this.ticker = ticker;
        this.begun = ticker.getAsLong();
        this.position = query.after();
    }

    LogPage read() throws ViewUnavailable {
        var partitions = partitions();
        /* The ends are asked for all of them, and a consumer complains of what is not its own. */
        consumer.assign(partitions);
        var first = consumer.beginningOffsets(partitions);
        var ends = consumer.endOffsets(partitions);
        boolean atEnd = true;
        for (var partition : partitions) {
            long applied = query.after().offset(topic.name(), partition.partition());
            long from = Math.max(applied + 1, first.getOrDefault(partition, 0L));
            atEnd &= readPartition(partition, from, ends.getOrDefault(partition, 0L));
        }
        return new LogPage(events, position, atEnd);
    }

    private List<TopicPartition> partitions() throws ViewUnavailable {
        var infos = consumer.partitionsFor(topic.name());
        int count = infos == null ? 0 : infos.size();
        if (count == 0) {
            throw new ViewUnavailable("events", "there is no topic " + topic.name() + " yet");
        }
        var key = query.key();
        var wanted =
                key == null ? IntStream.range(0, count) : IntStream.of(topic.partition(key, count));
        return wanted.mapToObj(partition -> new TopicPartition(topic.name(), partition)).toList();
    }

    /// @return whether all up to `end` was read
    private boolean readPartition(TopicPartition partition, long from, long end)
            throws ViewUnavailable {
        if (from >= end) {
            return true;
        }
        if (isFull()) {
            return false;
        }
        consumer.assign(List.of(partition));
        consumer.seek(partition, from);
        while (consumer.position(partition) < end) {
            if (isFull()) {
                return false;
            }
            if (!take(partition, consumer.poll(POLL).records(partition), end)) {
                return false;
            }
        }
        advance(partition, end - 1);
        return true;
    }

    /// @return false if the page was full before the last of the records
    private boolean take(
            TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records, long end)
            throws ViewUnavailable {
        long last = NONE;
        for (var record : records) {
            if (record.offset() >= end || events.size() == query.limit()) {
                break;
            }
            scanned++;
            var event = event(record);
            if (event != null) {
                events.add(event);
            }
            last = record.offset();
        }
        if (last != NONE) {
            advance(partition, last);
        }
        return events.size() < query.limit() || records.isEmpty() || isLast(records, last, end);
    }

    private static boolean isLast(
            List<ConsumerRecord<byte[], byte[]>> records, long last, long end) {
        return last == end - 1 || last == records.getLast().offset();
    }

    private boolean isFull() {
        return events.size() == query.limit()
                || scanned >= MOST_SCANNED
                || ticker.getAsLong() - begun >= LONGEST_NANOS;
    }

    private void advance(TopicPartition partition, long offset) {
        position = position.with(topic.name(), partition.partition(), offset);
    }

    /// The event in a record; null if it is not asked for.
    private @Nullable LoggedEvent event(ConsumerRecord<byte[], byte[]> record)
            throws ViewUnavailable {
        if (!StoredRecord.hasKey(record, query.key())) {
            return null;
        }
        try {
            return new StoredRecord<>(serdes, topic, record).event(filter);
        } catch (SchemaUnreachable unreachable) {
            throw new ViewUnavailable("events", "the Schema Registry does not answer");
        }
    }
}
