package dev.millrace.streams.views.fold;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState.Stage;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A row of the view `tasks`: its components are the row's JSON fields.
///
/// @param state `waiting`, `queued`, `running`, `succeeded`, `failed`, `cancelled` or `expired`
/// @param attempt the current one, waited for or worked on
/// @param maxAttempts so many there will be at most
/// @param version of the last event, refusals included
/// @param created when the task was submitted
/// @param updated when it last changed; a refusal changes nothing
/// @param actor who submitted it
/// @param due while it waits, when the attempt may begin; else null
/// @param waitsFor how many other tasks it waits for
/// @param deadline when it expires if it has not ended; null for never
/// @param parent the task it is a part of; null if it stands alone
/// @param rerunOf the task whose work it does again; null if it does its own
/// @param error what failed last; null if nothing has, or it succeeded
/// @param output null unless it succeeded
public record TaskRow(
        String id,
        String kind,
        String state,
        int attempt,
        int maxAttempts,
        long version,
        Instant created,
        Instant updated,
        String tenant,
        Who actor,
        @Nullable Instant due,
        int waitsFor,
        @Nullable Instant deadline,
        @Nullable String parent,
        @Nullable String rerunOf,
        @Nullable Failure error,
        @Nullable JsonNode output) {

    private static final Set<String> ENDED =
            Arrays.stream(Stage.values())
                    .filter(Stage::isEnded)
                    .map(Stage::wireName)
                    .collect(Collectors.toUnmodifiableSet());

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
            case TaskEvent.Submitted _, TaskEvent.Refused _, TaskEvent.Watched _ ->
                    before.at(event.version());
            case TaskEvent.DependencyEnded ended ->
                    before.moved(Stage.WAITING, before.attempt, event, time, before.error, null)
                            .waitingFor(ended.left(), ended.due());
            case TaskEvent.Queued queued ->
                    before.moved(Stage.QUEUED, queued.attempt(), event, time, before.error, null);
            case TaskEvent.Started started ->
                    before.moved(Stage.RUNNING, started.attempt(), event, time, before.error, null);
            case TaskEvent.LeaseExtended extended ->
                    before.moved(
                            Stage.RUNNING, extended.attempt(), event, time, before.error, null);
            case TaskEvent.AttemptFailed failed ->
                    before.moved(
                                    Stage.WAITING,
                                    failed.attempt() + 1,
                                    event,
                                    time,
                                    failed.failure(),
                                    null)
                            .dueAt(failed.retryAt());
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
            case TaskEvent.Cancelled cancelled ->
                    before.moved(
                            Stage.CANCELLED, cancelled.attempt(), event, time, before.error, null);
            case TaskEvent.Expired expired ->
                    before.moved(Stage.EXPIRED, expired.attempt(), event, time, before.error, null);
        };
    }

    boolean isEnded() {
        return ENDED.contains(state);
    }

    /// Where the row stands in lists.
    public IndexEntry entry() {
        var filters = new HashMap<String, String>();
        filters.put("state", state);
        filters.put("kind", kind);
        if (parent != null) {
            filters.put("parent", parent);
        }
        if (rerunOf != null) {
            filters.put("rerun_of", rerunOf);
        }
        return new IndexEntry(tenant, created, id, filters);
    }

    private static TaskRow submitted(Envelope<?> envelope, TaskEvent.Submitted event) {
        return new TaskRow(
                event.task().toString(),
                event.kind(),
                (event.isQueued() ? Stage.QUEUED : Stage.WAITING).wireName(),
                1,
                event.terms().retries().mostAttempts(),
                event.version(),
                envelope.time(),
                envelope.time(),
                envelope.tenant(),
                Who.of(envelope.actor()),
                event.due(),
                event.after().size(),
                event.terms().deadline(),
                text(event.terms().parent()),
                text(event.terms().rerunOf()),
                null,
                null);
    }

    private TaskRow at(long newVersion) {
        return new TaskRow(
                id,
                kind,
                state,
                attempt,
                maxAttempts,
                newVersion,
                created,
                updated,
                tenant,
                actor,
                due,
                waitsFor,
                deadline,
                parent,
                rerunOf,
                error,
                output);
    }

    private TaskRow dueAt(Instant moment) {
        return waitingFor(0, moment);
    }

    private TaskRow waitingFor(int others, @Nullable Instant moment) {
        return new TaskRow(
                id,
                kind,
                state,
                attempt,
                maxAttempts,
                version,
                created,
                updated,
                tenant,
                actor,
                moment,
                others,
                deadline,
                parent,
                rerunOf,
                error,
                output);
    }

    private static @Nullable String text(@Nullable TaskId task) {
        return task == null ? null : task.toString();
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
                stage.wireName(),
                newAttempt,
                maxAttempts,
                event.version(),
                created,
                time,
                tenant,
                actor,
                null,
                0,
                deadline,
                parent,
                rerunOf,
                newError,
                newOutput);
    }
}
