package dev.millrace.streams.views.fold;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskState.Stage;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A row of the view `tasks`: its components are the row's JSON fields.
///
/// @param state `queued`, `running`, `succeeded` or `failed`
/// @param version of the last event, refusals included
/// @param created when the task was submitted
/// @param updated when it last changed; a refusal changes nothing
/// @param actor who submitted it
/// @param error null unless it failed
/// @param output null unless it succeeded
public record TaskRow(
        String id,
        String kind,
        String state,
        int attempt,
        long version,
        Instant created,
        Instant updated,
        String tenant,
        Who actor,
        @Nullable Failure error,
        @Nullable JsonNode output) {

    public TaskRow {
        /* Jackson reads null as a node. */
        output = output == null || output.isNull() ? null : output;
    }

    /// The row after one more event. Total: an event that does not fit moves the version on and
    /// nothing else.
    ///
    /// @param before null if there is no row yet
    /// @return null while the task is known only by refusals
    static @Nullable TaskRow after(
            @Nullable TaskRow before, Envelope<?> envelope, TaskEvent event) {
        if (before == null) {
            return event instanceof TaskEvent.Submitted submitted
                    ? submitted(envelope, submitted)
                    : null;
        }
        if (before.isEnded()) {
            return before.at(event.version());
        }
        var time = envelope.time();
        return switch (event) {
            case TaskEvent.Submitted _, TaskEvent.Refused _ -> before.at(event.version());
            case TaskEvent.Started started ->
                    before.moved(Stage.RUNNING, started.attempt(), event, time, null, null);
            case TaskEvent.Succeeded succeeded ->
                    before.moved(
                            Stage.SUCCEEDED,
                            succeeded.attempt(),
                            event,
                            time,
                            null,
                            Json.content(succeeded.output()));
            case TaskEvent.Failed failed ->
                    before.moved(
                            Stage.FAILED, failed.attempt(), event, time, failed.failure(), null);
        };
    }

    boolean isEnded() {
        return state.equals(name(Stage.SUCCEEDED)) || state.equals(name(Stage.FAILED));
    }

    /// Where the row stands in lists.
    public IndexEntry entry() {
        return new IndexEntry(tenant, created, id, Map.of("state", state, "kind", kind));
    }

    private static TaskRow submitted(Envelope<?> envelope, TaskEvent.Submitted event) {
        return new TaskRow(
                event.task().toString(),
                event.kind(),
                name(Stage.QUEUED),
                1,
                event.version(),
                envelope.time(),
                envelope.time(),
                envelope.tenant(),
                Who.of(envelope.actor()),
                null,
                null);
    }

    private TaskRow at(long newVersion) {
        return new TaskRow(
                id,
                kind,
                state,
                attempt,
                newVersion,
                created,
                updated,
                tenant,
                actor,
                error,
                output);
    }

    private TaskRow moved(
            Stage stage,
            int newAttempt,
            TaskEvent event,
            Instant time,
            @Nullable Failure newError,
            @Nullable JsonNode newOutput) {
        return new TaskRow(
                id,
                kind,
                name(stage),
                newAttempt,
                event.version(),
                created,
                time,
                tenant,
                actor,
                newError,
                newOutput);
    }

    private static String name(Stage stage) {
        return stage.name().toLowerCase(Locale.ROOT);
    }
}
