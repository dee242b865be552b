package dev.millrace.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.schemas.serde.EventSerdes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;

class InMemorySchemaStoreTest {

    private static final Schema FIRST =
            SchemaBuilder.record("R").fields().requiredString("a").endRecord();
    private static final Schema WITH_DEFAULT =
            SchemaBuilder.record("R")
                    .fields()
                    .requiredString("a")
                    .name("b")
                    .type()
                    .intType()
                    .intDefault(1)
                    .endRecord();
    private static final Schema WITHOUT_DEFAULT =
            SchemaBuilder.record("R").fields().requiredString("a").requiredInt("b").endRecord();

    private final InMemorySchemaStore store = new InMemorySchemaStore();

    @Test
    void oneSchemaHasOneIdWhateverItsSubject() throws SchemaRejected, SchemaNotFound {
        int id = store.register("x", FIRST);

        assertThat(store.register("x", FIRST)).isEqualTo(id);
        assertThat(store.register("y", FIRST)).isEqualTo(id);
        assertThat(store.register("x", WITH_DEFAULT)).isNotEqualTo(id);
        assertThat(store.byId(id)).isEqualTo(FIRST);
    }

    @Test
    void aVersionThatCannotReadEveryEarlierOneIsRejected() throws SchemaRejected {
        store.register("x", FIRST);
        store.register("x", WITH_DEFAULT);

        assertThatExceptionOfType(SchemaRejected.class)
                .isThrownBy(() -> store.register("x", WITHOUT_DEFAULT))
                .withMessageContaining("subject x");
    }

    @Test
    void anUnknownIdIsNotFound() {
        assertThatExceptionOfType(SchemaNotFound.class)
                .isThrownBy(() -> store.byId(1))
                .withMessage("schema id: 1 (expected: 1..0)");
    }

    @Test
    void whatIsIncompatibleFailsAtTheStart() throws SchemaRejected {
        store.register("millrace.chunks-value", WITHOUT_DEFAULT);

        assertThatExceptionOfType(SchemaRejected.class)
                .isThrownBy(() -> new EventSerdes(store).registerAll())
                .withMessageContaining("millrace.chunks-value");
    }
}
