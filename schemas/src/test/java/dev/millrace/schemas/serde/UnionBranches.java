package dev.millrace.schemas.serde;

import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/// Which branches of its unions a schema has, and which of them some bytes take.
final class UnionBranches {

    private UnionBranches() {}

    /// Every branch of every union, as `Record.field:branch`.
    static Set<String> all(Schema schema) {
        var found = new TreeSet<String>();
        collect(schema, "", found, new HashSet<>());
        return found;
    }

    /// The branches that a datum in Avro takes.
    static Set<String> taken(Schema schema, byte[] avro) throws IOException {
        var decoder = DecoderFactory.get().binaryDecoder(avro, null);
        var taken = new TreeSet<String>();
        walk(new GenericDatumReader<>(schema).read(null, decoder), schema, "", taken);
        if (!decoder.isEnd()) {
            throw new IOException("bytes follow the record (expected: none)");
        }
        return taken;
    }

    private static void collect(
            Schema schema, String place, Set<String> found, Set<String> visited) {
        switch (schema.getType()) {
            case RECORD -> {
                if (visited.add(schema.getFullName())) {
                    for (var field : schema.getFields()) {
                        collect(field.schema(), place(schema, field), found, visited);
                    }
                }
            }
            case UNION -> {
                for (var branch : schema.getTypes()) {
                    found.add(place + ":" + branch.getFullName());
                    collect(branch, place, found, visited);
                }
            }
            case ARRAY -> collect(schema.getElementType(), place, found, visited);
            case MAP -> collect(schema.getValueType(), place, found, visited);
            case ENUM, FIXED, STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL -> {
                // no union in it
            }
        }
    }

    private static void walk(
            @Nullable Object datum, Schema schema, String place, Set<String> taken) {
        if (schema.getType() == Schema.Type.UNION) {
            var branch = schema.getTypes().get(GenericData.get().resolveUnion(schema, datum));
            taken.add(place + ":" + branch.getFullName());
            walk(datum, branch, place, taken);
            return;
        }
        switch (datum) {
            case IndexedRecord record -> {
                for (var field : schema.getFields()) {
                    walk(record.get(field.pos()), field.schema(), place(schema, field), taken);
                }
            }
            case Collection<?> elements ->
                    elements.forEach(
                            element -> walk(element, schema.getElementType(), place, taken));
            case Map<?, ?> entries ->
                    entries.values()
                            .forEach(value -> walk(value, schema.getValueType(), place, taken));
            case null, default -> {
                // no union in it
            }
        }
    }

    private static String place(Schema record, Schema.Field field) {
        return record.getName() + "." + field.name();
    }
}
