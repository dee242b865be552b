package dev.millrace.streams.views.fold;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.event.Actor;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.TaskState.Stage;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Objects;
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
/// @param worker while it runs, who has it; else null, as where nobody said so
/// @param started while it runs, when the worker said that it began; else null
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
        @Nullable String worker,
        @Nullable Instant started,
        @Nullable Instant deadline,
        @Nullable String parent,
        @Nullable String rerunOf,
        @Nullable Failure error,
        @Nullable JsonNode output) {

    private static final String QUEUED = Stage.QUEUED.wireName();
    private static final String RUNNING = Stage.RUNNING.wireName();
    private static final String WORKER = Actor.Proof.WORKER.wireName();
    private static final Set<String> ENDED =
            Arrays.stream(Stage.values())
                    .filter(Stage::isEnded)
                    .map(Stage::wireName)
                    .collect(Collectors.toUnmodifiableSet());

    public TaskRow {
        /* Jackson reads null as a node. */
        output = output == null || output.isNull() ? null : output;
    }

    /// The row after one more event of its history: the one fold there is, by which the view is
    /// made and by which a row of the past is found. Total: an event that does not fit moves the
    /// version on and nothing else.
    ///
    /// @param before null if there is no row yet
    /// @param task its id
    /// @return null while the task is known only by refusals
    public static @Nullable TaskRow after(
            @Nullable TaskRow before, String tenant, String task, HistoryItem event) {
        var detail = event.detail();
        if (before == null) {
            return event.happened().equals("submitted") ? submitted(tenant, task, event) : null;
        }
        if (before.isEnded()) {
            return before.at(event.version());
        }
        return switch (event.happened()) {
            case "dependency_ended" ->
                    before.moved(Stage.WAITING, before.attempt, event, before.error, null)
                            .waitingFor(detail.path("left").intValue(), moment(detail, "due"));
            case "queued" -> before.moved(Stage.QUEUED, attempt(detail), event, before.error, null);
            case "started" ->
                    before.moved(Stage.RUNNING, attempt(detail), event, before.error, null)
                            .heldBy(text(detail, "worker"), before.started(event));
            case "lease_extended" ->
                    before.moved(Stage.RUNNING, attempt(detail), event, before.error, null)
                            .heldBy(before.holder(event), before.started);
            case "attempt_failed" ->
                    before.moved(Stage.WAITING, attempt(detail) + 1, event, error(detail), null)
                            .waitingFor(0, moment(detail, "retry_at"));
            case "succeeded" ->
                    before.moved(
                            Stage.SUCCEEDED, attempt(detail), event, null, detail.get("output"));
            case "failed" ->
                    before.moved(Stage.FAILED, attempt(detail), event, error(detail), null);
            case "cancelled" ->
                    before.moved(Stage.CANCELLED, attempt(detail), event, before.error, null);
            case "expired" ->
                    before.moved(Stage.EXPIRED, attempt(detail), event, before.error, null);
            default -> before.at(event.version()); // refusals, and tasks that wait for this one
        };
    }

    boolean isEnded() {
        return ENDED.contains(state);
    }

    boolean isQueued() {
        return state.equals(QUEUED);
    }

    boolean isRunning() {
        return state.equals(RUNNING);
    }

    /// Who has the attempt, or had it, that an event speaks of; null if nobody can tell. A worker
    /// need not say that it begins: then it is who says the rest.
    @Nullable String holder(HistoryItem event) {
        return isRunning() || !event.actor().proof().equals(WORKER) ? worker : event.actor().id();
    }

    /// When the attempt began that an event says has begun: who says so twice began once.
    private Instant started(HistoryItem event) {
        return started != null && Objects.equals(worker, text(event.detail(), "worker"))
                ? started
                : event.time();
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

    private static TaskRow submitted(String tenant, String task, HistoryItem event) {
        var detail = event.detail();
        var due = moment(detail, "due");
        int waitsFor = detail.path("after").size();
        boolean isQueued = due == null && waitsFor == 0;
        return new TaskRow(
                task,
                detail.path("kind").asText(),
                (isQueued ? Stage.QUEUED : Stage.WAITING).wireName(),
                1,
                detail.path("max_attempts").intValue(),
                event.version(),
                event.time(),
                event.time(),
                tenant,
                event.actor(),
                due,
                waitsFor,
                null,
                null,
                moment(detail, "deadline"),
                text(detail, "parent"),
                text(detail, "rerun_of"),
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
                worker,
                started,
                deadline,
                parent,
                rerunOf,
                error,
                output);
    }

    private TaskRow waitingFor(int others, @Nullable Instant moment) {
        return meanwhile(moment, others, null, null);
    }

    private TaskRow heldBy(@Nullable String holder, @Nullable Instant since) {
        return meanwhile(null, 0, holder, since);
    }

    /// The row with what it says only while the task waits, or while it runs.
    private TaskRow meanwhile(
            @Nullable Instant moment,
            int others,
            @Nullable String holder,
            @Nullable Instant since) {
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
                holder,
                since,
                deadline,
                parent,
                rerunOf,
                error,
                output);
    }

    private static int attempt(JsonNode detail) {
        return detail.path("attempt").intValue();
    }

    private static Failure error(JsonNode detail) {
        var error = detail.path("error");
        return new Failure(error.path("code").asText(), error.path("detail").asText());
    }

    private static @Nullable Instant moment(JsonNode detail, String name) {
        var time = text(detail, name);
        return time == null ? null : Json.time(time);
    }

    private static @Nullable String text(JsonNode detail, String name) {
        return detail.path(name).textValue();
    }

    private TaskRow moved(
            Stage stage,
            int newAttempt,
            HistoryItem event,
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
                event.time(),
                tenant,
                actor,
                null,
                0,
                null,
                null,
                deadline,
                parent,
                rerunOf,
                newError,
                newOutput);
    }
}
