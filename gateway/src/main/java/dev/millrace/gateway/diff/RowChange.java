package dev.millrace.gateway.diff;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A row at two moments.
///
/// @param before a JSON object; null if there was no such row
/// @param after a JSON object; null if there is no such row any more
record RowChange(String key, @Nullable String before, @Nullable String after) {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    boolean isNone() {
        return Objects.equals(before, after);
    }

    /// As it is shown; the rows are put in as the texts they are.
    String json() {
        var names = new ArrayList<String>();
        for (var field : fields()) {
            names.add(quoted(field));
        }
        return "{\"key\":%s,\"change\":\"%s\",\"fields\":[%s],\"before\":%s,\"after\":%s}"
                .formatted(quoted(key), change(), String.join(",", names), before, after);
    }

    private String change() {
        if (before == null) {
            return after == null ? "none" : "added";
        }
        if (after == null) {
            return "removed";
        }
        return isNone() ? "none" : "changed";
    }

    /// The names of the fields that changed.
    private List<String> fields() {
        if (before == null || after == null || isNone()) {
            return List.of();
        }
        var was = parse(before);
        var is = parse(after);
        var names = new TreeSet<String>();
        was.fieldNames().forEachRemaining(names::add);
        is.fieldNames().forEachRemaining(names::add);
        names.removeIf(name -> Objects.equals(was.get(name), is.get(name)));
        return List.copyOf(names);
    }

    /// The key under which a row of a view is found.
    static String keyOf(String view, String row) {
        var fields = parse(row);
        return switch (view) {
            case "task-counts" -> joined(fields, "kind", "state");
            case "usage" -> joined(fields, "day", "kind", "proof", "actor");
            case "models" -> joined(fields, "name", "version");
            default -> fields.path("id").asText();
        };
    }

    private static String joined(JsonNode row, String... fields) {
        return Arrays.stream(fields)
                .map(field -> row.path(field).asText())
                .collect(Collectors.joining(":"));
    }

    /// Whether a row has these values.
    static boolean matches(String row, Map<String, String> filters) {
        var fields = parse(row);
        return filters.entrySet().stream()
                .allMatch(
                        filter -> filter.getValue().equals(fields.path(filter.getKey()).asText()));
    }

    private static JsonNode parse(String row) {
        try {
            return JSON.readTree(row);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a row of a view is no JSON", impossible);
        }
    }

    private static String quoted(String text) {
        return JSON.getNodeFactory().textNode(text).toString();
    }
}
