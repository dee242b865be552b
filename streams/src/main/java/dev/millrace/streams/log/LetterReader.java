package dev.millrace.streams.log;

import dev.millrace.domain.log.DeadLetterLog.DeadLetter;
import dev.millrace.domain.log.DeadLetterLog.LetterPage;
import dev.millrace.domain.log.DeadLetterLog.LetterQuery;
import dev.millrace.domain.log.DeadLetterLog.Order;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.schemas.serde.DeadLetters;
import dev.millrace.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Reads dead letters: one of them, or a page of what they say without what they hold.
///
/// A page is merged from its partitions by time. Newest first, a partition is read in windows from
/// its end, each twice as large as the one before. What takes longer than [#LONGEST] is given up.
/// Confined to one thread, used once.
final class LetterReader {

    static final Duration LONGEST = Duration.ofSeconds(10);

    private static final Duration POLL = Duration.ofMillis(250);

    private final Consumer<byte[], byte[]> consumer;
    private final LongSupplier ticker;
    private final long begun;

    /// @param consumer sees committed records only
    /// @param ticker nanoseconds that only grow
    LetterReader(Consumer<byte[], byte[]> consumer, LongSupplier ticker) {
        this.consumer = consumer;
        this.ticker = ticker;
        this.begun = ticker.getAsLong();
    }

    /// The record at a place; null if there is none.
    @Nullable ConsumerRecord<byte[], byte[]> record(int partition, long offset)
            throws ViewUnavailable {
        var wanted = new TopicPartition(Topics.DEAD_LETTERS, partition);
        var partitions = partitions();
        if (!partitions.contains(wanted)) {
            return null;
        }
        consumer.assign(partitions);
        long first = consumer.beginningOffsets(partitions).getOrDefault(wanted, 0L);
        long end = consumer.endOffsets(partitions).getOrDefault(wanted, 0L);
        if (offset < first || offset >= end) {
            return null;
        }
        var found = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        read(wanted, offset, offset + 1, record -> !found.add(record));
        return found.isEmpty() ? null : found.getFirst();
    }

    LetterPage page(LetterQuery query) throws ViewUnavailable {
        var partitions = partitions();
        consumer.assign(partitions);
        var first = consumer.beginningOffsets(partitions);
        var ends = consumer.endOffsets(partitions);
        var sources = new ArrayList<Source>();
        for (var partition : partitions) {
            long from = query.from().offset(partition.topic(), partition.partition());
            long lowest = first.getOrDefault(partition, 0L);
            long end = ends.getOrDefault(partition, 0L);
            sources.add(
                    switch (query.order()) {
                        case NEWEST ->
                                newest(partition, lowest, from < 0 ? end : from, query.limit());
                        case OLDEST ->
                                oldest(partition, Math.max(lowest, from + 1), end, query.limit());
                    });
        }
        return merged(query, sources);
    }

    private static LetterPage merged(LetterQuery query, List<Source> sources) {
        var byTime = Comparator.<Source, Instant>comparing(source -> source.head().time());
        var next = query.order() == Order.NEWEST ? byTime.reversed() : byTime;
        var letters = new ArrayList<DeadLetter>();
        while (letters.size() < query.limit()) {
            var source =
                    sources.stream().filter(one -> !one.letters.isEmpty()).min(next).orElse(null);
            if (source == null) {
                break;
            }
            letters.add(source.take());
        }
        var position = Position.START;
        boolean isLast = true;
        for (var source : sources) {
            isLast &= source.isWhole && source.letters.isEmpty();
            if (source.cursor >= 0) {
                position =
                        position.with(
                                Topics.DEAD_LETTERS, source.partition.partition(), source.cursor);
            }
        }
        return new LetterPage(letters, isLast ? null : position);
    }

