package dev.millrace.domain.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.task.TaskSignal.Withdrawn;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TaskSignalTest {

    private static final TaskId TASK = new TaskId(new UUID(0x0190_0000_0000_7000L, 1));
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Cause CAUSE = new Cause(new UUID(0x8000, 1), NOON);
    private static final TaskReport HEARTBEAT =
            new TaskReport.Heartbeat(TASK, 1, null, TaskReport.USUAL_LEASE);

    private final TaskDecider decider = new TaskDecider();
    private final TaskState queued =
            TaskDecider.evolve(null, decider.decide(null, submit(), CAUSE));

    @Test
    void whoeverShowsAWrongTokenDisturbsNobody() {
        var refused = decider.refuseClaim(queued, HEARTBEAT);

        assertThat(TaskSignal.of(queued, HEARTBEAT, refused)).isNull();
    }

    @Test
    void strangerDisturbsNobody() {
        var refused = decider.refuseForeign(queued, HEARTBEAT);

        assertThat(TaskSignal.of(queued, HEARTBEAT, refused)).isNull();
    }

    @Test
    void workerWhoseAttemptIsOverIsTold() {
        var late = new TaskReport.Heartbeat(TASK, 2, null, TaskReport.USUAL_LEASE);
        var refused = decider.decide(queued, late, CAUSE);

        assertThat(TaskSignal.of(queued, late, refused))
                .isEqualTo(new Withdrawn(TASK, 2, null, "attempt: 2 (expected: 1)"));
    }

    private static TaskCommand submit() {
        return new TaskCommand.Submit(
                TASK, "echo", new Content.Inline("{}"), Digest.of("{}"), Terms.DEFAULT, List.of());
    }
}
