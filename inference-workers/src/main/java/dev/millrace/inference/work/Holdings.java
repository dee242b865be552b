package dev.millrace.inference.work;

import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskSignal;
import dev.millrace.domain.task.WorkItem;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The attempts in this worker's hands, those that are over, and those that it takes for over.
///
/// What was withdrawn from all workers is over: that was committed. Of what it has reported on it
/// cannot be sure: what it was handed came of a decision that may have come to nothing, and so may
/// its report. Whoever hands one of these out again is asked.
///
/// Safe for use by many threads.
final class Holdings {

    /* Of each set. */
    private static final int MOST_REMEMBERED = 100_000;

    private final String worker;
    private final Map<Key, Held> held = new ConcurrentHashMap<>();
    private final Latest withdrawn = new Latest();
    private final Latest spent = new Latest();

    /// @param worker the name under which this worker claims
    Holdings(String worker) {
        this.worker = worker;
    }

    /// Takes an attempt into hand.
    ///
    /// @return false if it is in hand already
    boolean take(Held attempt) {
        return held.putIfAbsent(Key.of(attempt.item()), attempt) == null;
    }

    /// Lets go of an attempt.
    ///
    /// @param isOver whether nobody is to work on it any more
    void drop(Held attempt, boolean isOver) {
        var key = Key.of(attempt.item());
        held.remove(key, attempt);
        if (isOver) {
            spent.add(key);
        }
    }

    /// Whether an attempt is over for all workers.
    boolean isWithdrawn(WorkItem item) {
        return withdrawn.contains(Key.of(item));
    }

    /// Whether an attempt seems to be over by what this worker reported.
    boolean isSpent(WorkItem item) {
        return spent.contains(Key.of(item));
    }

    /// Takes notice of what `decide` says.
    void hear(TaskSignal signal) {
        var key = new Key(signal.task(), signal.attempt());
        var attempt = held.get(key);
        switch (signal) {
            case TaskSignal.Granted granted -> {
                if (attempt != null && granted.worker().equals(worker)) {
                    attempt.grant();
                }
            }
            case TaskSignal.Withdrawn withdrawn -> {
                boolean isForAll = withdrawn.worker() == null;
                if (isForAll) {
                    this.withdrawn.add(key);
                }
                if (attempt != null && (isForAll || worker.equals(withdrawn.worker()))) {
                    attempt.withdraw();
                }
            }
        }
    }

    Collection<Held> all() {
        return List.copyOf(held.values());
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    /// The attempts that were added last, as many as are remembered.
    private static final class Latest {

        private final Map<Key, Boolean> keys =
                new LinkedHashMap<>() {
                    @Override
                    protected boolean removeEldestEntry(Map.Entry<Key, Boolean> eldest) {
                        return size() > MOST_REMEMBERED;
                    }
                };

        synchronized void add(Key key) {
            keys.put(key, true);
        }

        synchronized boolean contains(Key key) {
            return keys.containsKey(key);
        }
    }

    private record Key(TaskId task, int attempt) {
        static Key of(WorkItem item) {
            return new Key(item.task(), item.attempt());
        }
    }
}
