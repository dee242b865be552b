package dev.millrace.schemas.codec;

import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Conversions;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.specific.SpecificData;

/// The generated classes that the records of one schema are read into.
///
/// Avro on its own loads whatever class a schema names, and so refuses all classes that a property
/// of the whole JVM does not list. Here the classes are those of our own schema and no others, with
/// nothing to set outside.
final class GeneratedRecords extends SpecificData {

    private final Map<String, Class<?>> classes = new HashMap<>();

    /// @param generated of the outermost class
    GeneratedRecords(Schema generated) {
        addLogicalTypeConversion(new Conversions.UUIDConversion());
        addLogicalTypeConversion(new TimeConversions.TimestampMicrosConversion());
        addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
        collect(generated);
    }

    @Override
    public Class<?> getClass(Schema schema) {
        return switch (schema.getType()) {
            case RECORD, FIXED, ENUM -> known(schema.getFullName());
            case ARRAY, MAP, UNION, STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL ->
                    super.getClass(schema);
        };
    }

    private Class<?> known(String name) {
        var found = classes.get(name);
        if (found == null) {
            throw new IllegalArgumentException(
                    "record: " + name + " (expected: one of " + classes.keySet() + ")");
        }
        return found;
    }

    private void collect(Schema schema) {
        switch (schema.getType()) {
            case RECORD -> {
                if (classes.put(schema.getFullName(), generatedClass(schema)) == null) {
                    schema.getFields().forEach(field -> collect(field.schema()));
                }
            }
            case FIXED, ENUM -> classes.put(schema.getFullName(), generatedClass(schema));
            case ARRAY -> collect(schema.getElementType());
            case MAP -> collect(schema.getValueType());
            case UNION -> schema.getTypes().forEach(this::collect);
            case STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL -> {}
        }
    }

    private static Class<?> generatedClass(Schema schema) {
        try {
            return Class.forName(schema.getFullName());
        } catch (ClassNotFoundException missing) {
            throw new IllegalStateException("built without " + schema.getFullName(), missing);
        }
    }
}
