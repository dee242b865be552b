package dev.millrace.streams.replay;

import static dev.millrace.streams.replay.LiveReads.done;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.domain.replay.Replay.Comparison;
import dev.millrace.domain.replay.Replay.Difference;
import dev.millrace.domain.replay.ReplayRequest;
import dev.millrace.domain.view.Moment;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// Holds one task as it follows from the log against the live view: its history, event by event,
/// and its row. One that was replayed until a moment is held against the live history as far as
/// that, and against the row that the live view makes of it.
///
/// A live task goes on meanwhile: what is not the same is looked at again, as in [Comparing].
final class TaskComparing {

    private static final String TASKS = "tasks";
    private static final String HISTORY = "task-history";
    private static final int PAGE = 500;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String task;
    private final String tenant;
    private final boolean isOfThePast;
    private final LiveReads live;
    private final Views shadow;
    private final Reading reading;
    private final Course course;
    private final Comparing.EventOf events;
    private long same;

    /// @param task its id
    TaskComparing(
            String task,
            ReplayRequest request,
            Views live,
            Views shadow,
            Reading reading,
            Course course,
            Comparing.EventOf events) {
        this.task = task;
        this.tenant = request.tenant();
        this.isOfThePast = request.until() != null;
        this.live = new LiveReads(live, course);
        this.shadow = shadow;
        this.reading = reading;
        this.course = course;
        this.events = events;
    }

    /// @throws ExecutionException if the live view cannot be read, or does not come to where the
    ///   replay is
    /// @throws IllegalArgumentException if neither of them knows the task
    Comparison compare() throws ExecutionException, Course.Cancelled, InterruptedException {
        Difference last = null;
        int looks = 0;
        for (int look = 0; look < Comparing.MOST_LOOKS; look++) {
            same = 0;
            var difference = difference();
            if (difference == null) {
                if (same == 0 && !isOfThePast) {
                    throw new IllegalArgumentException(
                            "entity: %s (expected: a task in the log)".formatted(task));
                }
                return new Comparison(same, 0, null);
            }
            looks = difference.equals(last) ? looks + 1 : 1;
            if (looks == Comparing.LOOKS_AT_THE_SAME) {
                return new Comparison(same, 0, difference);
            }
            last = difference;
            course.check();
            course.sleep(Comparing.PAUSE.toNanos());
        }
        return new Comparison(same, 1, null);
    }

    private @Nullable Difference difference()
            throws ExecutionException, Course.Cancelled, InterruptedException {
        var last = reading.lastEvent();
        if (isOfThePast && last == null) {
            return null; // it was not there yet
        }
        var moment = isOfThePast && last != null ? new Moment.Event(last) : null;
        var row = live.get(new RowQuery(TASKS, tenant, task, reading.position(), moment));
        if (!isOfThePast) {
            reading.follow(row.position());
            reading.go();
        }
        var history = history(row.position());
        if (history != null) {
            return history;
        }
        var replayed = done(shadow.get(new RowQuery(TASKS, tenant, task))).json();
        if (!Objects.equals(row.json(), replayed)) {
            return new Difference(task, row.json(), replayed, events.row(task));
        }
        same += replayed == null ? 0 : 1;
        return null;
    }

    /// The first event that is not the same in both histories.
    private @Nullable Difference history(Position at)
            throws ExecutionException, Course.Cancelled, InterruptedException {
        String token = null;
        do {
            var filters = Map.of("task", task);
            var replayed = done(shadow.list(new ViewQuery(HISTORY, tenant, filters, PAGE, token)));
            var now =
                    live.list(
                            new ViewQuery(HISTORY, tenant, filters, false, false, PAGE, token, at));
            int there = isOfThePast ? replayed.items().size() : now.items().size();
            for (int i = 0; i < Math.max(there, replayed.items().size()); i++) {
                var one = i < replayed.items().size() ? replayed.items().get(i) : null;
                var other = i < now.items().size() ? now.items().get(i) : null;
                if (!Objects.equals(one, other)) {
                    return difference(other, one);
                }
                same++;
            }
            token = replayed.nextToken();
            if (token == null && !isOfThePast) {
                token = now.nextToken(); // what the live view has beyond is a difference too
            }
        } while (token != null);
        return null;
    }

    /// @param now as the live view has it
    private Difference difference(@Nullable String now, @Nullable String replayed) {
        var event = parse(replayed == null ? Objects.requireNonNull(now) : replayed);
        var place =
                event.path("topic").asText()
                        + "-"
                        + event.path("partition").asInt()
                        + "@"
                        + event.path("offset").asLong();
        return new Difference(
                task + ":" + event.path("version").asLong(),
                now,
                replayed,
                replayed == null ? null : place);
    }

    private static JsonNode parse(String row) {
        try {
            return JSON.readTree(row);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a row of a view is no JSON", impossible);
        }
    }
}
