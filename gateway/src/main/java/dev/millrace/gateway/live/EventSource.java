package dev.millrace.gateway.live;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.domain.log.LiveLog.Slice;
import dev.millrace.gateway.live.Cursor.Next;

/// The events of the log, each with the id of the place behind it.
final class EventSource implements Source {

    private final LiveStream stream;
    private final Outlet outlet;
    private final Ring ring;
    private final Cursor cursor;

    EventSource(LiveStream stream, Outlet outlet, Ring ring, Cursor cursor) {
        this.stream = stream;
        this.outlet = outlet;
        this.ring = ring;
        this.cursor = cursor;
    }

    @Override
    public boolean step() {
        return switch (cursor.next()) {
            case Next.Nothing _ -> false;
            case Next.Recent(var entries) -> {
                for (var entry : entries) {
                    if (outlet.held() >= LiveStream.BATCH_BYTES) {
                        break;
                    }
                    if (cursor.pass(entry)) {
                        put(entry);
                    }
                }
                yield true;
            }
            case Next.Piece(var slice) -> {
                put(slice);
                yield true;
            }
            case Next.Gone(var earliest) -> {
                stream.gone(earliest);
                yield false;
            }
        };
    }

    private void put(RingEntry entry) {
        var frame = entry.frame(cursor.filter());
        if (frame != null) {
            outlet.event(cursor.id(entry), frame);
            ring.charge(entry, frame.size());
        }
    }

    private void put(Slice.Read slice) {
        var selection = cursor.selection();
        var at = cursor.place().clone();
        for (var event : slice.events()) {
            at[selection.number(Cursor.partition(event))] = event.offset() + 1;
            outlet.event(selection.id(at).getBytes(US_ASCII), Frame.of(event));
        }
        cursor.pass(slice);
        if (slice.events().isEmpty() && !slice.atEnd()) {
            /* What was passed over need not be read again. */
            outlet.progress(cursor.id());
        }
    }

    @Override
    public String id() {
        return cursor.id();
    }

    @Override
    public void drained() {
        cursor.release();
    }

    @Override
    public void second() {
        // The log is its clock.
    }

    @Override
    public boolean isOvertaken() {
        return cursor.isOvertaken();
    }

    @Override
    public void close() {
        cursor.close();
    }
}
