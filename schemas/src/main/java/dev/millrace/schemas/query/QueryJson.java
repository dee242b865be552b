package dev.millrace.schemas.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.domain.view.Position;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads and writes the fields of questions and answers.
///
/// What is read fails with `IllegalArgumentException` if a field is missing or of another type.
final class QueryJson {

    private static final JsonMapper MAPPER = new JsonMapper();

    private QueryJson() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static byte[] bytes(JsonNode json) {
        try {
            return MAPPER.writeValueAsBytes(json);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a JSON tree cannot be written", impossible);
        }
    }

    static JsonNode parse(byte[] json) {
        try {
            var tree = MAPPER.readTree(json);
            if (!tree.isObject()) {
                throw new IllegalArgumentException(
                        "body: " + tree.getNodeType() + " (expected: a JSON object)");
            }
            return tree;
        } catch (IOException malformed) {
            throw new IllegalArgumentException(
                    "body: not JSON (expected: a JSON object)", malformed);
        }
    }

    static String text(JsonNode json, String field) {
        var value = json.path(field);
        if (!value.isTextual()) {
            throw wrong(field, value, "a text");
        }
        return value.textValue();
    }

    static @Nullable String textOrNull(JsonNode json, String field) {
        return json.path(field).isNull() ? null : text(json, field);
    }

    static boolean flag(JsonNode json, String field) {
        var value = json.path(field);
        if (!value.isBoolean()) {
            throw wrong(field, value, "true or false");
        }
        return value.booleanValue();
    }

    static int integer(JsonNode json, String field) {
        var value = json.path(field);
        if (!value.isInt()) {
            throw wrong(field, value, "a whole number of 32 bits");
        }
        return value.intValue();
    }

    static long number(JsonNode json, String field) {
        var value = json.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrong(field, value, "a whole number of 64 bits");
        }
        return value.longValue();
    }

    static double fraction(JsonNode json, String field) {
        var value = json.path(field);
        if (!value.isNumber()) {
            throw wrong(field, value, "a number");
        }
        return value.doubleValue();
    }

    static Position position(JsonNode json) {
        return Position.parse(text(json, "position"));
    }

    static List<String> texts(JsonNode json, String field) {
        return list(
                json,
                field,
                value -> {
                    if (!value.isTextual()) {
                        throw wrong(field, value, "texts");
                    }
                    return value.textValue();
                });
    }

    static <T> List<T> list(JsonNode json, String field, Function<JsonNode, T> item) {
        var value = json.path(field);
        if (!value.isArray()) {
            throw wrong(field, value, "a list");
        }
        var items = new ArrayList<T>();
        value.forEach(element -> items.add(item.apply(element)));
        return items;
    }

    static IllegalArgumentException wrong(String field, JsonNode value, String expected) {
        return new IllegalArgumentException(
                field + ": " + value.getNodeType() + " (expected: " + expected + ")");
    }
}
