package dev.millrace.streams.simulation;

import dev.millrace.domain.task.TaskState;
import dev.millrace.streams.simulation.log.LogRecord;
import java.util.List;
import java.util.Map;

/// Is shown what `decide` has committed on a partition, each time.
@FunctionalInterface
public interface CommitListener {

    /// A transaction has just been committed.
    ///
    /// @param timers all rows of the partition
    /// @param changed the tasks that this commit changed
    /// @param unread the commands that are not decided on yet
    void committed(Map<String, Long> timers, List<TaskState> changed, List<LogRecord> unread);
}
