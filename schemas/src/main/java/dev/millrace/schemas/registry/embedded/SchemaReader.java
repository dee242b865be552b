package dev.millrace.schemas.registry.embedded;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/// Parses schemas together with those they refer to.
///
/// Reads each referred version once, however often it is referred to, so neither a diamond nor a
/// circle that an old log may hold goes on for ever.
final class SchemaReader {

    private final RegistryState state;

    SchemaReader(RegistryState state) {
        this.state = state;
    }

    /// A schema, and the text under which it is kept.
    record Read(Schema schema, SchemaText text) {}

    /// @param subject whose context plain references are in
    Read read(String subject, SchemaText text) throws RegistryFault {
        var parser = new Schema.Parser();
        try {
            resolve(subject, text, parser, new HashSet<>());
            var borrowed = new ArrayList<>(parser.getTypes().values());
            var schema = parser.parse(text.json());
            return new Read(schema, new SchemaText(compact(schema, borrowed), text.references()));
        } catch (AvroRuntimeException malformed) {
            throw RegistryFault.invalidSchema(
                    "Invalid schema of type AVRO, details: " + malformed.getMessage());
        }
    }

    Schema read(SchemaVersion version) throws RegistryFault {
        return read(version.subject(), version.schema()).schema();
    }

    /// A schema as JSON that names the borrowed types and does not write them out.
    @SuppressWarnings("deprecation") // Avro has no other way to leave types out
    private static String compact(Schema schema, List<Schema> borrowed) {
        return schema.toString(borrowed, false);
    }

    private void resolve(String subject, SchemaText text, Schema.Parser parser, Set<String> seen)
            throws RegistryFault {
        for (var reference : text.references()) {
            var target = reference.subjectFrom(subject);
            if (!seen.add(reference.version() + " " + target)) {
                continue;
            }
            var referred = state.version(target, reference.version());
            if (referred == null) {
                throw RegistryFault.invalidSchema(
                        "Invalid schema of type AVRO, details: No schema reference found for subject \"%s\" and version %d"
                                .formatted(target, reference.version()));
            }
            resolve(target, referred.schema(), parser, seen);
            parser.parse(referred.schema().json());
        }
    }
}
