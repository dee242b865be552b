package dev.millrace.streams.simulation.planted;

import dev.millrace.domain.task.TaskEvent;
import dev.millrace.streams.simulation.Seams;

/// Bugs of the dispatcher and of workers.
final class HandoutBugs {

    private HandoutBugs() {}

    static Seams dispatchedAfterCommit() {
        return new Seams() {
            @Override
            protected boolean dispatchesBeforeCommit() {
                return false;
            }
        };
    }

    static Seams retriesNotHandedOut() {
        return new Seams() {
            @Override
            protected boolean isHandedOut(TaskEvent event) {
                return event instanceof TaskEvent.Submitted;
            }
        };
    }

    static Seams givenBackTakenForOver() {
        return new Seams() {
            @Override
            protected boolean isSpentOnceGivenBack() {
                return true;
            }

            @Override
            protected boolean asksAboutWhatIsSpent() {
                return false;
            }
        };
    }
}
