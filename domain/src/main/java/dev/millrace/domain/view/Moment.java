package dev.millrace.domain.view;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;

/// A moment in the history of what a view shows.
public sealed interface Moment {

    /// After all that had happened by a time, that included: of one task as its events tell it, of
    /// a list by the log's clock.
    record Time(Instant time) implements Moment {
        @Override
        public String toString() {
            return time.toString();
        }
    }

    /// After the records that a position covers.
    record Place(Position position) implements Moment {
        @Override
        public String toString() {
            return position.toString();
        }
    }

    /// Right after one event.
    record Event(UUID id) implements Moment {
        @Override
        public String toString() {
            return id.toString();
        }
    }

    /// Reads what [#toString] writes.
    ///
    /// @throws IllegalArgumentException if `text` is something else
    static Moment parse(String text) {
        if (UUID_FORM.matcher(text).matches()) {
            return new Event(UUID.fromString(text));
        }
        if (text.indexOf('@') >= 0) {
            return new Place(Position.parse(text));
        }
        try {
            return new Time(Instant.parse(text));
        } catch (DateTimeException notATime) {
            throw new IllegalArgumentException(
                    text
                            + " (expected: a time as in 2026-11-22T10:00:00Z, a position or the id of"
                            + " an event)",
                    notATime);
        }
    }

    /// As RFC 9562 writes it; Java's own reading takes shorter forms too.
    Pattern UUID_FORM = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
}
