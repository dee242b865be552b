package dev.millrace.gateway.kinds;

import dev.millrace.gateway.problem.FieldError;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Finds out whether inputs can be held against a schema: whether it is a JSON Schema 2020-12 whose
/// references stay inside of it, and which comes to an end.
///
/// A reference is `#` or `#/…` to another schema inside, so nothing is ever fetched. Going round in
/// a circle is fine as long as each round looks at a smaller part of the input. Not safe for use by
/// many threads; used once.
final class SchemaExam {

    /// The most schemas that one value may have to be held against.
    static final long MOST_STEPS = 10_000;

    private static final int MOST_FAULTS = 20;
    private static final Pattern REFERENCE = Pattern.compile("#(/[A-Za-z0-9_.~$-]+)*");
    private static final Set<String> ONE =
            Set.of(
                    "additionalProperties",
                    "unevaluatedProperties",
                    "unevaluatedItems",
                    "items",
                    "contains",
                    "propertyNames",
                    "contentSchema",
                    "not",
                    "if",
                    "then",
                    "else");
    private static final Set<String> NAMED =
            Set.of("properties", "patternProperties", "$defs", "definitions", "dependentSchemas");
    private static final Set<String> LISTED = Set.of("allOf", "anyOf", "oneOf", "prefixItems");
    /* These look at the same value again. */
    private static final Set<String> IN_PLACE =
            Set.of("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas");
    private static final Set<String> COUNTS =
            Set.of(
                    "minLength",
                    "maxLength",
                    "minItems",
                    "maxItems",
                    "minProperties",
                    "maxProperties",
                    "minContains",
                    "maxContains");
    private static final Set<String> NOT_TAKEN =
            Set.of("$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$recursiveRef");

    private final String root;
    private final List<FieldError> faults = new ArrayList<>();
    /* Every schema inside, by its pointer, and the pointers it sends the same value on to. */
    private final Map<String, List<String>> onward = new LinkedHashMap<>();
    private final Map<String, String> references = new LinkedHashMap<>();
    private final Map<String, Long> steps = new HashMap<>();

    private SchemaExam(String root) {
        this.root = root;
    }

    /// What is wrong with a schema, each fault named by its JSON pointer, at most 20; empty if it
    /// can be used.
    ///
    /// @param root the pointer of the schema itself, for instance `/input_schema`
    static List<FieldError> faults(String root, JsonObject schema) {
        var declared = schema.getValue("$schema");
        if (declared != null && !declared.equals(MetaSchema.URI)) {
            return List.of(
                    new FieldError(
                            root + "/$schema", declared + " (expected: " + MetaSchema.URI + ")"));
        }
        var shape = MetaSchema.shape().faults(schema, root);
        return shape.isEmpty() ? new SchemaExam(root).examine(schema) : shape;
    }

    private List<FieldError> examine(JsonObject schema) {
        visit("", schema);
        references.forEach((from, to) -> {
            if (onward.containsKey(to)) {
                onward.getOrDefault(from, new ArrayList<>()).add(to);
            } else {
                fault(from + "/$ref", "#" + to + " (expected: a schema inside this one)");
            }
        });
        if (faults.isEmpty()) {
            onward.keySet().forEach(this::count);
        }
        return List.copyOf(faults);
    }

    private void visit(String at, @Nullable Object value) {
        var next = new ArrayList<String>();
        onward.put(at, next);
        if (!(value instanceof JsonObject schema)) {
            return; // true or false
        }
        for (var keyword : schema) {
            var name = keyword.getKey();
            var below = at + "/" + name;
            check(at, below, name, keyword.getValue());
            if (ONE.contains(name)) {
                visit(below, keyword.getValue());
                lead(name, next, below);
            } else if (LISTED.contains(name) && keyword.getValue() instanceof JsonArray list) {
                for (int i = 0; i < list.size(); i++) {
                    visit(below + "/" + i, list.getValue(i));
                    lead(name, next, below + "/" + i);
                }
            } else if (NAMED.contains(name) && keyword.getValue() instanceof JsonObject named) {
                for (var member : named) {
                    var inside = below + "/" + escaped(member.getKey());
                    visit(inside, member.getValue());
                    lead(name, next, inside);
                    if (name.equals("patternProperties")) {
                        checkPattern(inside, member.getKey());
                    }
                }
            }
        }
    }

    private static void lead(String keyword, List<String> next, String to) {
        if (IN_PLACE.contains(keyword)) {
            next.add(to);
        }
    }

    private void check(String at, String below, String name, @Nullable Object value) {
        if (NOT_TAKEN.contains(name)) {
            fault(below, "not taken here (expected: $ref to #/$defs/… )");
        } else if (name.equals("$schema") && !at.isEmpty()) {
            fault(below, "not taken here (expected: at the top only)");
        } else if (name.equals("$ref") && value instanceof String reference) {
            if (REFERENCE.matcher(reference).matches()) {
                references.put(at, reference.substring(1));
            } else {
                fault(
                        below,
                        reference
                                + " (expected: # or #/… of a-z A-Z 0-9 _ . ~ $ -; nothing is ever"
                                + " fetched)");
            }
        } else if (name.equals("pattern") && value instanceof String pattern) {
            checkPattern(below, pattern);
        } else if (COUNTS.contains(name) && !(value instanceof Integer)) {
            fault(below, value + " (expected: a whole number, at most 2,147,483,647)");
        }
    }

    private void checkPattern(String at, String pattern) {
        try {
            var _ = Pattern.compile(pattern);
        } catch (PatternSyntaxException malformed) {
            fault(at, "not a regular expression: " + malformed.getDescription());
        }
    }

    /// How many schemas a value is held against that this one is held against; a circle has no such
    /// number.
    private long count(String at) {
        var known = steps.get(at);
        if (known != null) {
            if (known < 0) {
                fault(at, "leads back to itself without looking at a part of the value");
                return 0;
            }
            return known;
        }
        steps.put(at, -1L);
        long count = 1;
        for (var to : onward.getOrDefault(at, List.of())) {
            count = Math.min(count + count(to), MOST_STEPS + 1);
        }
        steps.put(at, count);
        if (count > MOST_STEPS) {
            fault(at, "holds a value against more than %,d schemas".formatted(MOST_STEPS));
        }
        return count;
    }

    private void fault(String at, String message) {
        if (faults.size() < MOST_FAULTS) {
            faults.add(new FieldError(root + at, message));
        }
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
