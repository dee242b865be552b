package dev.millrace.site.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.TaskDecider;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.TaskState.Stage;
import dev.millrace.domain.task.Terms;
import dev.millrace.schemas.topic.Topics;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The rows that the views of tasks should have, folded from `task-events` in memory by
/// [TaskDecider#evolve].
final class TaskFold {

    private final Map<String, Task> tasks = new TreeMap<>();
    private final Map<String, Map<String, JsonNode>> histories = new TreeMap<>();

    private TaskFold() {}

    static TaskFold of(LogCopy log) {
        var fold = new TaskFold();
        for (var event : log.of(Topics.TASK_EVENTS)) {
            if (event.envelope().tenant().equals(Envelope.DEFAULT_TENANT)) {
                fold.add(event);
            }
        }
        return fold;
    }

    /// The rows of `tasks` by task.
    Map<String, JsonNode> rows() {
        var rows = new TreeMap<String, JsonNode>();
        tasks.forEach((id, task) -> {
            var row = task.row();
            if (row != null) {
                rows.put(id, Rows.asRead(row));
            }
        });
        return rows;
    }

    /// The rows of `task-counts` by kind and state.
    Map<String, JsonNode> counts() {
        var counts = new TreeMap<String, Integer>();
        for (var row : rows().values()) {
            counts.merge(
                    row.path("kind").asText() + ":" + row.path("state").asText(), 1, Integer::sum);
        }
        var rows = new TreeMap<String, JsonNode>();
        counts.forEach((key, count) -> {
            var parts = key.split(":", 2);
            var row = Rows.row().put("kind", parts[0]).put("state", parts[1]).put("count", count);
            rows.put(key, Rows.asRead(row));
        });
        return rows;
    }

    /// The rows of `task-history` by task and version.
    Map<String, Map<String, JsonNode>> histories() {
        return histories;
    }

    private void add(Logged<TaskEvent> logged) {
        var event = logged.message();
        var id = event.task().toString();
        histories
                .computeIfAbsent(id, _ -> new TreeMap<>())
                .put(id + ":" + event.version(), Rows.asRead(item(logged)));
        tasks.computeIfAbsent(id, _ -> new Task()).add(logged.envelope(), event);
    }

    private static JsonNode item(Logged<TaskEvent> logged) {
        var envelope = logged.envelope();
        var cause = envelope.causation();
        var item = Rows.row();
        item.put("type", logged.message().type()).put("time", Rows.time(envelope.time()));
        item.set("actor", Rows.actor(envelope.actor()));
        item.put("topic", logged.topic())
                .put("partition", logged.partition())
                .put("offset", logged.offset())
                .put("version", logged.message().version())
                .put("id", envelope.id().toString())
                .put("causation", cause == null ? null : cause.toString())
                .put("correlation", envelope.correlation().toString());
        item.set("detail", detail(logged.message()));
        return item;
    }

    private static JsonNode detail(TaskEvent event) {
        var detail = Rows.row();
        return switch (event) {
            case TaskEvent.Submitted submitted -> submitted(detail, submitted);
            case TaskEvent.Watched watched -> detail.put("by", watched.by().toString());
            case TaskEvent.DependencyEnded ended ->
                    moment(
                            detail.put("dependency", ended.dependency().toString())
                                    .put("end", ended.end().wireName())
                                    .put("left", ended.left()),
                            "due",
                            ended.due());
            case TaskEvent.Queued queued -> detail.put("attempt", queued.attempt());
            case TaskEvent.Started started ->
                    moment(
                            moment(
                                    detail.put("attempt", started.attempt())
                                            .put("worker", started.worker()),
                                    "lease_ends",
                                    started.leaseEnds()),
                            "ends_by",
                            started.endsBy());
            case TaskEvent.LeaseExtended extended ->
                    moment(
                            detail.put("attempt", extended.attempt()),
                            "lease_ends",
                            extended.leaseEnds());
            case TaskEvent.AttemptFailed failed ->
                    moment(detail.put("attempt", failed.attempt()), "retry_at", failed.retryAt())
                            .set("error", Rows.error(failed.failure()));
            case TaskEvent.Cancelled cancelled ->
                    detail.put("attempt", cancelled.attempt()).put("why", cancelled.why());
            case TaskEvent.Expired expired ->
                    moment(
                            detail.put("attempt", expired.attempt()),
                            "deadline",
                            expired.deadline());
            case TaskEvent.Succeeded succeeded ->
                    detail.put("attempt", succeeded.attempt())
                            .set("output", Rows.content(succeeded.output()));
            case TaskEvent.Failed failed ->
                    detail.put("attempt", failed.attempt())
                            .set("error", Rows.error(failed.failure()));
            case TaskEvent.Refused refused ->
                    detail.put("refused", refused.refused())
                            .put("reason", refused.reason().wireName())
                            .put("detail", refused.detail());
        };
    }

