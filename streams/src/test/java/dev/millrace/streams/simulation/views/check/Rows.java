package dev.millrace.streams.simulation.views.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;

/// Reads rows of views.
final class Rows {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Rows() {}

    static JsonNode row(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException notJson) {
            throw new IllegalArgumentException(json, notJson);
        }
    }

    static List<JsonNode> rows(List<String> items) {
        var rows = new ArrayList<JsonNode>();
        items.forEach(item -> rows.add(row(item)));
        return rows;
    }
}
