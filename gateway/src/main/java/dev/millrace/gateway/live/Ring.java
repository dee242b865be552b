package dev.millrace.gateway.live;

import dev.millrace.domain.log.LiveLog.LogRecord;
import dev.millrace.domain.log.LogPartition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The most recent records of all topics that are followed, in the order in which they were read.
///
/// It holds, of every partition that is followed, all records from `first` up to `head`: whoever
/// has read all before `first` can go on here without a gap, and what they have read beyond that is
/// told apart by its offset. Safe for use by many threads.
final class Ring {

    /// No number of a record.
    static final long NONE = -1;

    private static final long NOT_FOLLOWED = Long.MAX_VALUE;

    private final Layout layout;
    private final int mostEntries;
    private final long mostBytes;
    private final @Nullable RingEntry[] entries;
    private final long[] first;
    private long[] head;
    private long begin;
    private long end;
    private long bytes;
    private int epoch;

    /// @param mostEntries bounds it together with `mostBytes`; a single record may be larger
    Ring(Layout layout, int mostEntries, long mostBytes) {
        this.layout = layout;
        this.mostEntries = mostEntries;
        this.mostBytes = mostBytes;
        this.entries = new RingEntry[mostEntries];
        this.first = new long[layout.size()];
        this.head = new long[layout.size()];
        Arrays.fill(first, NOT_FOLLOWED);
    }

    /// These partitions are followed from here on.
    synchronized void begin(Map<LogPartition, Long> next) {
        var moved = head.clone();
        next.forEach((partition, offset) -> {
            first[layout.number(partition)] = offset;
            moved[layout.number(partition)] = offset;
        });
        head = moved;
    }

    /// These records came, and this is how far their partitions are read.
    synchronized void append(List<? extends LogRecord> records, Map<LogPartition, Long> next) {
        for (var record : records) {
            int partition = layout.number(record.partition());
            var moved = head.clone();
            moved[partition] = record.offset() + 1;
            head = moved;
            add(new RingEntry(record, partition, moved));
        }
        var moved = head.clone();
        next.forEach((partition, offset) -> moved[layout.number(partition)] = offset);
        head = moved;
    }

    private void add(RingEntry entry) {
        while (end > begin && (end - begin >= mostEntries || bytes + entry.bytes() > mostBytes)) {
            dropOldest();
        }
        entries[slot(end)] = entry;
        bytes += entry.bytes();
        end++;
    }

    private void dropOldest() {
        var oldest = entry(begin);
        oldest.drop();
        first[oldest.partition()] = oldest.offset() + 1;
        bytes -= oldest.bytes();
        entries[slot(begin)] = null;
        begin++;
    }

    /// Counts what a record takes up as it is sent, too.
    ///
    /// @param size of all its forms, in bytes
    void charge(RingEntry entry, int size) {
        if (size > entry.charged()) {
            synchronized (this) {
                bytes += entry.charge(size);
                while (bytes > mostBytes && end - begin > 1) {
                    dropOldest();
                }
            }
        }
    }

    /// Forgets everything: nothing is followed.
    synchronized void clear() {
        for (long number = begin; number < end; number++) {
            entry(number).drop();
        }
        Arrays.fill(entries, null);
        Arrays.fill(first, NOT_FOLLOWED);
        head = new long[layout.size()];
        begin = end;
        bytes = 0;
        epoch++;
    }

    /// Whether all of a selection is followed.
    synchronized boolean follows(Selection selection) {
        for (int member : selection.members()) {
            if (first[member] == NOT_FOLLOWED) {
                return false;
            }
        }
        return true;
    }

    /// Where everything that came so far is read; not to be changed.
    synchronized long[] head() {
        return head;
    }

    /// The same if a selection is followed by now; null else.
    synchronized long @Nullable [] headIfFollowed(Selection selection) {
        return follows(selection) ? head : null;
    }

    /// Grows each time that everything is forgotten.
    synchronized int epoch() {
        return epoch;
    }

    /// The number of the first record that a stream at this place has not read; that of the next
    /// one to come if it has read all; [#NONE] if it has not read something that is not here any
    /// more, or not yet.
    synchronized long locate(Selection selection, long[] place) {
        for (int member : selection.members()) {
            if (place[member] < first[member]) {
                return NONE;
            }
        }
        /* Places grow with the records, so there is one point up to which all was read. */
        long read = begin;
        long notRead = end;
        while (read < notRead) {
            long middle = (read + notRead) >>> 1;
            if (selection.covers(place, entry(middle).place())) {
                read = middle + 1;
            } else {
                notRead = middle;
            }
        }
        return read;
    }

    /// Whether records from this number on are gone.
    synchronized boolean hasLost(long number) {
        return number < begin;
    }

    /// The records from a number on; null if some are gone.
    ///
    /// @param most so many at once
    synchronized @Nullable Batch from(long number, int most) {
        if (number < begin) {
            return null;
        }
        var batch = new ArrayList<RingEntry>();
        for (long next = number; next < end && batch.size() < most; next++) {
            batch.add(entry(next));
        }
        return new Batch(batch, head);
    }

    private RingEntry entry(long number) {
        return Objects.requireNonNull(entries[slot(number)], "it is between begin and end");
    }

    private int slot(long number) {
        return (int) (number % mostEntries);
    }

    /// Some records in a row.
    ///
    /// @param head where everything that came so far is read
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Batch(List<RingEntry> entries, long[] head) {}
}
