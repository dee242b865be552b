package dev.millrace.streams.simulation.check;

import dev.millrace.domain.event.Message;
import dev.millrace.domain.task.ClaimKey;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.streams.simulation.check.Situation.Stage;
import dev.millrace.streams.simulation.log.LogRecord;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An event of a task, with what it was before and what it follows from.
record Step(Situation before, TaskEvent event, LogRecord record, LogRecord cause) {

    /// What was asked or said; null if nobody could read it.
    @Nullable Message input() {
        return cause.message();
    }

    /// When, as the log has it, and as a wake says if that is later.
    Instant now() {
        var at = Instant.ofEpochMilli(cause.timestamp());
        return input() instanceof TaskCommand.Wake wake && wake.due().isAfter(at) ? wake.due() : at;
    }

    boolean hasCome(@Nullable Instant moment) {
        return moment != null && !moment.isAfter(now());
    }

    /// Whether whoever speaks is of the tenant whose task it is.
    boolean isOfOwner() {
        return cause.envelope().tenant().equals(before.tenant());
    }

    /// Whether a report is to be believed.
    boolean isCredible(TaskReport report, ClaimKey claims) {
        return isOfOwner()
                && (before.stage() == Stage.QUEUED || before.stage() == Stage.RUNNING)
                && report.attempt() == before.attempt()
                && (before.isInHouse()
                        ? report.claimToken() == null
                        : claims.token(report.task(), report.attempt())
                                .equals(report.claimToken()));
    }

    /// Whether a claim is of an attempt that another holds.
    boolean isTaken(TaskReport.Started claim) {
        var holder = before.holder();
        return !before.isInHouse() && holder != null && !holder.equals(claim.worker());
    }

    @Override
    public String toString() {
        return "%s <- %s, when %s".formatted(event, cause.place(), before);
    }
}
