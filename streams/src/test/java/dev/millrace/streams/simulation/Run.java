package dev.millrace.streams.simulation;

import dev.millrace.domain.task.ClaimKey;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.WorkItem;
import dev.millrace.streams.simulation.log.SimulatedLog;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// What is left of a simulation once nothing happens any more.
///
/// @param submitted what clients asked for
/// @param states `decide`'s, by task
/// @param timers the rows that are left
/// @param watchers the rows that are left
/// @param dependencies the keys of the rows that are left
/// @param handedOut what was put into a queue, by the id of the event that it follows from
/// @param isAtRest false if things went on to the very end of its time
public record Run(
        SimulatedLog log,
        ClaimKey claims,
        Set<TaskId> submitted,
        Map<String, TaskState> states,
        Map<String, Long> timers,
        Map<String, Integer> watchers,
        Set<String> dependencies,
        Map<UUID, WorkItem> handedOut,
        boolean isAtRest) {}
