package dev.millrace.schemas.registry.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.schemas.registry.RegistryUnavailable;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The core of Confluent's Schema Registry REST API: which path does what, in JSON.
///
/// Under `/contexts/{context}/…` the same paths speak of one context. Left out, and refused or not
/// found: other types than Avro, modes other than `READWRITE`. Fields and parameters it does not
/// know are passed over, as Confluent's does.
///
/// Safe for use by many threads.
final class RegistryRoutes {

    /// The operation of a request that is none.
    static final String UNKNOWN = "unknown";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Registry registry;
    private final List<Route> routes =
            List.of(
                    new Route("root", "GET", "/", _ -> JSON.createObjectNode()),
                    new Route("contexts", "GET", "/contexts", _ -> array(registry().contexts())),
                    new Route("subjects", "GET", "/subjects", this::subjects),
                    new Route("find", "POST", "/subjects/{subject}", this::find),
                    new Route(
                            "delete_subject", "DELETE", "/subjects/{subject}", this::deleteSubject),
                    new Route("versions", "GET", "/subjects/{subject}/versions", this::versions),
                    new Route("register", "POST", "/subjects/{subject}/versions", this::register),
                    new Route(
                            "version",
                            "GET",
                            "/subjects/{subject}/versions/{version}",
                            this::version),
                    new Route(
                            "version",
                            "GET",
                            "/subjects/{subject}/versions/{version}/schema",
                            this::text),
                    new Route(
                            "delete_version",
                            "DELETE",
                            "/subjects/{subject}/versions/{version}",
                            this::deleteVersion),
                    new Route(
                            "referrers",
                            "GET",
                            "/subjects/{subject}/versions/{version}/referencedby",
                            this::referrers),
                    new Route(
                            "types",
                            "GET",
                            "/schemas/types",
                            _ -> JSON.createArrayNode().add("AVRO")),
                    new Route("schema", "GET", "/schemas/ids/{id}", this::byId),
                    new Route("schema", "GET", "/schemas/ids/{id}/schema", this::textById),
                    new Route("uses", "GET", "/schemas/ids/{id}/subjects", this::subjectsById),
                    new Route("uses", "GET", "/schemas/ids/{id}/versions", this::versionsById),
                    new Route(
                            "check",
                            "POST",
                            "/compatibility/subjects/{subject}/versions",
                            this::fitsAll),
                    new Route(
                            "check",
                            "POST",
                            "/compatibility/subjects/{subject}/versions/{version}",
                            this::fitsOne),
                    new Route("level", "GET", "/config", this::level),
                    new Route("set_level", "PUT", "/config", this::setLevel),
                    new Route("clear_level", "DELETE", "/config", this::clearLevel),
                    new Route("level", "GET", "/config/{subject}", this::level),
                    new Route("set_level", "PUT", "/config/{subject}", this::setLevel),
                    new Route("clear_level", "DELETE", "/config/{subject}", this::clearLevel),
                    new Route("mode", "GET", "/mode", _ -> mode()),
                    new Route("mode", "GET", "/mode/{subject}", _ -> mode()));

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

    /// What a request asks for, in one word of few, for those who count; [#UNKNOWN] if no path of
    /// the API does that.
    String operation(String method, List<String> segments) {
        var asked = inContext(segments);
        return routes.stream()
                .filter(route -> route.method().equals(method) && route.match(asked) != null)
                .map(Route::operation)
                .findFirst()
                .orElse(UNKNOWN);
    }

    /// Answers a request with what goes into the body of a 200.
    JsonNode answer(Request request) throws RegistryFault, RegistryUnavailable {
        var segments = request.segments();
        var viewpoint =
                SubjectName.context(
                        isOfContext(segments) ? segments.get(1) : SubjectName.DEFAULT_CONTEXT);
        var asked = inContext(segments);
        boolean isKnownPath = false;
        for (var route : routes) {
            var path = route.match(asked);
            if (path != null && route.method().equals(request.method())) {
                return route.action().answer(new Call(path, viewpoint, request));
            }
            isKnownPath |= path != null;
        }
        throw isKnownPath
                ? RegistryFault.http(405, "HTTP 405 Method Not Allowed")
                : RegistryFault.http(404, "HTTP 404 Not Found");
    }

    private static boolean isOfContext(List<String> segments) {
        return segments.size() > 1 && segments.getFirst().equals("contexts");
    }

    private static List<String> inContext(List<String> segments) {
        return isOfContext(segments) ? segments.subList(2, segments.size()) : segments;
    }

    private Registry registry() {
        return registry;
    }

    private JsonNode subjects(Call call) throws RegistryUnavailable {
        var everywhere = call.viewpoint().isInDefault() ? ":*:" : "";
        var prefix = call.seen(call.query("subjectPrefix", everywhere));
        return array(
                registry.subjects(call.flag("deleted")).stream()
                        .filter(prefix::isPrefixOf)
                        .toList());
    }

    private JsonNode versions(Call call) throws RegistryFault, RegistryUnavailable {
        return array(
                registry.versions(call.subject(), call.flag("deleted")).stream()
                        .map(SchemaVersion::version)
                        .toList());
    }

    private JsonNode version(Call call) throws RegistryFault, RegistryUnavailable {
        return json(asked(call));
    }

    private JsonNode text(Call call) throws RegistryFault, RegistryUnavailable {
        return RegistryHttp.tree(asked(call).schema().json());
    }

    private SchemaVersion asked(Call call) throws RegistryFault, RegistryUnavailable {
        return registry.version(call.subject(), call.version(), call.flag("deleted"));
    }

    private JsonNode referrers(Call call) throws RegistryFault, RegistryUnavailable {
        return array(registry.referrers(call.subject(), call.version()));
    }

