package dev.millrace.gateway.live;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.domain.log.EventFilter;
import dev.millrace.domain.log.EventLog.LoggedEvent;
import dev.millrace.domain.log.LiveLog.LogRecord;
import org.jspecify.annotations.Nullable;

/// A recent record, with what is sent of it: made once for all who read the same partitions. Safe
/// for use by many threads.
final class RingEntry {

    /// What is sent takes up about as much as what is stored, until it is known.
    private static final int BYTES_PER_STORED_BYTE = 2;

    private static final int BYTES_PER_PARTITION = Long.BYTES;

    private final LogRecord record;
    private final int partition;
    private final long[] place;
    private volatile @Nullable Sent sent;
    private volatile @Nullable Id id;
    private boolean isInRing = true; // by the ring's lock
    private volatile int rendered; // beyond what is counted for it in any case

    /// @param partition its number in the layout
    /// @param place behind this record and all before it
    RingEntry(LogRecord record, int partition, long[] place) {
        this.record = record;
        this.partition = partition;
        this.place = place;
    }

    int partition() {
        return partition;
    }

    long offset() {
        return record.offset();
    }

    /// Where a stream is that has read this and all before it; not to be changed.
    long[] place() {
        return place;
    }

    long bytes() {
        return (long) BYTES_PER_STORED_BYTE * record.bytes()
                + (long) BYTES_PER_PARTITION * place.length
                + rendered;
    }

    /// Counts what it takes up as it is sent, if it is in the ring. Under the ring's lock alone.
    ///
    /// @return how much more that is than was counted
    long charge(int size) {
        int before = rendered;
        int now = Math.max(before, size - record.bytes());
        rendered = now;
        return isInRing ? now - before : 0;
    }

    /// So much of what is sent is counted.
    int charged() {
        return record.bytes() + rendered;
    }

    /// Says that the ring has dropped it. Under the ring's lock alone.
    void drop() {
        isInRing = false;
    }

    /// The event as it is sent, without its id; null if it is not asked for.
    @Nullable Frame frame(EventFilter filter) {
        var event = record.event(filter);
        if (event == null) {
            return null;
        }
        var known = sent;
        if (known != null && known.isOf(event)) {
            return known.frame;
        }
        var frame = Frame.of(event);
        sent = new Sent(event, frame);
        return frame;
    }

    /// The event in it; null if it is not asked for.
    @Nullable LoggedEvent event(EventFilter filter) {
        return record.event(filter);
    }

    /// The id of [#place()], in ASCII.
    byte[] id(Selection selection) {
        var known = id;
        if (known != null && known.selection.equals(selection)) {
            return known.text;
        }
        var text = selection.id(place).getBytes(US_ASCII);
        id = new Id(selection, text);
        return text;
    }

    /* Plain classes: a record with an array in it would not be equal to its like. */

    private static final class Sent {
        private final LoggedEvent event;
        private final Frame frame;

        Sent(LoggedEvent event, Frame frame) {
            this.event = event;
            this.frame = frame;
        }

        /// What can be read is the same object each time; comparing all of it would take longer
        /// than making the frame anew.
        @SuppressWarnings("ReferenceEquality")
        boolean isOf(LoggedEvent other) {
            return event == other;
        }
    }

    private static final class Id {
        private final Selection selection;
        private final byte[] text;

        Id(Selection selection, byte[] text) {
            this.selection = selection;
            this.text = text;
        }
    }
}
