package dev.millrace.gateway.contract;

import dev.millrace.gateway.problem.FieldError;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// A schema of the contract, and what a value must do to fit it.
///
/// Safe for use by many threads.
final class Shape {

    /* The validator reports every schema on the way to a fault; these keywords only lead there. */
    private static final Set<String> WRAPPERS =
            Set.of("properties", "items", "prefixItems", "if", "else", "allOf");
    private static final int MAX_FAULTS = 20;

    private final Validator validator;

    private Shape(Validator validator) {
        this.validator = validator;
    }

    /// @param schema JSON Schema 2020-12, without references
    static Shape of(JsonObject schema) {
        return new Shape(
                Validator.create(
                        JsonSchema.of(schema),
                        new JsonSchemaOptions()
                                .setBaseUri("millrace://contract")
                                .setDraft(Draft.DRAFT202012)
                                .setOutputFormat(OutputFormat.Basic)));
    }

    /// What is wrong with `value`, at most 20 faults; empty if it fits.
    ///
    /// @param root the name of the value itself; empty for a body
    List<FieldError> faults(Object value, String root) {
        var verdict = validator.validate(value);
        if (Boolean.TRUE.equals(verdict.getValid())) {
            return List.of();
        }
        var faults = new ArrayList<FieldError>();
        var units = verdict.getErrors() == null ? List.<OutputUnit>of() : verdict.getErrors();
        /* A declared field with a fault inside is reported as an undeclared one as well. */
        var declared =
                units.stream()
                        .filter(unit -> "properties".equals(keyword(unit)))
                        .map(OutputUnit::getInstanceLocation)
                        .collect(Collectors.toSet());
        for (var unit : units) {
            var keyword = keyword(unit);
            boolean leads =
                    WRAPPERS.contains(keyword)
                            || ("additionalProperties".equals(keyword)
                                    && declared.contains(unit.getInstanceLocation()));
            if (!leads && faults.size() < MAX_FAULTS) {
                faults.add(fault(unit, keyword, root));
            }
        }
        return faults.isEmpty()
                ? List.of(new FieldError(root, "does not fit the contract"))
                : List.copyOf(faults);
    }

    private static FieldError fault(OutputUnit unit, String keyword, String root) {
        var at = field(unit.getInstanceLocation(), root);
        var message = unit.getError();
        return switch (keyword) {
            case "additionalProperties" -> new FieldError(at, "not a field of this request");
            case "required" -> new FieldError(join(at, quoted(message)), "required");
            case "type" ->
                    new FieldError(at, "of another type" + expected(message, "Expected ", ""));
            case "enum" ->
                    new FieldError(at, "another value" + expected(message, "any of ", "one of "));
            default -> new FieldError(at, message);
        };
    }

    private static String expected(String message, String marker, String prefix) {
        int from = message.indexOf(marker);
        return from < 0
                ? ""
                : " (expected: " + prefix + message.substring(from + marker.length()) + ")";
    }

    private static String quoted(String message) {
        int from = message.indexOf('"');
        int to = message.lastIndexOf('"');
        return from < to ? message.substring(from + 1, to) : message;
    }

    private static String keyword(OutputUnit unit) {
        var pointer = unit.getKeywordLocation();
        return pointer.substring(pointer.lastIndexOf('/') + 1);
    }

    /// `#/labels/tags/0` becomes `labels.tags.0`.
    private static String field(String pointer, String root) {
        var path =
                Arrays.stream(pointer.split("/", -1))
                        .skip(1)
                        .map(Shape::unescaped)
                        .collect(Collectors.joining("."));
        return join(root, path);
    }

    private static String unescaped(String segment) {
        var plain = segment.replace("+", "%2B");
        return URLDecoder.decode(plain, StandardCharsets.UTF_8)
                .replace("~1", "/")
                .replace("~0", "~");
    }

    private static String join(String left, String right) {
        return left.isEmpty() || right.isEmpty() ? left + right : left + "." + right;
    }
}
