package dev.millrace.streams.simulation;

import dev.millrace.domain.kind.BuiltInKinds;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.streams.simulation.log.SimulatedLog;

/// The site's own work: no queue, no claim, no lease, but every attempt done exactly once, as by a
/// topology that commits what it reports together with how far it has read.
final class SimulatedDocuments extends SimulatedProcess {

    private final long[] read = new long[SimulatedLog.PARTITIONS];

    SimulatedDocuments(World world) {
        super(world, "documents");
        for (var events : world.log.topic(SimulatedLog.EVENTS)) {
            events.onGrowth(this::readOn);
        }
    }

    @Override
    protected void begin() {
        readOn();
    }

    private void readOn() {
        for (int partition = 0; partition < read.length; partition++) {
            var events = world.log.partition(SimulatedLog.EVENTS, partition);
            for (var next = events.read(read[partition]);
                    next != null;
                    next = events.read(read[partition])) {
                read[partition] = next.place().offset() + 1;
                var tenant = next.envelope().tenant();
                switch (next.message()) {
                    case TaskEvent.Submitted submitted -> {
                        if (BuiltInKinds.isInHouse(submitted.kind()) && submitted.isQueued()) {
                            work(submitted.task(), 1, tenant);
                        }
                    }
                    case TaskEvent.Queued(TaskId task, _, int attempt, String kind, _, _, _, _) -> {
                        if (BuiltInKinds.isInHouse(kind)) {
                            work(task, attempt, tenant);
                        }
                    }
                    case null, default -> {}
                }
            }
        }
    }

    private void work(TaskId task, int attempt, String tenant) {
        int begins = world.between(5, 50);
        int ends = begins + world.between(0, 20_000);
        var end =
                world.isOneIn(4)
                        ? new TaskReport.Failed(
                                task, attempt, null, new Failure("not_text", ""), world.isOneIn(2))
                        : new TaskReport.Succeeded(
                                task, attempt, null, VirtualWork.output(task, attempt));
        var _ =
                in(
                        begins,
                        () ->
                                report(
                                        new TaskReport.Started(task, attempt, null, name, null),
                                        tenant));
        var _ = in(ends, () -> report(end, tenant));
    }

    private void report(TaskReport report, String tenant) {
        world.log
                .partition(SimulatedLog.REPORTS, SimulatedLog.partitionOf(report.task()))
                .append(
                        report.task().toString(),
                        world.envelope(report, tenant, name),
                        name,
                        null,
                        null);
    }
}
