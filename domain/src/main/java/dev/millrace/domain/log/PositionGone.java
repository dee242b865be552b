package dev.millrace.domain.log;

import dev.millrace.domain.view.Position;

/// What comes after a position has been deleted from the log, or never was there.
public final class PositionGone extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Position earliest;

    /// @param message for whoever asked
    /// @param earliest what comes after it is there
    public PositionGone(String message, Position earliest) {
        super(message);
        this.earliest = earliest;
    }

    /// A position to begin from.
    public Position earliest() {
        return earliest;
    }
}
