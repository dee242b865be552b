package dev.millrace.schemas.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The core of Confluent's Schema Registry REST API: which path does what, in JSON.
///
/// Left out, and refused or not found: schema references, contexts, other types than Avro, modes
/// other than `READWRITE`. Fields and parameters it does not know are passed over, as Confluent's
/// does.
///
/// Safe for use by many threads.
final class RegistryRoutes {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Registry registry;
    private final List<Route> routes =
            List.of(
                    new Route("GET", "/", _ -> JSON.createObjectNode()),
                    new Route("GET", "/subjects", this::subjects),
                    new Route("POST", "/subjects/{subject}", this::find),
                    new Route("DELETE", "/subjects/{subject}", this::deleteSubject),
                    new Route("GET", "/subjects/{subject}/versions", this::versions),
                    new Route("POST", "/subjects/{subject}/versions", this::register),
                    new Route("GET", "/subjects/{subject}/versions/{version}", this::version),
                    new Route("GET", "/subjects/{subject}/versions/{version}/schema", this::text),
                    new Route(
                            "DELETE",
                            "/subjects/{subject}/versions/{version}",
                            this::deleteVersion),
                    new Route("GET", "/schemas/types", _ -> JSON.createArrayNode().add("AVRO")),
                    new Route("GET", "/schemas/ids/{id}", this::byId),
                    new Route("GET", "/schemas/ids/{id}/schema", this::textById),
                    new Route("GET", "/schemas/ids/{id}/subjects", this::subjectsById),
                    new Route("GET", "/schemas/ids/{id}/versions", this::versionsById),
                    new Route("POST", "/compatibility/subjects/{subject}/versions", this::fitsAll),
                    new Route(
                            "POST",
                            "/compatibility/subjects/{subject}/versions/{version}",
                            this::fitsOne),
                    new Route("GET", "/config", _ -> level(registry().level())),
                    new Route("PUT", "/config", call -> setLevel(null, call)),
                    new Route("DELETE", "/config", _ -> level(registry().clearLevel(null))),
                    new Route("GET", "/config/{subject}", this::subjectLevel),
                    new Route(
                            "PUT",
                            "/config/{subject}",
                            call -> setLevel(call.path("subject"), call)),
                    new Route(
                            "DELETE",
                            "/config/{subject}",
                            call -> level(registry().clearLevel(call.path("subject")))),
                    new Route("GET", "/mode", _ -> mode()),
                    new Route("GET", "/mode/{subject}", _ -> mode()));

    RegistryRoutes(Registry registry) {
        this.registry = registry;
    }

    /// One request.
    ///
    /// @param segments of the path, decoded; none for `/`
    /// @param query the first value of each parameter
    /// @param body null if it is not a JSON object
    record Request(
            String method,
            List<String> segments,
            Map<String, String> query,
            @Nullable ObjectNode body) {}

    /// Answers a request with what goes into the body of a 200.
    JsonNode answer(Request request) throws RegistryFault, RegistryUnavailable {
        boolean isKnownPath = false;
        for (var route : routes) {
            var path = route.match(request.segments());
            if (path != null && route.method().equals(request.method())) {
                return route.action().answer(new Call(path, request));
            }
            isKnownPath |= path != null;
        }
        throw isKnownPath
                ? RegistryFault.http(405, "HTTP 405 Method Not Allowed")
                : RegistryFault.http(404, "HTTP 404 Not Found");
    }

    private Registry registry() {
        return registry;
    }

    private JsonNode subjects(Call call) {
        var prefix = call.query("subjectPrefix", "");
        return array(
                registry.subjects(call.flag("deleted")).stream()
                        .filter(subject -> prefix.equals(":*:") || subject.startsWith(prefix))
                        .toList());
    }

    private JsonNode versions(Call call) throws RegistryFault {
        return array(
                registry.versions(call.path("subject"), call.flag("deleted")).stream()
                        .map(SchemaVersion::version)
                        .toList());
    }

    private JsonNode version(Call call) throws RegistryFault {
        return json(asked(call));
    }

    private JsonNode text(Call call) throws RegistryFault {
        return RegistryHttp.tree(asked(call).text());
    }

    private SchemaVersion asked(Call call) throws RegistryFault {
        return registry.version(call.path("subject"), call.version(), call.flag("deleted"));
    }

    private JsonNode find(Call call) throws RegistryFault {
        return json(registry.find(call.path("subject"), call.schema(), call.flag("deleted")));
    }

    private JsonNode register(Call call) throws RegistryFault, RegistryUnavailable {
        var subject = call.path("subject");
        if (call.body().path("id").asInt(-1) >= 0) {
            throw RegistryFault.notImporting(subject);
        }
        return JSON.createObjectNode().put("id", registry.register(subject, call.schema()));
    }

    private JsonNode deleteSubject(Call call) throws RegistryFault, RegistryUnavailable {
        return array(registry.deleteSubject(call.path("subject"), call.flag("permanent")));
    }

    private JsonNode deleteVersion(Call call) throws RegistryFault, RegistryUnavailable {
        return JSON.getNodeFactory()
                .numberNode(
                        registry.deleteVersion(
                                call.path("subject"), call.version(), call.flag("permanent")));
    }

