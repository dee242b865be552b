package dev.millrace.gateway.contract;

import dev.millrace.gateway.access.AccessRule;
import dev.millrace.gateway.contract.Operation.Parameter;
import dev.millrace.gateway.contract.Operation.Place;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// The OpenAPI contract as the gateway enforces it: `openapi.yaml` on the class path.
///
/// Read without Vert.x's own OpenAPI support, which refuses contracts with
/// `application/problem+json`, reads bodies before it knows the caller, and unpacks its schemas
/// into the folder for temporary files; a test holds the file against OpenAPI's meta-schema.
/// Immutable.
public final class Contract {

    private static final String RESOURCE = "/openapi.yaml";
    private static final Set<String> METHODS =
            Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");

    private final String yaml;
    private final List<Operation> operations;

    private Contract(String yaml, List<Operation> operations) {
        this.yaml = yaml;
        this.operations = List.copyOf(operations);
    }

    /// The contract that ships with the gateway.
    public static Contract load() {
        try (var in = Contract.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("no " + RESOURCE + " on the class path");
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /// Reads a contract.
    ///
    /// @throws IllegalStateException if an operation has no access rule
    static Contract parse(String yaml) {
        var root = tree(yaml);
        var operations = new ArrayList<Operation>();
        for (var path : objects(root.getJsonObject("paths")).entrySet()) {
            for (var method : objects(path.getValue()).entrySet()) {
                if (METHODS.contains(method.getKey())) {
                    var model = inlined(method.getValue(), root);
                    operations.add(operation(path.getKey(), method.getKey(), model));
                }
            }
        }
        return new Contract(yaml, operations);
    }

    /// The text of the contract.
    public String yaml() {
        return yaml;
    }

    List<Operation> operations() {
        return operations;
    }

    /// The methods offered at a path, sorted; empty if there is nothing there.
    Set<String> methods(String path) {
        var methods = new TreeSet<String>();
        operations.stream()
                .filter(operation -> operation.matches(path))
                .forEach(operation -> methods.add(operation.method()));
        return methods;
    }

    /// The contract as JSON, references and all.
    static JsonObject tree(String yaml) {
        Object tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        if (tree instanceof Map<?, ?> map) {
            return object(map);
        }
        throw new IllegalStateException("openapi: no mapping");
    }

    private static Operation operation(String path, String method, JsonObject model) {
        var id = model.getString("operationId");
        if (id == null) {
            throw new IllegalStateException(method + " " + path + ": no operationId");
        }
        var parameters = new ArrayList<Parameter>();
        boolean anyQuery = false;
        for (var entry : model.getJsonArray("parameters", new JsonArray())) {
            var parameter = (JsonObject) entry;
            if ("object".equals(parameter.getJsonObject("schema").getString("type"))) {
                anyQuery = true;
            } else {
                parameters.add(parameter(parameter));
            }
        }
        var bodies = new HashMap<String, Shape>();
        var content =
                model.getJsonObject("requestBody", new JsonObject())
                        .getJsonObject("content", new JsonObject());
        objects(content)
                .forEach((mediaType, body) ->
                        bodies.put(mediaType, Shape.of(body.getJsonObject("schema"))));
        return new Operation(
                id,
                method.toUpperCase(Locale.ROOT),
                path,
                AccessRule.of(id, model),
                parameters,
                anyQuery,
                bodies);
    }

    private static Parameter parameter(JsonObject model) {
        var schema = model.getJsonObject("schema");
        return new Parameter(
                model.getString("name"),
                Place.valueOf(model.getString("in").toUpperCase(Locale.ROOT)),
                model.getBoolean("required", false),
                "integer".equals(schema.getString("type")),
                schema.getValue("default"),
                Shape.of(schema));
    }

    /// A copy with every reference replaced by what it stands for; the contract has no cycles.
    static JsonObject inlined(JsonObject node, JsonObject root) {
        if (node.getValue("$ref") instanceof String reference) {
            return inlined(resolve(reference, root), root);
        }
        var copy = new JsonObject();
        for (var entry : node) {
            copy.put(entry.getKey(), inlinedValue(entry.getValue(), root));
        }
        return copy;
    }

    private static @Nullable Object inlinedValue(@Nullable Object value, JsonObject root) {
        return switch (value) {
            case JsonObject object -> inlined(object, root);
            case JsonArray array -> {
                var copy = new JsonArray();
                array.forEach(item -> copy.add(inlinedValue(item, root)));
                yield copy;
            }
            case null, default -> value;
        };
    }

    private static JsonObject resolve(String reference, JsonObject root) {
        var node = root;
        for (var segment : reference.substring("#/".length()).split("/", -1)) {
            node = node.getJsonObject(segment);
            if (node == null) {
                throw new IllegalStateException("openapi: " + reference + " leads nowhere");
            }
        }
        return node;
    }

    private static Map<String, JsonObject> objects(JsonObject parent) {
        var children = new LinkedHashMap<String, JsonObject>();
        for (var entry : parent) {
            if (entry.getValue() instanceof JsonObject child) {
                children.put(entry.getKey(), child);
            }
        }
        return children;
    }

    private static JsonObject object(Map<?, ?> map) {
        var object = new JsonObject();
        map.forEach((key, value) -> object.put(String.valueOf(key), json(value)));
        return object;
    }

    private static @Nullable Object json(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> map -> object(map);
            case List<?> list -> {
                var array = new JsonArray();
                list.forEach(item -> array.add(json(item)));
                yield array;
            }
            case null, default -> value;
        };
    }
}
