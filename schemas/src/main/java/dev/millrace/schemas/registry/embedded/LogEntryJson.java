package dev.millrace.schemas.registry.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// Writes and reads [LogEntry] as the JSON keys and values that Confluent's registry keeps in its
/// own `_schemas` topic, so that either can take over from the other.
///
/// One key type is ours, `MILLRACE_IDS`; Confluent's registry passes over key types it does not
/// know, as this one does.
final class LogEntryJson {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TENANT = "default";

    private LogEntryJson() {}

    /// One record of the topic.
    ///
    /// @param value null removes the key
    record Line(String key, @Nullable String value) {}

    static Line written(LogEntry entry) {
        return switch (entry) {
            case LogEntry.Stored(SchemaVersion stored) ->
                    line(schemaKey(stored.subject(), stored.version()), schemaValue(stored));
            case LogEntry.Erased(String subject, int version) ->
                    line(schemaKey(subject, version), null);
            case LogEntry.SubjectHidden(String subject, int version) ->
                    line(
                            key("DELETE_SUBJECT").put("subject", subject).put("magic", 0),
                            JSON.createObjectNode()
                                    .put("subject", subject)
                                    .put("version", version));
            case LogEntry.LevelSet(String subject, CompatibilityLevel level) ->
                    line(levelKey(subject), levelValue(subject, level));
            case LogEntry.LevelCleared(String subject) -> line(levelKey(subject), null);
            case LogEntry.ContextUsed(String context) ->
                    line(
                            context(key("CONTEXT").put("tenant", TENANT), context).put("magic", 0),
                            context(JSON.createObjectNode().put("tenant", TENANT), context));
            case LogEntry.IdsTaken(String context, int id) ->
                    line(idsKey(context), JSON.createObjectNode().put("id", id));
        };
    }

    /// The entry of one record; null if it is of a kind that says nothing here.
    ///
    /// @throws IOException if it is not what its key type promises
    static @Nullable LogEntry read(@Nullable String key, @Nullable String value)
            throws IOException {
        if (key == null) {
            throw new IOException("key: none (expected: a JSON object)");
        }
        var keyNode = JSON.readTree(key);
        var valueNode = value == null ? null : JSON.readTree(value);
        return switch (text(keyNode, "keytype")) {
            case "SCHEMA" -> schema(keyNode, valueNode);
            case "DELETE_SUBJECT" ->
                    valueNode == null
                            ? null
                            : new LogEntry.SubjectHidden(
                                    text(keyNode, "subject"), number(valueNode, "version"));
            case "CONFIG" -> level(keyNode, valueNode);
            case "CONTEXT" ->
                    valueNode == null ? null : new LogEntry.ContextUsed(text(keyNode, "context"));
            case "MILLRACE_IDS" ->
                    valueNode == null
                            ? null
                            : new LogEntry.IdsTaken(
                                    keyNode.path("context").asText(SubjectName.DEFAULT_CONTEXT),
                                    number(valueNode, "id"));
            default -> null;
        };
    }

    private static LogEntry schema(JsonNode key, @Nullable JsonNode value) throws IOException {
        var subject = text(key, "subject");
        int version = number(key, "version");
        if (value == null) {
            return new LogEntry.Erased(subject, version);
        }
        int id = number(value, "id");
        if (!"AVRO".equals(value.path("schemaType").asText("AVRO"))) {
            return new LogEntry.IdsTaken(SubjectName.contextOf(subject), id);
        }
        return new LogEntry.Stored(
                new SchemaVersion(
                        subject,
                        version,
                        id,
                        readable(new SchemaText(text(value, "schema"), references(value))),
                        value.path("deleted").asBoolean(false)));
    }

    private static LogEntry level(JsonNode key, @Nullable JsonNode value) throws IOException {
        var subject = key.path("subject").textValue();
        if (value == null || value.path("compatibilityLevel").isMissingNode()) {
            return new LogEntry.LevelCleared(subject);
        }
        var name = text(value, "compatibilityLevel");
        var level = CompatibilityLevel.named(name);
        if (level == null) {
            throw new IOException("compatibilityLevel: " + name);
        }
        return new LogEntry.LevelSet(subject, level);
    }

    private static ObjectNode schemaKey(String subject, int version) {
        return key("SCHEMA").put("subject", subject).put("version", version).put("magic", 1);
    }

    private static ObjectNode schemaValue(SchemaVersion stored) {
        var value =
                JSON.createObjectNode()
                        .put("subject", stored.subject())
                        .put("version", stored.version())
                        .put("id", stored.id());
        writeReferences(stored.schema(), value);
        return value.put("schema", stored.schema().json()).put("deleted", stored.hidden());
    }

    /// The references in a schema's JSON, which is the same here and in requests.
    static List<SchemaText.Reference> references(JsonNode schema) throws IOException {
        var references = new ArrayList<SchemaText.Reference>();
        for (var reference : schema.path("references")) {
            references.add(
                    new SchemaText.Reference(
                            text(reference, "name"),
                            text(reference, "subject"),
                            number(reference, "version")));
        }
        return references;
    }

    /// Puts a schema's references, if it has any, into its JSON.
    static void writeReferences(SchemaText schema, ObjectNode into) {
        if (schema.references().isEmpty()) {
            return;
        }
        var array = into.putArray("references");
        for (var reference : schema.references()) {
            array.addObject()
                    .put("name", reference.name())
                    .put("subject", reference.subject())
                    .put("version", reference.version());
        }
    }

    private static ObjectNode idsKey(String context) {
        var key = key("MILLRACE_IDS");
        // The default context goes unnamed, as it did before there were others.
        return (context.equals(SubjectName.DEFAULT_CONTEXT) ? key : context(key, context))
                .put("magic", 0);
    }

    private static ObjectNode context(ObjectNode node, String context) {
        return node.put("context", context);
    }

    private static ObjectNode levelKey(@Nullable String subject) {
        return key("CONFIG").put("subject", subject).put("magic", 0);
    }

    private static ObjectNode levelValue(@Nullable String subject, CompatibilityLevel level) {
        var value = JSON.createObjectNode();
        if (subject != null) {
            value.put("subject", subject);
        }
        return value.put("compatibilityLevel", level.name());
    }

    private static ObjectNode key(String type) {
        return JSON.createObjectNode().put("keytype", type);
    }

    private static Line line(ObjectNode key, @Nullable ObjectNode value) {
        return new Line(key.toString(), value == null ? null : value.toString());
    }

    private static String text(JsonNode node, String field) throws IOException {
        var text = node.path(field).textValue();
        if (text == null) {
            throw new IOException(field + ": missing (expected: a text)");
        }
        return text;
    }

    /* What is no schema would be found out only when the next one is compared with it. */
    /// A schema that stands alone must be one; what others complete is parsed when they are there.
    private static SchemaText readable(SchemaText schema) throws IOException {
        if (schema.references().isEmpty()) {
            try {
                var _ = new Schema.Parser().parse(schema.json());
            } catch (AvroRuntimeException malformed) {
                throw new IOException("schema: not one (expected: an Avro schema)", malformed);
            }
        }
        return schema;
    }

    private static int number(JsonNode node, String field) throws IOException {
        if (!node.path(field).canConvertToInt()) {
            throw new IOException(field + ": missing (expected: a number)");
        }
        return node.path(field).intValue();
    }
}
