package dev.millrace.streams.simulation.views.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import dev.millrace.streams.simulation.log.SimulatedLog;
import dev.millrace.streams.simulation.views.Ask;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// Holds an answer to what the log says up to the position that it names: it shows at least that.
/// It may show more, since folding goes on while rows are read.
final class AnswerRules {

    private final SimulatedLog log;

    AnswerRules(SimulatedLog log) {
        this.log = log;
    }

    /// What an answer lacks; null if nothing.
    @Nullable String lacks(Ask ask, Object answer) {
        return switch (answer) {
            case ViewRow row -> lacks(ask, row.position(), row.json());
            case ViewPage page ->
                    lacks(ask, page.position(), page.items(), page.nextToken() == null);
            default -> throw new IllegalArgumentException("answer: " + answer);
        };
    }

    private @Nullable String lacks(Ask ask, Position position, @Nullable String json) {
        if (!position.covers(ask.after())) {
            return "it is of before the write: " + position;
        }
        var told = Told.upTo(log, position);
        var row = json == null ? null : Rows.row(json);
        var key = String.valueOf(ask.key());
        return switch (ask.view()) {
            case "tasks" -> taskLacks(told, ask.tenant(), key, row);
            case "task-history" ->
                    ask.write().message() instanceof TaskEvent event
                                    && row != null
                                    && row.path("version").longValue() == event.version()
                            ? null
                            : "the event is not there: " + row;
            case "task-progress" -> progressLacks(told, ask.tenant(), key, row);
            case "documents" -> documentLacks(told, ask.tenant(), key, row);
            default -> throw new IllegalArgumentException("view: " + ask.view());
        };
    }

    private @Nullable String lacks(
            Ask ask, Position position, List<String> items, boolean isWhole) {
        if (!position.covers(ask.after())) {
            return "it is of before the write: " + position;
        }
        if (!isWhole) {
            return null;
        }
        var told = Told.upTo(log, position);
        var rows = Rows.rows(items);
        return switch (ask.view()) {
            case "tasks" -> tasksLack(told, ask.tenant(), rows);
            case "task-history" -> historyLacks(told, ask, rows);
            case "task-counts" -> countsLack(told, ask.tenant(), rows);
            case "task-progress" -> progressLacks(told, ask.tenant(), rows);
            case "documents" -> documentsLack(told, ask.tenant(), rows);
            case "throughput" -> throughputLacks(told, ask.tenant(), rows);
            case "workers" -> workLacks(told, ask, rows, List.of("started", "chunks"));
            case "usage" -> workLacks(told, ask, rows, List.of("submitted", "attempts"));
            case "models" -> workLacks(told, ask, rows, List.of("chunks"));
            default -> throw new IllegalArgumentException("view: " + ask.view());
        };
    }

    private static @Nullable String taskLacks(
            Told told, String tenant, String key, @Nullable JsonNode row) {
        var task = told.tasks().get(key);
        if (task == null) {
            return null; // it is known by refusals at most; it may have been submitted since
        }
        if (!task.tenant().equals(tenant)) {
            return row == null ? null : "a row of another tenant: " + row;
        }
        return row != null && row.path("version").longValue() >= task.version()
                ? null
                : "version %d of task %s is not there: %s".formatted(task.version(), key, row);
    }

    private static @Nullable String tasksLack(Told told, String tenant, List<JsonNode> rows) {
        var shown = byKey(rows, "id");
        if (shown.size() < rows.size()) {
            return "a row is there twice: " + rows;
        }
        for (var one : told.tasks().entrySet()) {
            if (one.getValue().tenant().equals(tenant)) {
                var lacks = taskLacks(told, tenant, one.getKey(), shown.get(one.getKey()));
                if (lacks != null) {
                    return lacks;
                }
            }
        }
        return null;
    }

    private static @Nullable String historyLacks(Told told, Ask ask, List<JsonNode> rows) {
        var expected = told.history(ask.tenant(), String.valueOf(ask.filters().get("task")));
        var shown = rows.stream().map(row -> row.path("version").longValue()).toList();
        return shown.containsAll(expected) && isAscending(shown)
                ? null
                : "versions %s (expected: %s and later)".formatted(shown, expected);
    }

    private static boolean isAscending(List<Long> versions) {
        for (int i = 1; i < versions.size(); i++) {
            if (versions.get(i) <= versions.get(i - 1)) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String countsLack(Told told, String tenant, List<JsonNode> rows) {
        long expected = told.counts(tenant).values().stream().mapToLong(Long::longValue).sum();
        return atLeast("tasks", sum(rows, row -> row.path("count").longValue()), expected);
    }

    private static @Nullable String progressLacks(
            Told told, String tenant, String key, @Nullable JsonNode row) {
        var last = told.progress(tenant, key);
        return last == null || (row != null && row.path("attempt").intValue() >= last.attempt())
                ? null
                : "%s (expected: %s or later)".formatted(row, last);
    }

    private static @Nullable String progressLacks(Told told, String tenant, List<JsonNode> rows) {
        return atLeast("rows", rows.size(), told.progressRows(tenant));
    }

    private static @Nullable String documentLacks(
            Told told, String tenant, String key, @Nullable JsonNode row) {
        var document = told.documents().get(key);
        if (document == null || !document.isOf(tenant)) {
            return null;
        }
        return row != null
                        && row.path("chunks").intValue() >= document.chunks()
                        && row.path("embedded").intValue() >= document.embedded()
                        && row.path("searchable").intValue() >= document.searchable()
                ? null
                : "%s (expected: %s of it)".formatted(row, document.state());
    }

    private static @Nullable String documentsLack(Told told, String tenant, List<JsonNode> rows) {
        var shown = byKey(rows, "id");
        for (var key : told.documents().keySet()) {
            var lacks = documentLacks(told, tenant, key, shown.get(key));
            if (lacks != null) {
                return lacks;
            }
        }
        return null;
    }

    private static @Nullable String throughputLacks(Told told, String tenant, List<JsonNode> rows) {
        for (var what : Told.Span.values()) {
            long expected =
                    told.spans(tenant).values().stream()
                            .mapToLong(counts -> counts.getOrDefault(what, 0L))
                            .sum();
            long shown = sum(rows, row -> row.path(what.field()).longValue());
            var lacks = atLeast(what.field(), shown, expected);
            if (lacks != null) {
                return lacks;
            }
        }
        return null;
    }

    /// @param fields whose sums never become less
    private static @Nullable String workLacks(
            Told told, Ask ask, List<JsonNode> rows, List<String> fields) {
        for (var field : fields) {
            long expected =
                    told.work().rows(ask.view(), ask.tenant()).values().stream()
                            .mapToLong(sums -> sums.getOrDefault(field, 0L))
                            .sum();
            var lacks = atLeast(field, sum(rows, row -> row.path(field).longValue()), expected);
            if (lacks != null) {
                return lacks;
            }
        }
        return null;
    }

    private static @Nullable String atLeast(String what, long shown, long expected) {
        return shown >= expected
                ? null
                : "%s: %d (expected: %d or more)".formatted(what, shown, expected);
    }

    private static long sum(List<JsonNode> rows, ToLongFunction<JsonNode> of) {
        return rows.stream().mapToLong(of).sum();
    }

    private static Map<String, JsonNode> byKey(List<JsonNode> rows, String key) {
        var map = new HashMap<String, JsonNode>();
        rows.forEach(row -> map.put(row.path(key).textValue(), row));
        return map;
    }
}
