package dev.millrace.site.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.task.TaskState.Stage;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Why a task is where it is, in plain English: since when, what it waits for, in which attempt,
/// what failed last, and what happens next and when.
///
/// Told from the row of the view `tasks` and the task's history; the times are the site's, and only
/// how long ago or ahead they are is told by the clock of whoever asks.
final class Explanation {

    private static final int MOST_NAMED = 5;

    private final JsonNode row;
    private final List<JsonNode> history;
    private final Instant now;

    private Explanation(JsonNode row, List<JsonNode> history, Instant now) {
        this.row = row;
        this.history = history;
        this.now = now;
    }

    /// One paragraph.
    ///
    /// @param row of the task
    /// @param history all of its events, in order
    static String of(JsonNode row, List<JsonNode> history, Instant now) {
        return new Explanation(row, history, now).paragraph();
    }

    private String paragraph() {
        var sentences = new ArrayList<String>();
        sentences.add(
                "Task %s of the kind %s was submitted at %s."
                        .formatted(row.path("id").asText(), kind(), at(moment(row, "created"))));
        if (!row.path("rerun_of").asText("").isEmpty()) {
            sentences.add("It does the work of task " + row.path("rerun_of").asText() + " again.");
        }
        var stage = stage();
        if (stage == null) {
            sentences.add(
                    "It is in the state %s, of which this version knows nothing."
                            .formatted(row.path("state").asText()));
        } else {
            sentences.add(state(stage));
            if (!stage.isEnded() && moment(row, "deadline") != null) {
                sentences.add(
                        "If it has not ended by %s, it expires."
                                .formatted(at(moment(row, "deadline"))));
            }
        }
        sentences.add(refusal());
        sentences.removeIf(String::isEmpty);
        return String.join(" ", sentences).replaceAll("\\s+", " ");
    }

    private @Nullable Stage stage() {
        for (var stage : Stage.values()) {
            if (stage != Stage.ABSENT && stage.wireName().equals(row.path("state").asText())) {
                return stage;
            }
        }
        return null;
    }

    private String state(Stage stage) {
        return switch (stage) {
            case ABSENT -> "";
            case WAITING -> waiting();
            case QUEUED -> queued();
            case RUNNING -> running();
            case SUCCEEDED ->
                    ("It succeeded at %s, %s after it was submitted, in %s. Nothing more happens to"
                                    + " it; `millrace task describe %s` shows its output.")
                            .formatted(at(updated()), span(took()), attempt(), id());
            case FAILED -> failed();
            case CANCELLED -> cancelled();
            case EXPIRED ->
                    "It expired at %s: its deadline, %s, came before %s had succeeded. %s"
                            .formatted(
                                    at(updated()),
                                    time(moment(row, "deadline")),
                                    attempt(),
                                    again());
        };
    }

    private String waiting() {
        int others = row.path("waits_for").asInt();
        if (others > 0) {
            return "It waits for %s to end: %s. Then %s is queued for a worker."
                    .formatted(
                            others == 1 ? "another task" : others + " other tasks",
                            String.join(", ", pending()),
                            attempt());
        }
        var due = moment(row, "due");
        var failure = lastFailure();
        var why =
                failure.isEmpty()
                        ? "It waits for its moment: %s may begin at %s"
                                .formatted(attempt(), at(due))
                        : failure + " %s may begin at %s".formatted(capital(attempt()), at(due));
        return due != null && due.isAfter(now)
                ? why + ", and is then queued for a worker."
                : why
                        + "; that moment has come, so it is queued for a worker as soon as the site"
                        + " looks.";
    }

    /// The tasks that it still waits for, the first few of them.
    private List<String> pending() {
        var pending = new ArrayList<String>();
        var submitted = last("submitted");
        if (submitted != null) {
            submitted.path("detail").path("after").forEach(task -> pending.add(task.asText()));
        }
        for (var event : history) {
            if (TaskFollower.happened(event).equals("dependency_ended")) {
                pending.remove(field(event, "dependency"));
            }
        }
        if (pending.size() > MOST_NAMED) {
            int more = pending.size() - MOST_NAMED;
            pending.subList(MOST_NAMED, pending.size()).clear();
            pending.add(more + " more");
        }
        return pending;
    }

    private String queued() {
        return joined(
                lastFailure(),
                "It has been queued since %s: %s waits for a worker that does %s."
                        .formatted(at(updated()), attempt(), kind()),
                "If that lasts, see that such a worker runs.");
    }

    private String running() {
        var started = last("started");
        var by = started == null ? "a worker" : "the worker " + field(started, "worker");
        var since = started == null ? updated() : moment(started, "time");
        return joined(
                lastFailure(),
                "%s has been with %s since %s.".formatted(capital(attempt()), by, at(since)),
                lease());
    }

