package dev.millrace.streams.simulation;

import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.domain.task.TaskSignal;
import dev.millrace.streams.simulation.log.LogRecord;
import dev.millrace.streams.simulation.log.VirtualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What happened in a simulation, for people: written only when it is run once more because
/// something was found.
public final class Trace {

    private final boolean isKept;
    private final List<Line> lines = new ArrayList<>();
    private @Nullable VirtualClock clock;

    private Trace(boolean isKept) {
        this.isKept = isKept;
    }

    public static Trace kept() {
        return new Trace(true);
    }

    public static Trace none() {
        return new Trace(false);
    }

    void keepTimeOf(VirtualClock time) {
        clock = time;
    }

    /// Something that concerns all tasks.
    public void note(String who, String what) {
        if (isKept) {
            lines.add(new Line(now(), who, what, null));
        }
    }

    /// Something that concerns one task.
    public void note(String who, String what, String task) {
        if (isKept) {
            lines.add(new Line(now(), who, what, task));
        }
    }

    void note(LogRecord record) {
        if (isKept) {
            var text = "writes " + record.place() + ": " + describe(record);
            lines.add(new Line(now(), record.author(), text, record.key()));
        }
    }

    private Duration now() {
        return Duration.ofMillis(clock == null ? 0 : clock.now() - World.BEGIN);
    }

    /// What happened to a task, and what happened to all of them meanwhile.
    ///
    /// @param task null for all tasks
    public String of(@Nullable TaskId task) {
        var wanted = task == null ? null : task.toString();
        return lines.stream()
                .filter(line -> line.task == null || wanted == null || line.task.equals(wanted))
                .map(Line::toString)
                .collect(Collectors.joining("\n"));
    }

    private static String describe(LogRecord record) {
        var text =
                switch (record.message()) {
                    case null -> "sealed";
                    case TaskCommand command -> describe(command);
                    case TaskReport report -> describe(report);
                    case TaskEvent event -> describe(event);
                    case TaskSignal signal -> last(signal.type()) + " " + signal.attempt();
                    default -> last(record.envelope().type());
                };
        return record.cause() == null ? text : text + " <- " + record.cause();
    }

    private static String describe(TaskCommand command) {
        return switch (command) {
            case TaskCommand.Submit submit ->
                    "submit %s after %s, %s"
                            .formatted(submit.kind(), submit.after(), submit.terms());
            case TaskCommand.Cancel _ -> "cancel";
            case TaskCommand.Watch watch -> "watch, for " + watch.by();
            case TaskCommand.Settle settle ->
                    "settle: %s ended as %s"
                            .formatted(settle.dependency(), settle.end().wireName());
            case TaskCommand.Wake wake -> "wake, due " + since(wake.due());
        };
    }

    private static String describe(TaskReport report) {
        var said = last(report.type()) + " attempt " + report.attempt();
        return switch (report) {
            case TaskReport.Started started -> said + " by " + started.worker();
            case TaskReport.Failed failed -> said + ": " + failed.failure().code();
            default -> said;
        };
    }

    private static String describe(TaskEvent event) {
        var said = "v" + event.version() + " " + last(event.type());
        return switch (event) {
            case TaskEvent.Submitted submitted -> said + due(submitted.due(), submitted.again());
            case TaskEvent.Queued queued ->
                    said + " " + queued.attempt() + due(null, queued.again());
            case TaskEvent.Started started ->
                    "%s %d by %s, until %s"
                            .formatted(
                                    said,
                                    started.attempt(),
                                    started.worker(),
                                    since(started.leaseEnds()));
            case TaskEvent.LeaseExtended extended ->
                    said + " " + extended.attempt() + ", until " + since(extended.leaseEnds());
            case TaskEvent.AttemptFailed failed ->
                    "%s %d: %s, next %s"
                            .formatted(
                                    said,
                                    failed.attempt(),
                                    failed.failure().code(),
                                    since(failed.retryAt()));
            case TaskEvent.Refused refused ->
                    said + " " + last(refused.refused()) + ": " + refused.reason().wireName();
            case TaskEvent.DependencyEnded ended ->
                    "%s %s as %s, %d left%s"
                            .formatted(
                                    said,
                                    ended.dependency(),
                                    ended.end().wireName(),
                                    ended.left(),
                                    due(ended.due(), null));
            case TaskEvent.Watched _,
                    TaskEvent.Succeeded _,
                    TaskEvent.Failed _,
                    TaskEvent.Cancelled _,
                    TaskEvent.Expired _ ->
                    said;
        };
    }

    private static String due(@Nullable Instant due, @Nullable Instant again) {
        return (due == null ? "" : ", due " + since(due))
                + (again == null ? "" : ", again " + since(again));
    }

    private static String last(String type) {
        return type.substring(type.lastIndexOf('.') + 1);
    }

    private static String since(@Nullable Instant moment) {
        return moment == null
                ? "never"
                : time(Duration.ofMillis(moment.toEpochMilli() - World.BEGIN));
    }

    private static String time(Duration since) {
        return "%d:%02d:%02d.%03d"
                .formatted(
                        since.toHours(),
                        since.toMinutesPart(),
                        since.toSecondsPart(),
                        since.toMillisPart());
    }

    private record Line(Duration at, String who, String what, @Nullable String task) {
        @Override
        public String toString() {
            return "%s  %-12s %s%s"
                    .formatted(
                            time(at),
                            who,
                            what,
                            task == null ? "" : "  [" + task.substring(task.length() - 2) + "]");
        }
    }
}
