package dev.millrace.inference.work;

import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskSignal;
import dev.millrace.domain.task.WorkItem;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The attempts in this worker's hands, and those that it takes for over.
///
/// Of the latter it cannot be sure: what it was handed came of a decision that may have come to
/// nothing, and so may its report. Whoever hands one of them out again is asked.
///
/// Safe for use by many threads.
final class Holdings {

    private static final int MOST_SPENT = 100_000;

    private final String worker;
    private final Map<Key, Held> held = new ConcurrentHashMap<>();
    private final Map<Key, Boolean> spent =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Key, Boolean> eldest) {
                    return size() > MOST_SPENT;
                }
            };

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
            synchronized (spent) {
                spent.put(key, true);
            }
        }
    }

    /// Whether an attempt seems to be over.
    boolean isSpent(WorkItem item) {
        synchronized (spent) {
            return spent.containsKey(Key.of(item));
        }
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
                    synchronized (spent) {
                        spent.put(key, true);
                    }
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

    private record Key(TaskId task, int attempt) {
        static Key of(WorkItem item) {
            return new Key(item.task(), item.attempt());
        }
    }
}
