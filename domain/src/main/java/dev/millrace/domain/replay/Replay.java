package dev.millrace.domain.replay;

import dev.millrace.domain.view.Moment;
import dev.millrace.domain.view.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A view that is made again from the beginning of the log, beside the live one: how far it is.
///
/// @param view its name, for instance `tasks`
/// @param tenant whose rows it can be asked for
/// @param until as of when, as it was asked for; null for all there was
/// @param position how far it has read
/// @param target how far it is to read
/// @param done offsets passed so far
/// @param total offsets to pass, as counted when it began
/// @param rate most records a second; null for as many as can be
/// @param created when it was asked for
/// @param left how long it will take yet, if it goes on as until now; null if nobody can tell
/// @param ended when it came to its end, whichever; null before
/// @param expires when it and its rows will be gone; null before it has ended
/// @param comparison with the live view; null before that is made, and where none is
/// @param problem why it failed; null unless it did
public record Replay(
        UUID id,
        String view,
        String tenant,
        @Nullable Moment until,
        State state,
        Position position,
        Position target,
        long done,
        long total,
        @Nullable Integer rate,
        Instant created,
        @Nullable Duration left,
        @Nullable Instant ended,
        @Nullable Instant expires,
        @Nullable Comparison comparison,
        @Nullable String problem) {

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
    /// @param rows so many were found equal
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
}
