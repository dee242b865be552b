package dev.millrace.streams.simulation.log;

import java.util.LinkedHashSet;
import java.util.Set;

/// Records in several partitions that are all seen or none, from the moment of the commit on.
public final class Transaction {

    private final Set<LogPartition> partitions = new LinkedHashSet<>();
    private State state = State.OPEN;

    void touch(LogPartition partition) {
        partitions.add(partition);
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    boolean isCommitted() {
        return state == State.COMMITTED;
    }

    public void commit() {
        end(State.COMMITTED);
    }

    public void abort() {
        end(State.ABORTED);
    }

    private void end(State end) {
        if (state != State.OPEN) {
            throw new IllegalStateException("transaction: " + state + " (expected: OPEN)");
        }
        state = end;
        partitions.forEach(LogPartition::endTransaction);
    }

    private enum State {
        OPEN,
        COMMITTED,
        ABORTED
    }
}
