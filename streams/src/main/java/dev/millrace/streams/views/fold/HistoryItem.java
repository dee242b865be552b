package dev.millrace.streams.views.fold;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/// A row of the view `task-history`: one event of one task, and where in the log it stands.
///
/// Holds what the fold to the row of `tasks` needs ([TaskRow#after]); a task's input is not
/// repeated here.
///
/// @param detail what only this type of event says
public record HistoryItem(
        String type,
        Instant time,
        Who actor,
        String topic,
        int partition,
        long offset,
        long version,
        String id,
        @Nullable String causation,
        String correlation,
        JsonNode detail) {

    static HistoryItem of(Envelope<?> envelope, TaskEvent event, RecordMetadata origin) {
        var causation = envelope.causation();
        return new HistoryItem(
                event.type(),
                envelope.time(),
                Who.of(envelope.actor()),
                origin.topic(),
                origin.partition(),
                origin.offset(),
                event.version(),
                envelope.id().toString(),
                causation == null ? null : causation.toString(),
                envelope.correlation().toString(),
                detail(event));
    }

    /// What happened, in a word: the end of the type, for instance `submitted`.
    String happened() {
        return type.substring(type.lastIndexOf('.') + 1);
    }

    private static ObjectNode detail(TaskEvent event) {
        var detail = Json.object();
        return switch (event) {
            case TaskEvent.Submitted submitted ->
                    after(submitted(detail, submitted), submitted.after());
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
                            .set("error", error(failed.failure()));
            case TaskEvent.Cancelled cancelled ->
                    detail.put("attempt", cancelled.attempt()).put("why", cancelled.why());
            case TaskEvent.Expired expired ->
                    moment(
                            detail.put("attempt", expired.attempt()),
                            "deadline",
                            expired.deadline());
            case TaskEvent.Succeeded succeeded ->
                    detail.put("attempt", succeeded.attempt())
                            .set("output", Json.content(succeeded.output()));
            case TaskEvent.Failed failed ->
                    detail.put("attempt", failed.attempt()).set("error", error(failed.failure()));
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
        task(detail, "parent", terms.parent());
        task(detail, "rerun_of", terms.rerunOf());
        return detail.put("max_attempts", terms.retries().mostAttempts());
    }

    /// Left out if there is none.
    private static void task(ObjectNode detail, String name, @Nullable TaskId task) {
        if (task != null) {
            detail.put(name, task.toString());
        }
    }

    /// Left out if there is none.
    private static ObjectNode moment(ObjectNode detail, String name, @Nullable Instant moment) {
        return moment == null ? detail : detail.put(name, Json.time(moment));
    }

    /// Left out if there are none.
    private static ObjectNode after(ObjectNode detail, List<TaskId> dependencies) {
        if (!dependencies.isEmpty()) {
            var all = detail.putArray("after");
            dependencies.forEach(task -> all.add(task.toString()));
        }
        return detail;
    }

    private static ObjectNode error(Failure failure) {
        return Json.object().put("code", failure.code()).put("detail", failure.detail());
    }
}
