package dev.millrace.gateway.rows;

import dev.millrace.domain.view.RowField;
import dev.millrace.domain.view.Views.ViewDescription;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/// The JSON Schema (2020-12) of a view's rows, made from its declaration.
public final class RowSchema {

    private RowSchema() {}

    /// The schema. No field is required, because a caller may ask for some of them.
    public static JsonObject of(ViewDescription view) {
        var properties = new JsonObject();
        view.fields().forEach(field -> properties.put(field.name(), property(field)));
        return new JsonObject()
                .put("type", "object")
                .put("description", view.summary())
                .put("additionalProperties", false)
                .put("properties", properties);
    }

    private static JsonObject property(RowField field) {
        var property =
                switch (field.type()) {
                    case TEXT -> typed(field, "string");
                    case TEXTS ->
                            typed(field, "array")
                                    .put("items", new JsonObject().put("type", "string"));
                    case ID -> typed(field, "string").put("format", "uuid");
                    case TIME -> typed(field, "string").put("format", "date-time");
                    case WHOLE_NUMBER -> typed(field, "integer");
                    case NUMBER -> typed(field, "number");
                    case OBJECT -> typed(field, "object");
                    case ANY -> new JsonObject();
                };
        return property.put("description", field.summary());
    }

    private static JsonObject typed(RowField field, String type) {
        return new JsonObject()
                .put("type", field.isNullable() ? new JsonArray().add(type).add("null") : type);
    }
}
