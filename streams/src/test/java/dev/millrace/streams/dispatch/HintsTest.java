package dev.millrace.streams.dispatch;

import static dev.millrace.streams.fixtures.Envelopes.SITE;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.task.ClaimKey;
import dev.millrace.domain.task.DependencyResult;
import dev.millrace.domain.task.DependencyResults;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState.Stage;
import dev.millrace.domain.task.Terms;
import dev.millrace.domain.task.WorkItem;
import dev.millrace.streams.fixtures.Envelopes;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HintsTest {

    private static final ClaimKey CLAIMS = new ClaimKey(new byte[32]);
    private static final TaskId TASK = new TaskId(new UUID(1, 1));
    private static final Content INPUT = new Content.Inline("{}");

    private final Hints hints = new Hints(CLAIMS, SITE);

    @Test
    void anAttemptIsHandedWhatTheTasksGaveThatItsTaskWaitedFor() {
        var given =
                new DependencyResults(
                        List.of(
                                new DependencyResult(
                                        new TaskId(new UUID(2, 2)), Stage.FAILED, null)),
                        false);
        var queued = new TaskEvent.Queued(TASK, 5, 2, "echo", INPUT, Terms.DEFAULT, null, given);

        assertThat(item(queued))
                .isEqualTo(
                        new WorkItem(
                                TASK,
                                2,
                                "echo",
                                INPUT,
                                Terms.DEFAULT,
                                CLAIMS.token(TASK, 2),
                                given));
    }

    @Test
    void aTaskThatWaitsForNoneIsHandedNothing() {
        var submitted =
                new TaskEvent.Submitted(
                        TASK,
                        1,
                        "echo",
                        INPUT,
                        Digest.of("{}"),
                        Terms.DEFAULT,
                        null,
                        null,
                        List.of());

        assertThat(item(submitted).dependencies()).isEqualTo(DependencyResults.NONE);
    }

    private WorkItem item(TaskEvent event) {
        var hint = requireNonNull(hints.of(Envelopes.of(1, event)));
        return requireNonNull(hint.messageOrNull());
    }
}
