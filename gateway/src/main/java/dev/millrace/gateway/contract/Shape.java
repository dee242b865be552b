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
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// A schema, and what a value must do to fit it.
///
/// Safe for use by many threads.
public final class Shape {

    /* The validator reports every schema on the way to a fault; these keywords only lead there. */
    private static final Set<String> WRAPPERS =
            Set.of("properties", "items", "prefixItems", "if", "else", "allOf");
    /* Of these, both are of use: that none of several fits, and why each does not. */
    private static final Set<String> CHOICES = Set.of("anyOf", "oneOf", "contains");
    private static final int MAX_FAULTS = 20;

    private final Validator validator;
    private final Naming naming;

    private Shape(Validator validator, Naming naming) {
        this.validator = validator;
        this.naming = naming;
    }

    /// A shape whose fields are named by JSON pointers (RFC 6901), for instance `/labels/tags/0`.
    ///
    /// @param validator of JSON Schema 2020-12, with [OutputFormat#Basic]
    public static Shape pointing(Validator validator) {
        return new Shape(validator, Naming.POINTER);
    }

    /// A schema of the contract, whose fields are named by their dotted path, for instance
    /// `labels.tags.0`.
    ///
    /// @param schema JSON Schema 2020-12, without references
    static Shape of(JsonObject schema) {
        return new Shape(
                Validator.create(
                        JsonSchema.of(schema),
                        new JsonSchemaOptions()
                                .setBaseUri("millrace://contract")
                                .setDraft(Draft.DRAFT202012)
                                .setOutputFormat(OutputFormat.Basic)),
                Naming.DOTTED);
    }

    /// What is wrong with `value`, at most 20 faults; empty if it fits.
    ///
    /// @param root the name of the value itself; empty for a body
    public List<FieldError> faults(Object value, String root) {
        var verdict = validator.validate(value);
        if (Boolean.TRUE.equals(verdict.getValid())) {
            return List.of();
        }
        var faults = new LinkedHashSet<FieldError>();
        var units = verdict.getErrors() == null ? List.<OutputUnit>of() : verdict.getErrors();
        /* A declared field with a fault inside is reported as an undeclared one as well. */
        var declared =
                units.stream()
                        .filter(unit -> "properties".equals(keyword(unit)))
                        .map(OutputUnit::getInstanceLocation)
                        .collect(Collectors.toSet());
        var deeper = ancestors(units);
        for (var unit : units) {
            var keyword = keyword(unit);
            boolean leads =
                    WRAPPERS.contains(keyword)
                            || (!CHOICES.contains(keyword)
                                    && deeper.contains(unit.getKeywordLocation()))
                            || ("additionalProperties".equals(keyword)
                                    && declared.contains(unit.getInstanceLocation()));
            if (!leads && faults.size() < MAX_FAULTS) {
                faults.add(fault(unit, keyword, root));
            }
        }
        return faults.isEmpty()
                ? List.of(new FieldError(root, "does not fit"))
                : List.copyOf(faults);
    }

    /// Whatever stands above a fault in the schema: it only leads there.
    private static Set<String> ancestors(List<OutputUnit> units) {
        var ancestors = new HashSet<String>();
        for (var unit : units) {
            var location = unit.getKeywordLocation();
            for (int slash = location.lastIndexOf('/');
                    slash > 0 && ancestors.add(location.substring(0, slash));
                    slash = location.lastIndexOf('/', slash - 1)) {}
        }
        return ancestors;
    }

    private FieldError fault(OutputUnit unit, String keyword, String root) {
        var at = naming.of(root, unit.getInstanceLocation());
        var message = unit.getError();
        return switch (keyword) {
            case "additionalProperties" -> new FieldError(at, naming.stranger);
            case "required" -> new FieldError(naming.member(at, quoted(message)), "required");
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

    /// How a field is named.
    private enum Naming {
        /// `labels.tags.0`.
        DOTTED("not a field of this request"),
        /// `/labels/tags/0`.
        POINTER("not a field here");

        /// What is said of a field that nobody declared.
        private final String stranger;

        Naming(String stranger) {
            this.stranger = stranger;
        }

        /// The name that a location such as `#/labels/tags/0` has below a root.
        String of(String root, String location) {
            return Arrays.stream(location.split("/", -1))
                    .skip(1)
                    .map(segment -> segment.replace("+", "%2B"))
                    .map(segment -> URLDecoder.decode(segment, StandardCharsets.UTF_8))
                    .map(this::unescaped)
                    .reduce(root, this::join);
        }

        String member(String at, String name) {
            return join(at, this == DOTTED ? name : escaped(name));
        }

        private String join(String left, String right) {
            return switch (this) {
                case DOTTED ->
                        left.isEmpty() || right.isEmpty() ? left + right : left + "." + right;
                case POINTER -> left + "/" + right;
            };
        }

        private String unescaped(String segment) {
            return this == DOTTED ? segment.replace("~1", "/").replace("~0", "~") : segment;
        }

        private static String escaped(String name) {
            return name.replace("~", "~0").replace("/", "~1");
        }
    }
}