    private static ObjectNode submitted(ObjectNode detail, TaskEvent.Submitted event) {
        var terms = event.terms();
        detail.put("kind", event.kind()).put("input_digest", event.inputDigest().hex());
        moment(detail, "due", event.due());
        moment(detail, "deadline", terms.deadline());
        if (terms.parent() != null) {
            detail.put("parent", terms.parent().toString());
        }
        if (terms.rerunOf() != null) {
            detail.put("rerun_of", terms.rerunOf().toString());
        }
        detail.put("max_attempts", terms.retries().mostAttempts());
        if (!event.after().isEmpty()) {
            var after = detail.putArray("after");
            event.after().forEach(task -> after.add(task.toString()));
        }
        return detail;
    }

    private static ObjectNode moment(ObjectNode detail, String name, @Nullable Instant moment) {
        return moment == null ? detail : detail.put(name, Rows.time(moment));
    }

    /// One task, as far as it was folded.
    private static final class Task {

        private @Nullable TaskState state;
        private @Nullable Envelope<TaskEvent> submission;
        private Instant updated = Instant.EPOCH;
        private @Nullable String worker;
        private @Nullable Instant started;
        private Terms terms = Terms.DEFAULT;
        private @Nullable Failure failure;
        private @Nullable JsonNode output;

        void add(Envelope<TaskEvent> envelope, TaskEvent event) {
            boolean ended = state != null && state.stage().isEnded();
            boolean ran = isRunning();
            state = TaskDecider.evolve(state, event);
            if (event instanceof TaskEvent.Submitted submitted && submission == null) {
                submission = envelope;
                terms = submitted.terms();
                updated = envelope.time();
            }
            if (ended || state.stage() == Stage.ABSENT) {
                return;
            }
            hold(ran, envelope, event);
            switch (event) {
                case TaskEvent.Submitted _, TaskEvent.Refused _, TaskEvent.Watched _ -> {}
                case TaskEvent.Queued _,
                        TaskEvent.DependencyEnded _,
                        TaskEvent.Started _,
                        TaskEvent.LeaseExtended _,
                        TaskEvent.Cancelled _,
                        TaskEvent.Expired _ ->
                        updated = envelope.time();
                case TaskEvent.AttemptFailed failed -> {
                    updated = envelope.time();
                    failure = failed.failure();
                }
                case TaskEvent.Succeeded success -> {
                    updated = envelope.time();
                    output = Rows.content(success.output());
                    failure = null;
                }
                case TaskEvent.Failed failed -> {
                    updated = envelope.time();
                    failure = failed.failure();
                }
            }
        }

        private boolean isRunning() {
            return state != null && state.stage() == Stage.RUNNING;
        }

        /// Who has it, and since when, as its worker said.
        private void hold(boolean ran, Envelope<TaskEvent> envelope, TaskEvent event) {
            if (!isRunning()) {
                worker = null;
                started = null;
            } else if (event instanceof TaskEvent.Started begun) {
                boolean isSame = started != null && begun.worker().equals(worker);
                started = isSame ? started : envelope.time();
                worker = begun.worker();
            } else if (!ran && envelope.actor().proof() == Actor.Proof.WORKER) {
                worker = envelope.actor().id();
            }
        }

        private static @Nullable String text(@Nullable TaskId task) {
            return task == null ? null : task.toString();
        }

        /// The row; null while the task is known only by refusals.
        @Nullable JsonNode row() {
            if (submission == null || state == null) {
                return null;
            }
            var row = Rows.row();
            row.put("id", state.task().toString())
                    .put("kind", state.kind())
                    .put("state", state.stage().name().toLowerCase(Locale.ROOT))
                    .put("attempt", state.attempt())
                    .put("max_attempts", terms.retries().mostAttempts())
                    .put("version", state.version())
                    .put("created", Rows.time(submission.time()))
                    .put("updated", Rows.time(updated))
                    .put("tenant", submission.tenant());
            row.set("actor", Rows.actor(submission.actor()));
            var open = state.open();
            row.put("due", open == null || open.due() == null ? null : Rows.time(open.due()));
            var pending = open == null ? null : open.pending();
            row.put("waits_for", pending == null ? 0 : pending.size());
            row.put("worker", worker).put("started", started == null ? null : Rows.time(started));
            var deadline = terms.deadline();
            row.put("deadline", deadline == null ? null : Rows.time(deadline));
            row.put("parent", text(terms.parent())).put("rerun_of", text(terms.rerunOf()));
            row.set("error", Rows.error(failure));
            row.set("output", output);
            return row;
        }
    }
}