    private JsonNode find(Call call) throws RegistryFault, RegistryUnavailable {
        return json(registry.find(call.subject(), call.schema(), call.flag("deleted")));
    }

    private JsonNode register(Call call) throws RegistryFault, RegistryUnavailable {
        var subject = call.subject();
        if (call.body().path("id").asInt(-1) >= 0) {
            throw RegistryFault.notImporting(subject);
        }
        return JSON.createObjectNode().put("id", registry.register(subject, call.schema()));
    }

    private JsonNode deleteSubject(Call call) throws RegistryFault, RegistryUnavailable {
        return array(registry.deleteSubject(call.subject(), call.flag("permanent")));
    }

    private JsonNode deleteVersion(Call call) throws RegistryFault, RegistryUnavailable {
        return JSON.getNodeFactory()
                .numberNode(
                        registry.deleteVersion(
                                call.subject(), call.version(), call.flag("permanent")));
    }

    private JsonNode byId(Call call) throws RegistryFault, RegistryUnavailable {
        var schema = registry.schema(call.id(), call.where());
        var answer = JSON.createObjectNode().put("schema", schema.json());
        LogEntryJson.writeReferences(schema, answer);
        if (call.flag("fetchMaxId")) {
            answer.put("maxId", registry.highestId(call.where()));
        }
        return answer;
    }

    private JsonNode textById(Call call) throws RegistryFault, RegistryUnavailable {
        return RegistryHttp.tree(registry.schema(call.id(), call.where()).json());
    }

    private JsonNode subjectsById(Call call) throws RegistryFault, RegistryUnavailable {
        return array(
                registry.uses(call.id(), call.where(), call.flag("deleted")).stream()
                        .map(SchemaVersion::subject)
                        .distinct()
                        .toList());
    }

    private JsonNode versionsById(Call call) throws RegistryFault, RegistryUnavailable {
        var answer = JSON.createArrayNode();
        for (var use : registry.uses(call.id(), call.where(), call.flag("deleted"))) {
            answer.addObject().put("subject", use.subject()).put("version", use.version());
        }
        return answer;
    }

    private JsonNode fitsAll(Call call) throws RegistryFault, RegistryUnavailable {
        return verdict(call, registry.faults(call.subject(), call.schema()));
    }

    private JsonNode fitsOne(Call call) throws RegistryFault, RegistryUnavailable {
        return verdict(call, registry.faults(call.subject(), call.version(), call.schema()));
    }

    private static JsonNode verdict(Call call, List<String> faults) {
        var answer = JSON.createObjectNode().put("is_compatible", faults.isEmpty());
        if (call.flag("verbose")) {
            answer.set("messages", array(faults));
        }
        return answer;
    }

    private JsonNode level(Call call) throws RegistryFault, RegistryUnavailable {
        var subject = call.configured();
        return level(
                subject == null
                        ? registry.level()
                        : registry.level(subject, call.flag("defaultToGlobal")));
    }

    private JsonNode setLevel(Call call) throws RegistryFault, RegistryUnavailable {
        var name = call.body().path("compatibility").asText("");
        var level = CompatibilityLevel.named(name);
        if (level == null) {
            throw RegistryFault.invalidLevel(name);
        }
        registry.setLevel(call.configured(), level);
        return JSON.createObjectNode().put("compatibility", level.name());
    }

    private JsonNode clearLevel(Call call) throws RegistryFault, RegistryUnavailable {
        return level(registry.clearLevel(call.configured()));
    }

    private static JsonNode level(CompatibilityLevel level) {
        return JSON.createObjectNode().put("compatibilityLevel", level.name());
    }

    private static JsonNode mode() {
        return JSON.createObjectNode().put("mode", "READWRITE");
    }

    private static JsonNode json(SchemaVersion version) {
        var answer =
                JSON.createObjectNode()
                        .put("subject", version.subject())
                        .put("version", version.version())
                        .put("id", version.id());
        LogEntryJson.writeReferences(version.schema(), answer);
        return answer.put("schema", version.schema().json());
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
    ///
    /// @param operation its name to those who count; some share one
    private record Route(String operation, String method, List<String> template, Action action) {

        Route(String operation, String method, String template, Action action) {
            this(operation, method, RegistryHttp.segments(template), action);
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
    ///
    /// @param viewpoint the context that plain names are in
    private record Call(Map<String, String> path, SubjectName viewpoint, Request request) {

        String path(String name) {
            var value = path.get(name);
            if (value == null) {
                throw new IllegalStateException("path: no {" + name + "}");
            }
            return value;
        }

        /// The text of the subject of this call.
        String subject() {
            return seen(path("subject")).toString();
        }

        /// The text of the subject or context that is configured; null for the default context.
        @Nullable String configured() {
            var subject = seen(path.getOrDefault("subject", "")).toString();
            return subject.isEmpty() ? null : subject;
        }

        /// Where an id is to be looked up.
        SubjectName where() {
            return seen(query("subject", ""));
        }

        SubjectName seen(String name) {
            return SubjectName.parse(name).from(viewpoint.context());
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

        SchemaText schema() throws RegistryFault {
            var type = body().path("schemaType").asText("AVRO");
            if (!type.equals("AVRO") && !type.equals("null")) {
                throw RegistryFault.invalidSchema(
                        "schemaType: " + type + " (expected: AVRO, the only type there is here)");
            }
            var json = body().path("schema").asText("");
            if (json.isBlank()) {
                throw RegistryFault.invalidSchema("Empty schema");
            }
            try {
                return new SchemaText(json, LogEntryJson.references(body()));
            } catch (IOException malformed) {
                throw RegistryFault.invalidSchema("references: " + malformed.getMessage());
            }
        }
    }
}
