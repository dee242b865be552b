package dev.millrace.schemas.codec;

import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericContainer;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/// Finds the branches of unions that a writer has and a reader lacks.
///
/// Avro's resolution takes such a branch for any other one that has the same fields, which would
/// turn one event into another; here a branch is its full name and nothing else.
final class Branches {

    private Branches() {}

    /// Whether records written with `writer` may hold a branch that `reader` lacks.
    static boolean mayLack(Schema writer, Schema reader) {
        return mayLack(writer, reader, new HashSet<>());
    }

    private static boolean mayLack(Schema writer, Schema reader, Set<String> seen) {
        return switch (writer.getType()) {
            case UNION ->
                    writer.getTypes().stream()
                            .anyMatch(branch -> {
                                var known = branchOf(reader, branch);
                                return known == null || mayLack(branch, known, seen);
                            });
            case RECORD -> {
                var known = branchOf(reader, writer);
                if (known == null || !seen.add(writer.getFullName())) {
                    yield known == null;
                }
                yield known.getFields().stream()
                        .filter(field -> writer.getField(field.name()) != null)
                        .anyMatch(field ->
                                mayLack(fieldOf(writer, field.name()), field.schema(), seen));
            }
            case ARRAY ->
                    reader.getType() == Schema.Type.ARRAY
                            && mayLack(writer.getElementType(), reader.getElementType(), seen);
            case MAP ->
                    reader.getType() == Schema.Type.MAP
                            && mayLack(writer.getValueType(), reader.getValueType(), seen);
            case ENUM, FIXED, STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL -> false;
        };
    }

    /// Whether `datum` holds a branch that `reader` lacks, in any field that `reader` has.
    static boolean lacks(@Nullable Object datum, Schema reader) {
        return switch (datum) {
            case GenericRecord record -> {
                var known = branchOf(reader, record.getSchema());
                yield known == null
                        || known.getFields().stream()
                                .filter(field -> record.hasField(field.name()))
                                .anyMatch(field -> lacks(record.get(field.name()), field.schema()));
            }
            case Collection<?> elements when reader.getType() == Schema.Type.ARRAY ->
                    elements.stream().anyMatch(item -> lacks(item, reader.getElementType()));
            case Map<?, ?> entries when reader.getType() == Schema.Type.MAP ->
                    entries.values().stream().anyMatch(item -> lacks(item, reader.getValueType()));
            case GenericContainer named when isNamed(named.getSchema()) ->
                    branchOf(reader, named.getSchema()) == null;
            case null, default -> false;
        };
    }

    /// The branch of `reader`, or `reader` itself if it is no union, that stands for `writer`; null
    /// if there is none. Unnamed types are left to Avro, which promotes numbers.
    private static @Nullable Schema branchOf(Schema reader, Schema writer) {
        if (reader.getType() != Schema.Type.UNION) {
            return isNamed(writer) && !sameName(reader, writer) ? null : reader;
        }
        if (!isNamed(writer)) {
            return reader.getTypes().stream()
                    .filter(branch -> branch.getType() == writer.getType())
                    .findFirst()
                    .orElse(null);
        }
        return reader.getTypes().stream()
                .filter(branch -> sameName(branch, writer))
                .findFirst()
                .orElse(null);
    }

    private static boolean sameName(Schema reader, Schema writer) {
        return reader.getType() == writer.getType()
                && reader.getFullName().equals(writer.getFullName());
    }

    private static boolean isNamed(Schema schema) {
        return switch (schema.getType()) {
            case RECORD, ENUM, FIXED -> true;
            case ARRAY, MAP, UNION, STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL -> false;
        };
    }

    private static Schema fieldOf(Schema record, String name) {
        return record.getField(name).schema();
    }
}
