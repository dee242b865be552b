package dev.millrace.schemas.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.jspecify.annotations.Nullable;

/// Writes and reads [LogEntry] as the JSON keys and values that Confluent's registry keeps in its
/// own `_schemas` topic, so that either can take over from the other.
///
/// One key type is ours, `MILLRACE_IDS`; Confluent's registry passes over key types it does not
/// know, as this one does.
final class LogEntryJson {

    private static final ObjectMapper JSON = new ObjectMapper();

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
            case LogEntry.IdsTaken(int id) ->
                    line(
                            key("MILLRACE_IDS").put("magic", 0),
                            JSON.createObjectNode().put("id", id));
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
            case "MILLRACE_IDS" ->
                    valueNode == null ? null : new LogEntry.IdsTaken(number(valueNode, "id"));
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
        boolean isPlainAvro =
                "AVRO".equals(value.path("schemaType").asText("AVRO"))
                        && value.path("references").isEmpty();
        if (!isPlainAvro) {
            return new LogEntry.IdsTaken(id);
        }
        return new LogEntry.Stored(
                new SchemaVersion(
                        subject, version, id, avro(value), value.path("deleted").asBoolean(false)));
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
        return JSON.createObjectNode()
                .put("subject", stored.subject())
                .put("version", stored.version())
                .put("id", stored.id())
                .put("schema", stored.text())
                .put("deleted", stored.hidden());
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
    private static String avro(JsonNode value) throws IOException {
        var text = text(value, "schema");
        try {
            var _ = new Schema.Parser().parse(text);
            return text;
        } catch (SchemaParseException malformed) {
            throw new IOException("schema: not one (expected: an Avro schema)", malformed);
        }
    }

    private static int number(JsonNode node, String field) throws IOException {
        if (!node.path(field).canConvertToInt()) {
            throw new IOException(field + ": missing (expected: a number)");
        }
        return node.path(field).intValue();
    }
}
