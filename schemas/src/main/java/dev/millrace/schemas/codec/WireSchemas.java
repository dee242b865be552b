package dev.millrace.schemas.codec;

import dev.millrace.domain.event.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;

/// Avro schemas as other programs see them.
public final class WireSchemas {

    private WireSchemas() {}

    /// The SHA-256 of a schema's Parsing Canonical Form: its name at every site.
    public static Digest fingerprint(Schema schema) {
        var canonical = SchemaNormalization.toParsingForm(schema);
        return Digest.of(canonical.getBytes(StandardCharsets.UTF_8));
    }

    /// The schema of generated code without the hints that are for that code alone.
    static Schema withoutJavaHints(Schema generated) {
        var hint = ",\"" + GenericData.STRING_PROP + "\":\"String\"";
        var plain = generated.toString().replace(hint, "");
        return new Schema.Parser().parse(plain.replace("{\"type\":\"string\"}", "\"string\""));
    }

    /// A record schema without one of its fields.
    static Schema without(Schema schema, String name) {
        var others = new ArrayList<Schema.Field>();
        for (var field : schema.getFields()) {
            if (!field.name().equals(name)) {
                others.add(new Schema.Field(field, field.schema()));
            }
        }
        return Schema.createRecord(
                schema.getName(), schema.getDoc(), schema.getNamespace(), false, others);
    }
}