    private String lease() {
        var granted = last("started", "lease_extended");
        var ends = granted == null ? null : moment(granted.path("detail"), "lease_ends");
        if (ends == null) {
            return "It has no lease: the task waits for that worker as long as it takes.";
        }
        var then =
                row.path("attempt").asInt() < row.path("max_attempts").asInt()
                        ? "and another follows, unless such a failure is final."
                        : "and with it the task, since no attempt is left.";
        return "Its lease ends at %s; if the worker has not spoken by then, the attempt has failed, %s"
                .formatted(at(ends), then);
    }

    private String failed() {
        boolean isLast = row.path("attempt").asInt() >= row.path("max_attempts").asInt();
        return "It failed for good at %s in %s: %s. %s %s"
                .formatted(
                        at(updated()),
                        attempt(),
                        failure(row.path("error")),
                        isLast
                                ? "No attempt is left."
                                : "No other attempt followed, since none can mend such a failure.",
                        again());
    }

    private String cancelled() {
        var event = last("cancelled");
        var why = event == null ? "" : field(event, "why");
        return "It was cancelled at %s%s; it waited for %s or was in it. %s"
                .formatted(
                        at(updated()), why.isEmpty() ? "" : " (" + why + ")", attempt(), again());
    }

    private String again() {
        return "Nothing more happens to it; `millrace task rerun %s` does its work again."
                .formatted(id());
    }

    /// Says what the attempt before this one failed with; empty if there was none.
    private String lastFailure() {
        var event = last("attempt_failed");
        return event == null
                ? ""
                : "Attempt %d failed at %s: %s."
                        .formatted(
                                event.path("detail").path("attempt").asInt(),
                                at(moment(event, "time")),
                                failure(event.path("detail").path("error")));
    }

    /// Says what was refused, if that was the last thing to happen.
    private String refusal() {
        var event = history.isEmpty() ? null : history.getLast();
        return event == null || !TaskFollower.happened(event).equals("refused")
                ? ""
                : "The last that was asked of it, %s at %s, was refused: %s."
                        .formatted(
                                field(event, "refused"),
                                at(moment(event, "time")),
                                ended(field(event, "detail")));
    }

    private @Nullable JsonNode last(String... happened) {
        for (var event : history.reversed()) {
            if (List.of(happened).contains(TaskFollower.happened(event))) {
                return event;
            }
        }
        return null;
    }

    private String attempt() {
        int most = row.path("max_attempts").asInt();
        return "attempt " + row.path("attempt").asInt() + (most == 0 ? "" : " of " + most);
    }

    private String kind() {
        return row.path("kind").asText();
    }

    private String id() {
        return row.path("id").asText();
    }

    private @Nullable Instant updated() {
        return moment(row, "updated");
    }

    private Duration took() {
        var from = moment(row, "created");
        var to = updated();
        return from == null || to == null ? Duration.ZERO : Duration.between(from, to);
    }

    /// A moment, and how long ago it was or how far it is.
    private String at(@Nullable Instant moment) {
        if (moment == null) {
            return time(null);
        }
        var ahead = Duration.between(now, moment);
        return time(moment)
                + (ahead.isPositive()
                        ? " (in " + span(ahead) + ")"
                        : " (" + span(ahead.negated()) + " ago)");
    }

    private static String time(@Nullable Instant moment) {
        return moment == null ? "some time" : moment.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /// About how long, in the largest unit that is not coarse.
    private static String span(Duration span) {
        if (span.compareTo(Duration.ofMinutes(2)) < 0) {
            return span.toSeconds() + " s";
        }
        if (span.compareTo(Duration.ofHours(2)) < 0) {
            return span.toMinutes() + " min";
        }
        return span.compareTo(Duration.ofDays(2)) < 0
                ? span.toHours() + " h"
                : span.toDays() + " days";
    }

    private static @Nullable Instant moment(JsonNode object, String field) {
        var text = object.path(field).asText("");
        return object.path(field).isTextual() ? Instant.parse(text) : null;
    }

    private static String field(JsonNode event, String field) {
        return event.path("detail").path(field).asText("");
    }

    private static String failure(JsonNode error) {
        var detail = ended(error.path("detail").asText(""));
        return error.path("code").asText() + (detail.isEmpty() ? "" : " (" + detail + ")");
    }

    private static String ended(String sentence) {
        return sentence.strip().replaceFirst("\\.$", "");
    }

    private static String capital(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    private static String joined(String... sentences) {
        return String.join(" ", sentences).strip();
    }
}
