package dev.millrace.domain.task;

import dev.millrace.domain.event.Message;

/// How far an attempt is. On the wire: `task-progress.avsc`, keyed by task.
///
/// News for people: nothing is decided by it, and only the last of each task is kept.
///
/// @param attempt 1 is the first
/// @param fraction of the work that is done; 0 to 1
/// @param note for people, at most 256 characters (longer is cut)
public record TaskProgress(TaskId task, int attempt, double fraction, String note)
        implements Message {

    private static final int MAX_NOTE = 256;

    /// @throws IllegalArgumentException if the fraction is out of range
    public TaskProgress {
        if (!(fraction >= 0 && fraction <= 1)) { // so that NaN is refused too
            throw new IllegalArgumentException("fraction: " + fraction + " (expected: 0..1)");
        }
        note = ForPeople.cut(note, MAX_NOTE);
    }

    @Override
    public String type() {
        return "dev.millrace.task.progress";
    }
}
