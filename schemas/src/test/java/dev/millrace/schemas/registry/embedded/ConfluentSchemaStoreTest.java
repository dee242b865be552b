package dev.millrace.schemas.registry.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.schemas.registry.ConfluentSchemaStore;
import dev.millrace.schemas.registry.RegistryUnavailable;
import dev.millrace.schemas.registry.SchemaNotFound;
import dev.millrace.schemas.registry.SchemaRejected;
import dev.millrace.schemas.registry.SchemaStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Over real HTTP, against the embedded registry on a log in memory.
class ConfluentSchemaStoreTest {

    private static final Schema READING =
            SchemaBuilder.record("dev.millrace.Reading")
                    .doc("A reading – with a dash, \"quotes\" and an umlaut: ü.")
                    .fields()
                    .name("at")
                    .doc("When.")
                    .type(
                            LogicalTypes.timestampMicros()
                                    .addToSchema(Schema.create(Schema.Type.LONG)))
                    .noDefault()
                    .name("note")
                    .type()
                    .nullable()
                    .stringType()
                    .stringDefault("")
                    .endRecord();

    private final MemoryRegistryLog log = new MemoryRegistryLog();
    private EmbeddedRegistry registry;
    private SchemaStore store;

    @BeforeEach
    void start() throws Exception {
        registry =
                new EmbeddedRegistry(
                        new RegistryConfig("127.0.0.1", 0), log, new SimpleMeterRegistry());
        registry.start();
        store = new ConfluentSchemaStore(registry.uri());
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void aSchemaComesBackWholeUnderItsId() throws Exception {
        int id = store.register("readings-value", READING);

        var found = new ConfluentSchemaStore(registry.uri()).byId(id);

        assertThat(found).isEqualTo(READING);
        assertThat(found.toString()).isEqualTo(READING.toString());
    }

    @Test
    void registeringAgainGivesTheSameId() throws Exception {
        int id = store.register("readings-value", READING);

        assertThat(store.register("readings-value", READING)).isEqualTo(id);
        assertThat(new ConfluentSchemaStore(registry.uri()).register("readings-value", READING))
                .isEqualTo(id);
    }

    @Test
    void anIncompatibleSchemaIsRejectedInTheRegistrysOwnWords() throws Exception {
        store.register("readings-value", READING);

        assertThatThrownBy(
                        () -> store.register("readings-value", Schema.create(Schema.Type.STRING)))
                .isInstanceOf(SchemaRejected.class)
                .hasMessageStartingWith(
                        "subject readings-value: Schema being registered is incompatible with an earlier schema for subject \"readings-value\"")
                .hasMessageContaining("TYPE_MISMATCH");
    }

    @Test
    void anIdThatNobodyGaveOutIsNotFound() {
        assertThatThrownBy(() -> store.byId(99))
                .isInstanceOf(SchemaNotFound.class)
                .hasMessageContaining("Schema 99 not found");
    }

    @Test
    void knownSchemasOutliveTheRegistryAndNewOnesDoNot() throws Exception {
        int id = store.register("readings-value", READING);
        store.byId(id);

        registry.close();

        assertThat(store.byId(id)).isEqualTo(READING);
        assertThat(store.register("readings-value", READING)).isEqualTo(id);
        assertThatThrownBy(() -> store.register("new-value", READING))
                .isInstanceOf(RegistryUnavailable.class);
        assertThatThrownBy(() -> store.byId(id + 1)).isInstanceOf(RegistryUnavailable.class);
    }

    @Test
    void aRegistryWithoutItsLogIsUnavailable() {
        log.goAway();

        assertThatThrownBy(() -> store.register("readings-value", READING))
                .isInstanceOf(RegistryUnavailable.class)
                .hasMessageContaining("the log is away");
    }

    @Test
    void aWrongAddressIsNoRejection() {
        var elsewhere = new ConfluentSchemaStore(URI.create(registry.uri() + "/elsewhere"));

        assertThatThrownBy(() -> elsewhere.byId(1)).isInstanceOf(RegistryUnavailable.class);
        assertThatThrownBy(() -> elsewhere.register("readings-value", READING))
                .isInstanceOf(RegistryUnavailable.class);
    }
}
