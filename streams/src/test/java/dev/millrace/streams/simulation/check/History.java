package dev.millrace.streams.simulation.check;

import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.streams.decide.HostedDecide.Place;
import dev.millrace.streams.simulation.Run;
import dev.millrace.streams.simulation.log.LogRecord;
import dev.millrace.streams.simulation.log.SimulatedLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the log says happened, task by task.
///
/// @param inputs the commands and reports, by their place
/// @param events in the order of the log
/// @param steps of each task, as far as an event has a cause
/// @param unexplained events that have none
record History(
        Map<Place, LogRecord> inputs,
        List<LogRecord> events,
        Map<TaskId, List<Step>> steps,
        List<LogRecord> unexplained) {

    static History of(Run run) {
        var inputs = new LinkedHashMap<Place, LogRecord>();
        for (var topic : List.of(SimulatedLog.COMMANDS, SimulatedLog.REPORTS)) {
            run.log().committed(topic).forEach(record -> inputs.put(record.place(), record));
        }
        var events = run.log().committed(SimulatedLog.EVENTS);
        var steps = new LinkedHashMap<TaskId, List<Step>>();
        var situations = new HashMap<TaskId, Situation>();
        var implied = new Implied(steps);
        var together = new HashMap<Place, List<Step>>();
        var unexplained = new ArrayList<LogRecord>();
        for (var record : events) {
            var place = record.cause();
            var input = place == null ? null : inputs.get(place);
            var others =
                    input == null
                            ? List.<Step>of()
                            : together.computeIfAbsent(input.place(), _ -> new ArrayList<>());
            var cause = input == null ? null : implied.cause(record, input, others);
            if (cause != null && record.message() instanceof TaskEvent event) {
                var before = situations.getOrDefault(event.task(), Situation.NONE);
                var step = new Step(before, event, record, cause);
                others.add(step);
                steps.computeIfAbsent(event.task(), _ -> new ArrayList<>()).add(step);
                situations.put(event.task(), before.after(event, record.envelope().tenant()));
            } else {
                unexplained.add(record);
            }
        }
        return new History(inputs, events, steps, unexplained);
    }
}