    private JsonNode byId(Call call) throws RegistryFault {
        var answer = JSON.createObjectNode().put("schema", registry.text(call.id()));
        if (call.flag("fetchMaxId")) {
            answer.put("maxId", registry.highestId());
        }
        return answer;
    }

    private JsonNode textById(Call call) throws RegistryFault {
        return RegistryHttp.tree(registry.text(call.id()));
    }

    private JsonNode subjectsById(Call call) throws RegistryFault {
        return array(
                registry.uses(call.id(), call.flag("deleted")).stream()
                        .map(SchemaVersion::subject)
                        .distinct()
                        .toList());
    }

    private JsonNode versionsById(Call call) throws RegistryFault {
        var answer = JSON.createArrayNode();
        for (var use : registry.uses(call.id(), call.flag("deleted"))) {
            answer.addObject().put("subject", use.subject()).put("version", use.version());
        }
        return answer;
    }

    private JsonNode fitsAll(Call call) throws RegistryFault {
        return verdict(call, registry.faults(call.path("subject"), call.schema()));
    }

    private JsonNode fitsOne(Call call) throws RegistryFault {
        return verdict(call, registry.faults(call.path("subject"), call.version(), call.schema()));
    }

    private static JsonNode verdict(Call call, List<String> faults) {
        var answer = JSON.createObjectNode().put("is_compatible", faults.isEmpty());
        if (call.flag("verbose")) {
            answer.set("messages", array(faults));
        }
        return answer;
    }

    private JsonNode subjectLevel(Call call) throws RegistryFault {
        return level(registry.level(call.path("subject"), call.flag("defaultToGlobal")));
    }

    private JsonNode setLevel(@Nullable String subject, Call call)
            throws RegistryFault, RegistryUnavailable {
        var name = call.body().path("compatibility").asText("");
        var level = CompatibilityLevel.named(name);
        if (level == null) {
            throw RegistryFault.invalidLevel(name);
        }
        registry.setLevel(subject, level);
        return JSON.createObjectNode().put("compatibility", level.name());
    }

    private static JsonNode level(CompatibilityLevel level) {
        return JSON.createObjectNode().put("compatibilityLevel", level.name());
    }

    private static JsonNode mode() {
        return JSON.createObjectNode().put("mode", "READWRITE");
    }

    private static JsonNode json(SchemaVersion version) {
        return JSON.createObjectNode()
                .put("subject", version.subject())
                .put("version", version.version())
                .put("id", version.id())
                .put("schema", version.text());
    }

    private static JsonNode array(Collection<?> values) {
        return JSON.valueToTree(values);
    }

    /// What answers one route.
    @FunctionalInterface
    private interface Action {
        JsonNode answer(Call call) throws RegistryFault, RegistryUnavailable;
    }

    /// A method and a path in which `{name}` stands for any segment.
    private record Route(String method, List<String> template, Action action) {

        Route(String method, String template, Action action) {
            this(method, RegistryHttp.segments(template), action);
        }

        /// The named segments; null if the path is another one.
        @Nullable Map<String, String> match(List<String> segments) {
            if (segments.size() != template.size()) {
                return null;
            }
            var named = new HashMap<String, String>();
            for (int i = 0; i < segments.size(); i++) {
                var expected = template.get(i);
                if (expected.startsWith("{")) {
                    named.put(expected.substring(1, expected.length() - 1), segments.get(i));
                } else if (!expected.equals(segments.get(i))) {
                    return null;
                }
            }
            return named;
        }
    }

    /// A request that found its route.
    private record Call(Map<String, String> path, Request request) {

        String path(String name) {
            var value = path.get(name);
            if (value == null) {
                throw new IllegalStateException("path: no {" + name + "}");
            }
            return value;
        }

        String query(String name, String otherwise) {
            return request.query().getOrDefault(name, otherwise);
        }

        boolean flag(String name) {
            return Boolean.parseBoolean(query(name, "false"));
        }

        VersionName version() throws RegistryFault {
            return VersionName.parse(path("version"));
        }

        int id() throws RegistryFault {
            try {
                return Integer.parseInt(path("id"));
            } catch (NumberFormatException notOne) {
                throw RegistryFault.http(404, "HTTP 404 Not Found");
            }
        }

        ObjectNode body() throws RegistryFault {
            var body = request.body();
            if (body == null) {
                throw RegistryFault.http(400, "body: not JSON (expected: a JSON object)");
            }
            return body;
        }

        String schema() throws RegistryFault {
            var type = body().path("schemaType").asText("AVRO");
            if (!type.equals("AVRO") && !type.equals("null")) {
                throw RegistryFault.invalidSchema(
                        "schemaType: " + type + " (expected: AVRO, the only type there is here)");
            }
            if (!body().path("references").isEmpty()) {
                throw RegistryFault.invalidSchema(
                        "references: schema references are not supported (expected: none; write the schema out in full)");
            }
            var text = body().path("schema").asText("");
            if (text.isBlank()) {
                throw RegistryFault.invalidSchema("Empty schema");
            }
            return text;
        }
    }
}
