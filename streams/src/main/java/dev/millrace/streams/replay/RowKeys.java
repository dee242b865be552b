package dev.millrace.streams.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.streams.views.fold.ViewsTopology;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Tells from a row under which key it is found.
///
/// @param applied the store of applied offsets of the view's fold
/// @param rows the store that holds the row under that key; empty if it is made of several
/// @param key of a row
record RowKeys(String applied, String rows, Function<JsonNode, String> key) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// @param view one that can be replayed
    static RowKeys of(String view) {
        return switch (view) {
            case "tasks" ->
                    new RowKeys(ViewsTopology.TASKS_APPLIED, ViewsTopology.TASKS, RowKeys::id);
            case "documents" ->
                    new RowKeys(
                            ViewsTopology.DOCUMENTS_APPLIED, ViewsTopology.DOCUMENTS, RowKeys::id);
            case "task-counts" ->
                    new RowKeys(
                            ViewsTopology.TASKS_APPLIED, "", row -> joined(row, "kind", "state"));
            case "usage" ->
                    new RowKeys(
                            ViewsTopology.TASKS_APPLIED,
                            "",
                            row -> joined(row, "day", "kind", "proof", "actor"));
            case "models" ->
                    new RowKeys(
                            ViewsTopology.DOCUMENTS_APPLIED,
                            "",
                            row -> joined(row, "name", "version"));
            default -> throw new IllegalArgumentException("view: " + view);
        };
    }

    /// The key of a row.
    String keyOf(String row) {
        try {
            return key.apply(JSON.readTree(row));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a row of a view is no JSON", impossible);
        }
    }

    private static String joined(JsonNode row, String... fields) {
        return Arrays.stream(fields)
                .map(field -> row.path(field).textValue())
                .collect(Collectors.joining(":"));
    }

    private static String id(JsonNode row) {
        return row.path("id").textValue();
    }
}