    /// The letters below an offset, the last first.
    private Source newest(TopicPartition partition, long lowest, long below, int limit)
            throws ViewUnavailable {
        var found = new ArrayDeque<DeadLetter>();
        long end = below;
        long window = limit;
        while (found.size() < limit && end > lowest) {
            long start = Math.max(lowest, end - window);
            var ascending = new ArrayList<DeadLetter>();
            read(partition, start, end, record -> addTo(ascending, record, Integer.MAX_VALUE));
            ascending.reversed().forEach(found::addLast);
            end = start;
            window *= 2;
        }
        return new Source(partition, found, end <= lowest, below);
    }

    private Source oldest(TopicPartition partition, long from, long end, int limit)
            throws ViewUnavailable {
        var found = new ArrayList<DeadLetter>();
        boolean isWhole =
                from >= end || read(partition, from, end, record -> addTo(found, record, limit));
        return new Source(partition, new ArrayDeque<>(found), isWhole, from - 1);
    }

    /// @return whether there is room for more
    private static boolean addTo(
            List<DeadLetter> letters, ConsumerRecord<byte[], byte[]> record, int most) {
        var letter = letter(record);
        if (letter != null) {
            letters.add(letter);
        }
        return letters.size() < most;
    }

    /// Shows records from one offset up to another.
    ///
    /// @param reader says whether to go on
    /// @return whether all was shown
    private boolean read(
            TopicPartition partition,
            long start,
            long end,
            Predicate<ConsumerRecord<byte[], byte[]>> reader)
            throws ViewUnavailable {
        consumer.assign(List.of(partition));
        consumer.seek(partition, start);
        while (consumer.position(partition) < end) {
            if (ticker.getAsLong() - begun >= LONGEST.toNanos()) {
                throw new ViewUnavailable(
                        Topics.DEAD_LETTERS,
                        "not read within %d s; ask for fewer at once"
                                .formatted(LONGEST.toSeconds()));
            }
            for (var record : consumer.poll(POLL).records(partition)) {
                if (record.offset() >= end) {
                    return true;
                }
                if (!reader.test(record)) {
                    return record.offset() == end - 1;
                }
            }
        }
        return true;
    }

    private List<TopicPartition> partitions() throws ViewUnavailable {
        var infos = consumer.partitionsFor(Topics.DEAD_LETTERS);
        if (infos == null || infos.isEmpty()) {
            throw new ViewUnavailable(Topics.DEAD_LETTERS, "there is no such topic yet");
        }
        return infos.stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }

    /// What a letter says; null if it is none.
    private static @Nullable DeadLetter letter(ConsumerRecord<byte[], byte[]> record) {
        var origin = WayBack.header(record, DeadLetters.ORIGIN);
        var consumer = WayBack.header(record, DeadLetters.CONSUMER);
        if (origin == null || consumer == null) {
            return null;
        }
        var code = WayBack.header(record, DeadLetters.CODE);
        var detail = WayBack.header(record, DeadLetters.DETAIL);
        return new DeadLetter(
                record.partition(),
                record.offset(),
                origin,
                consumer,
                code == null ? "" : code,
                detail == null ? "" : detail,
                Instant.ofEpochMilli(Math.max(0, record.timestamp())),
                length(record.key()) + length(record.value()),
                WayBack.header(record, DeadLetters.CUT) != null,
                WayBack.header(record, WayBack.REDRIVEN_FROM));
    }

    private static long length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    /// What one partition has for a page.
    private static final class Source {

        private final TopicPartition partition;
        private final Deque<DeadLetter> letters;
        private final boolean isWhole;
        private long cursor;

        /// @param letters in the order of the page
        /// @param isWhole whether there are no more
        /// @param cursor where the next page begins if none of them is taken
        Source(TopicPartition partition, Deque<DeadLetter> letters, boolean isWhole, long cursor) {
            this.partition = partition;
            this.letters = letters;
            this.isWhole = isWhole;
            this.cursor = cursor;
        }

        DeadLetter head() {
            return letters.getFirst();
        }

        DeadLetter take() {
            var letter = letters.removeFirst();
            cursor = letter.offset();
            return letter;
        }
    }
}
