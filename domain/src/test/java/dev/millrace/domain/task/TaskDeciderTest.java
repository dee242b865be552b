package dev.millrace.domain.task;

import static dev.millrace.domain.task.TaskStories.FAILURE;
import static dev.millrace.domain.task.TaskStories.INPUT;
import static dev.millrace.domain.task.TaskStories.OTHER_INPUT;
import static dev.millrace.domain.task.TaskStories.TASK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.task.TaskEvent.Reason;
import dev.millrace.domain.task.TaskState.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TaskDeciderTest {

    private static final int SEEDS = 2_000;
    private static final Content CONTENT = new Content.Inline("{}");
    private static final TaskCommand SUBMIT =
            new TaskCommand.Submit(TASK, "ingest", CONTENT, INPUT);
    private static final TaskReport STARTED = new TaskReport.Started(TASK, 1, null, "worker-a");
    private static final TaskReport SUCCEEDED = new TaskReport.Succeeded(TASK, 1, null, CONTENT);
    private static final TaskReport FAILED = new TaskReport.Failed(TASK, 1, null, FAILURE);

    private final TaskDecider decider = new TaskDecider(Set.of("ingest"));

    @Test
    void taskIsSubmittedStartedAndSucceeds() {
        assertThat(outcomes(List.of(SUBMIT, STARTED, SUCCEEDED)))
                .containsExactly(
                        new TaskEvent.Submitted(TASK, 1, "ingest", CONTENT, INPUT),
                        new TaskEvent.Started(TASK, 2, 1, "worker-a"),
                        new TaskEvent.Succeeded(TASK, 3, 1, CONTENT));
    }

    @Test
    void reportMayEndAnAttemptItNeverAnnounced() {
        assertThat(outcomes(List.of(SUBMIT, FAILED)))
                .containsExactly(
                        new TaskEvent.Submitted(TASK, 1, "ingest", CONTENT, INPUT),
                        new TaskEvent.Failed(TASK, 2, 1, FAILURE));
    }

    @Test
    void refusalNamesItsReason() {
        assertThat(reasons(List.of(STARTED))).containsExactly(Reason.UNKNOWN_TASK);
        assertThat(reasons(List.of(submit("unheard-of", OTHER_INPUT))))
                .containsExactly(Reason.UNKNOWN_KIND);
        assertThat(reasons(List.of(SUBMIT, SUBMIT))).containsExactly(Reason.DUPLICATE);
        assertThat(reasons(List.of(SUBMIT, submit("ingest", OTHER_INPUT))))
                .containsExactly(Reason.CONFLICT);
        assertThat(reasons(List.of(SUBMIT, new TaskReport.Started(TASK, 2, null, "late"))))
                .containsExactly(Reason.STALE_ATTEMPT);
        assertThat(reasons(List.of(SUBMIT, FAILED, SUCCEEDED)))
                .containsExactly(Reason.ALREADY_ENDED);
    }

    @Test
    void refusedSubmissionDoesNotTakeTheId() {
        assertThat(outcomes(List.of(submit("unheard-of", INPUT), SUBMIT)).getLast())
                .isEqualTo(new TaskEvent.Submitted(TASK, 2, "ingest", CONTENT, INPUT));
    }

    @Test
    void versionsOfATaskAreGapless() {
        everyStory((seed, inputs) -> {
            var events = outcomes(inputs);

            assertThat(events.stream().map(TaskEvent::version))
                    .as("seed %d: %s", seed, events)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, inputs.size()).boxed().toList());
        });
    }

    @Test
    void taskEndsAtMostOnceAndOnlyRefusalsFollow() {
        everyStory((seed, inputs) -> {
            var events = outcomes(inputs);

            assertThat(events.stream().dropWhile(event -> !ends(event)).skip(1))
                    .as("seed %d: %s", seed, events)
                    .allMatch(TaskEvent.Refused.class::isInstance);
        });
    }

    @Test
    void refusalChangesNothingButTheVersion() {
        everyStory((seed, inputs) -> {
            @Nullable TaskState state = null;
            for (var event : outcomes(inputs)) {
                var after = TaskDecider.evolve(state, event);
                if (event instanceof TaskEvent.Refused && state != null) {
                    assertThat(after)
                            .as("seed %d: %s", seed, event)
                            .isEqualTo(at(state, event.version()));
                }
                state = after;
            }
        });
    }

    @Test
    void repeatOfAnInputNeverMovesTheTask() {
        everyStory((seed, inputs) -> {
            var doubled = inputs.stream().flatMap(input -> twice(input)).toList();

            assertThat(stage(doubled)).as("seed %d: %s", seed, inputs).isEqualTo(stage(inputs));
        });
    }

    @Test
    void sameInputsHaveTheSameOutcomes() {
        everyStory((seed, inputs) ->
                assertThat(outcomes(inputs)).as("seed %d", seed).isEqualTo(outcomes(inputs)));
    }

    @Test
    void everyEventCanBeFoldedIntoEveryState() {
        for (long seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            @Nullable TaskState state = null;
            for (int left = 20; left > 0; left--) {
                var event = TaskStories.anyEvent(random);
                var after = TaskDecider.evolve(state, event);

                assertThat(after.version())
                        .as("seed %d: %s", seed, event)
                        .isEqualTo(event.version());
                if (state != null && state.stage().isEnded()) {
                    assertThat(after.stage())
                            .as("seed %d: %s", seed, event)
                            .isEqualTo(state.stage());
                }
                if (after.stage() != Stage.ABSENT) {
                    assertThat(after.kind()).as("seed %d: %s", seed, event).isNotNull();
                }
                state = after;
            }
        }
    }

    private static void everyStory(BiConsumer<Long, List<Message>> property) {
        for (long seed = 0; seed < SEEDS; seed++) {
            property.accept(seed, TaskStories.inputs(seed));
        }
    }

    private List<TaskEvent> outcomes(List<? extends Message> inputs) {
        var events = new ArrayList<TaskEvent>();
        @Nullable TaskState state = null;
        for (var input : inputs) {
            var event =
                    switch (input) {
                        case TaskCommand command -> decider.decide(state, command);
                        case TaskReport report -> decider.decide(state, report);
                        default -> throw new AssertionError(input);
                    };
            events.add(event);
            state = TaskDecider.evolve(state, event);
        }
        return events;
    }

    private List<Reason> reasons(List<? extends Message> inputs) {
        return outcomes(inputs).stream()
                .filter(TaskEvent.Refused.class::isInstance)
                .map(event -> ((TaskEvent.Refused) event).reason())
                .toList();
    }

    private Stage stage(List<? extends Message> inputs) {
        @Nullable TaskState state = null;
        for (var event : outcomes(inputs)) {
            state = TaskDecider.evolve(state, event);
        }
        return state == null ? Stage.ABSENT : state.stage();
    }

    private static Stream<Message> twice(Message input) {
        return Stream.of(input, input);
    }

    private static boolean ends(TaskEvent event) {
        return switch (event) {
            case TaskEvent.Succeeded _, TaskEvent.Failed _ -> true;
            case TaskEvent.Submitted _, TaskEvent.Started _, TaskEvent.Refused _ -> false;
        };
    }

    private static TaskState at(TaskState state, long version) {
        return new TaskState(
                state.task(),
                version,
                state.stage(),
                state.kind(),
                state.inputDigest(),
                state.attempt());
    }

    private static TaskCommand submit(String kind, Digest input) {
        return new TaskCommand.Submit(TASK, kind, CONTENT, input);
    }
}
