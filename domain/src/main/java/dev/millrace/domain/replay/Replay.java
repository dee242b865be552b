package dev.millrace.domain.replay;

import dev.millrace.domain.view.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A view, or a part of it, that is made again from the log, beside the live one: how far it is.
///
/// @param request what was asked for
/// @param position how far it has read; of one task alone, its last event that was
/// @param target how far it is to read
/// @param done offsets passed so far
/// @param total offsets to pass, as counted when it began
/// @param created when it was asked for
/// @param left how long it will take yet, if it goes on as until now; null if nobody can tell
/// @param caughtUp when it first had read as far as its target; null before
/// @param ended when it came to its end, whichever; null before
/// @param expires when it and its rows will be gone; null before it has ended
/// @param comparison with what is live; null before that is made, and where none is
/// @param tally of what it has read so far; null unless it is of a range
/// @param problem why it failed; null unless it did
public record Replay(
        UUID id,
        ReplayRequest request,
        State state,
        Position position,
        Position target,
        long done,
        long total,
        Instant created,
        @Nullable Duration left,
        @Nullable Instant caughtUp,
        @Nullable Instant ended,
        @Nullable Instant expires,
        @Nullable Comparison comparison,
        @Nullable Tally tally,
        @Nullable String problem) {

    /// The view whose rows it has.
    public String view() {
        return request.view();
    }

    /// Whose rows it can be asked for.
    public String tenant() {
        return request.tenant();
    }

    /// What a replay is doing.
    public enum State {
        RUNNING,
        PAUSED,
        /// It has read all, and its rows are held against those of the live view.
        COMPARING,
        FINISHED,
        FAILED,
        CANCELLED;

        /// Whether nothing more will happen to it.
        public boolean isEnded() {
            return this == FINISHED || this == FAILED || this == CANCELLED;
        }
    }

    /// What can be done to one that has not ended.
    public enum Action {
        PAUSE,
        RESUME,
        CANCEL
    }

    /// What came of holding the rows against those of the live view.
    ///
    /// @param rows so many were found equal; of one task, its row and the events of its history
    /// @param unsettled so many changed all the time, on one side or the other, and are neither
    ///   found equal nor different
    /// @param difference the first one; null if there is none
    public record Comparison(long rows, long unsettled, @Nullable Difference difference) {}

    /// A row that is not the same in both.
    ///
    /// @param live as the live view shows it, in JSON; null if it shows none
    /// @param replayed as it follows from the log, in JSON; null if none does
    /// @param event where the last event stands that the replayed row follows from:
    ///   `topic-partition@offset`; null if there is no such row
    public record Difference(
            String key, @Nullable String live, @Nullable String replayed, @Nullable String event) {}

    /// What a range of the log holds of one tenant.
    ///
    /// @param events so many in all
    /// @param types how many of each type; what is beyond [#MOST_TYPES] is counted as `other`
    /// @param first the time of the earliest, by the log's clock; null if there are none
    /// @param last the time of the latest, by the log's clock; null if there are none
    public record Tally(
            long events,
            SortedMap<String, Long> types,
            @Nullable Instant first,
            @Nullable Instant last) {

        /// So many types are told apart.
        public static final int MOST_TYPES = 256;

        public Tally {
            types = Collections.unmodifiableSortedMap(new TreeMap<>(types));
        }
    }
}
