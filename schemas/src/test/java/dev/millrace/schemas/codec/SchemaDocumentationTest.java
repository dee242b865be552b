package dev.millrace.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class SchemaDocumentationTest {

    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());

    @Test
    void everyRecordAndEveryFieldSaysWhatItIs() {
        var undocumented = new ArrayList<String>();
        serdes.writerSchemas().values().forEach(schema -> walk(schema, undocumented));

        assertThat(undocumented).isEmpty();
    }

    @Test
    void whatIsRegisteredHoldsNoHintsForJava() {
        for (var schema : serdes.writerSchemas().values()) {
            assertThat(schema.toString()).doesNotContain("avro.java");
        }
    }

    @Test
    void fieldsThatMayBeNullAreNullByDefault() {
        var others = new ArrayList<String>();
        serdes.writerSchemas().values().forEach(schema -> nullables(schema, others));

        assertThat(others).isEmpty();
    }

    private static void walk(Schema schema, List<String> undocumented) {
        switch (schema.getType()) {
            case RECORD -> {
                require(schema.getFullName(), schema.getDoc(), undocumented);
                for (var field : schema.getFields()) {
                    require(schema.getName() + "." + field.name(), field.doc(), undocumented);
                    walk(field.schema(), undocumented);
                }
            }
            case FIXED, ENUM -> require(schema.getFullName(), schema.getDoc(), undocumented);
            case UNION -> schema.getTypes().forEach(branch -> walk(branch, undocumented));
            case ARRAY -> walk(schema.getElementType(), undocumented);
            case MAP -> walk(schema.getValueType(), undocumented);
            case STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL -> {}
        }
    }

    private static void nullables(Schema schema, List<String> others) {
        if (schema.isUnion()) {
            schema.getTypes().forEach(branch -> nullables(branch, others));
        }
        if (schema.getType() != Schema.Type.RECORD) {
            return;
        }
        for (var field : schema.getFields()) {
            if (field.schema().isNullable() && !field.hasDefaultValue()) {
                others.add(schema.getName() + "." + field.name());
            }
            nullables(field.schema(), others);
        }
    }

    private static void require(String what, String doc, List<String> undocumented) {
        if (doc == null || doc.isBlank()) {
            undocumented.add(what);
        }
    }
}
