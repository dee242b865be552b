package dev.millrace.schemas.serde;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.domain.event.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// Shows payloads as JSON. It goes by the writer's schema alone, so that payloads of newer versions
/// show too. Of a claim token, which is a secret, only the SHA-256 shows.
final class PayloadJson {

    private static final String PAYLOAD = "payload";
    private static final String CLAIM_TOKEN = "claim_token";
    private static final String SEALED = "SealedRecord";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final CachedSchemas schemas;

    PayloadJson(CachedSchemas schemas) {
        this.schemas = schemas;
    }

    /// @param topic for messages
    String render(String topic, byte[] value) {
        try {
            var written = schemas.byId(WireFormat.schemaId(value));
            int size = value.length - WireFormat.PREFIX_BYTES;
            var in = DecoderFactory.get().binaryDecoder(value, WireFormat.PREFIX_BYTES, size, null);
            var record = new GenericDatumReader<GenericRecord>(written).read(null, in);
            return payload((GenericRecord) record.get(PAYLOAD)).toString();
        } catch (SchemaUnreachable unreachable) {
            throw unreachable;
        } catch (IOException | RuntimeException failure) {
            throw new SerializationException(
                    "could not show a record of %s: %s".formatted(topic, failure.getMessage()),
                    failure);
        }
    }

    private static ObjectNode payload(GenericRecord payload) {
        if (!payload.getSchema().getName().equals(SEALED)) {
            return object(payload);
        }
        var sealed = NODES.objectNode();
        sealed.putObject("sealed")
                .put("key_id", payload.get("key_id").toString())
                .put("algorithm", payload.get("algorithm").toString());
        return sealed;
    }

    private static ObjectNode object(GenericRecord record) {
        var object = NODES.objectNode();
        for (var field : record.getSchema().getFields()) {
            object.set(field.name(), node(record.get(field.pos()), field.schema()));
        }
        if (object.get(CLAIM_TOKEN) instanceof TextNode token) {
            object.put(CLAIM_TOKEN, "sha256:" + Digest.of(token.textValue()).hex());
        }
        return object;
    }

    private static JsonNode node(@Nullable Object datum, Schema schema) {
        return switch (datum) {
            case null -> NODES.nullNode();
            case GenericRecord record -> object(record);
            case GenericFixed fixed -> NODES.textNode(HexFormat.of().formatHex(fixed.bytes()));
            case ByteBuffer bytes -> NODES.textNode(base64(bytes));
            case Collection<?> elements -> elements(elements, branch(schema, Schema.Type.ARRAY));
            case Map<?, ?> entries -> entries(entries, branch(schema, Schema.Type.MAP));
            case Long number -> number(number, schema);
            case Integer number -> NODES.numberNode(number);
            case Float number -> NODES.numberNode(number);
            case Double number -> NODES.numberNode(number);
            case Boolean truth -> NODES.booleanNode(truth);
            default -> NODES.textNode(datum.toString()); // texts and symbols
        };
    }

    private static JsonNode elements(Collection<?> elements, Schema array) {
        if (array.getElementType().getType() == Schema.Type.FLOAT) {
            return NODES.objectNode().put("dimensions", elements.size());
        }
        var nodes = NODES.arrayNode(elements.size());
        elements.forEach(element -> nodes.add(node(element, array.getElementType())));
        return nodes;
    }

    private static JsonNode entries(Map<?, ?> entries, Schema map) {
        var sorted = new TreeMap<String, JsonNode>();
        entries.forEach(
                (key, value) -> sorted.put(key.toString(), node(value, map.getValueType())));
        return NODES.objectNode().setAll(sorted);
    }

    /// The branch of a union with a type; a schema that is no union is its own.
    private static Schema branch(Schema schema, Schema.Type type) {
        if (schema.getType() != Schema.Type.UNION) {
            return schema;
        }
        return schema.getTypes().stream()
                .filter(branch -> branch.getType() == type)
                .findFirst()
                .orElseThrow();
    }

    /// The unit of a time; null for a number.
    private static @Nullable ChronoUnit unitOfTime(Schema schema) {
        return switch (branch(schema, Schema.Type.LONG).getLogicalType()) {
            case LogicalTypes.TimestampMicros _ -> ChronoUnit.MICROS;
            case LogicalTypes.TimestampMillis _ -> ChronoUnit.MILLIS;
            case null, default -> null;
        };
    }

    private static JsonNode number(long value, Schema schema) {
        var unit = unitOfTime(schema);
        return unit == null
                ? NODES.numberNode(value)
                : NODES.textNode(CloudEventHeaders.TIME.format(Instant.EPOCH.plus(value, unit)));
    }

    private static String base64(ByteBuffer bytes) {
        var content = new byte[bytes.remaining()];
        bytes.duplicate().get(content);
        return Base64.getEncoder().encodeToString(content);
    }
}
