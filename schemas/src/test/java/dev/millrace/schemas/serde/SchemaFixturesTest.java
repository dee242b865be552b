package dev.millrace.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Message;
import dev.millrace.schemas.SampleEnvelopes;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.registry.SchemaRejected;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaFormatter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Every schema ever shipped and records written with it, which are read for ever.
///
/// `src/test/resources/schemas` has a folder for each version that shipped. A change to a schema
/// after a release needs a new folder: add it to [#VERSIONS], then run this test once with
/// `-Dupdate=true`, which writes the last folder and no other.
class SchemaFixturesTest {

    private static final Path FOLDER = Path.of("src/test/resources/schemas");
    private static final List<String> VERSIONS = List.of("v1");
    private static final String HOW =
            "if the last version has not shipped yet: ./mvnw -pl schemas -am test"
                    + " -Dsurefire.failIfNoSpecifiedTests=false -Dtest=SchemaFixturesTest"
                    + " -Dupdate=true; otherwise add a version";

    private final InMemorySchemaStore store = new InMemorySchemaStore();
    private final EventSerdes serdes = new EventSerdes(store);

    @BeforeEach
    void writeTheLastVersionAnewIfAskedTo() throws IOException {
        if (!Boolean.getBoolean("update")) {
            return;
        }
        Files.createDirectories(newest());
        for (var subject : serdes.writerSchemas().entrySet()) {
            Files.writeString(
                    newest().resolve(subject.getKey() + ".avsc"), pretty(subject.getValue()));
        }
        for (var topic : Topics.events()) {
            Files.write(newest().resolve(topic.subject() + ".records"), samples(topic));
        }
    }

    @Test
    void theLastVersionIsWhatIsWrittenNow() throws IOException {
        for (var subject : serdes.writerSchemas().entrySet()) {
            var file = newest().resolve(subject.getKey() + ".avsc");
            var now = pretty(subject.getValue());

            assertThat(Files.exists(file)).as("%s: %s", file, HOW).isTrue();
            assertThat(Files.readString(file)).as("%s: %s", file, HOW).isEqualTo(now);
        }
    }

    @Test
    void whatIsWrittenNowCanReadEveryEarlierVersion() throws IOException {
        for (var version : VERSIONS) {
            for (var subject : serdes.writerSchemas().entrySet()) {
                var file = FOLDER.resolve(version).resolve(subject.getKey() + ".avsc");
                if (!Files.exists(file)) {
                    continue; // the subject is younger
                }
                var result =
                        SchemaCompatibility.checkReaderWriterCompatibility(
                                subject.getValue(), parse(file));

                assertThat(result.getType())
                        .as("%s: %s", file, result.getDescription())
                        .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
            }
        }
    }

    @Test
    void recordsOfEveryVersionReadAsTheyDidThen() throws IOException, SchemaRejected {
        for (var version : VERSIONS) {
            for (var topic : Topics.events()) {
                requireReads(topic, FOLDER.resolve(version));
            }
        }
    }

    private void requireReads(Topic<?> topic, Path folder) throws IOException, SchemaRejected {
        var records = folder.resolve(topic.subject() + ".records");
        if (!Files.exists(records)) {
            assertThat(folder).as("%s: %s", records, HOW).isNotEqualTo(newest());
            return;
        }
        var schema = folder.resolve(topic.subject() + ".avsc");
        int id = store.register(schema.toString(), parse(schema));
        for (var line : Files.readAllLines(records)) {
            var columns = line.split("\t", -1);
            var value = wire(id, HexFormat.of().parseHex(columns[0]));
            var envelope = serdes.of(topic).deserializer().deserialize(topic.name(), value);

            assertThat(envelope.type()).as(records.toString()).isEqualTo(columns[1]);
            assertThat(envelope.payload().getClass().getSimpleName()).isEqualTo(columns[2]);
            assertThat(serdes.json(topic, value)).isEqualTo(columns[3]);
        }
    }

    /// A line for each kind of record: the Avro in hexadecimal, its type, and what it says.
    private <P extends Message> List<String> samples(Topic<P> topic) {
        var lines = new ArrayList<String>();
        for (var envelope : new SampleEnvelopes(1).each(topic)) {
            var value = serdes.of(topic).serializer().serialize(topic.name(), envelope);
            lines.add(
                    String.join(
                            "\t",
                            HexFormat.of().formatHex(value, WireFormat.PREFIX_BYTES, value.length),
                            envelope.type(),
                            envelope.payload().getClass().getSimpleName(),
                            serdes.json(topic, value)));
        }
        return lines;
    }

    private static byte[] wire(int id, byte[] avro) {
        return ByteBuffer.allocate(WireFormat.PREFIX_BYTES + avro.length)
                .put(WireFormat.prefix(id))
                .put(avro)
                .array();
    }

    private static Path newest() {
        return FOLDER.resolve(VERSIONS.getLast());
    }

    private static String pretty(Schema schema) {
        return SchemaFormatter.format("json/pretty", schema) + "\n";
    }

    private static Schema parse(Path file) throws IOException {
        return new Schema.Parser().parse(Files.readString(file));
    }
}
