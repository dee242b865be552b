package dev.millrace.schemas.serde;

import dev.millrace.domain.event.Bytes;
import dev.millrace.schemas.codec.WireSchemas;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaFormatter;

/// A schema that was written with once, and records written with it: a folder
/// `<subject>/<fingerprint of the schema>` of two files.
///
/// @param folder relative to the fixtures' own
record SchemaFixture(Path folder) {

    static final Path ROOT = Path.of("src/test/resources/schemas");

    private static final String SCHEMA = "schema.avsc";
    private static final String RECORDS = "records";

    /// One record: its Avro, and the value of the domain it meant when it was recorded.
    record Sample(Bytes avro, String value) {

        /// The bytes as they are in a topic.
        byte[] wire(int schemaId) {
            return ByteBuffer.allocate(WireFormat.PREFIX_BYTES + avro.length())
                    .put(WireFormat.prefix(schemaId))
                    .put(avro.toArray())
                    .array();
        }
    }

    static SchemaFixture of(String subject, Schema schema) {
        return new SchemaFixture(Path.of(subject, WireSchemas.fingerprint(schema).hex()));
    }

    /// All there are, in the order of their names.
    static List<SchemaFixture> all() throws IOException {
        try (var paths = Files.walk(ROOT)) {
            return paths.filter(path -> path.endsWith(SCHEMA))
                    .map(path -> new SchemaFixture(ROOT.relativize(path.getParent())))
                    .sorted((one, other) -> one.folder.compareTo(other.folder))
                    .toList();
        }
    }

    String subject() {
        return folder.getName(0).toString();
    }

    String fingerprint() {
        return folder.getName(1).toString();
    }

    boolean exists() {
        return Files.exists(ROOT.resolve(folder));
    }

    Schema schema() throws IOException {
        return new Schema.Parser().parse(Files.readString(ROOT.resolve(folder).resolve(SCHEMA)));
    }

    List<Sample> samples() throws IOException {
        var samples = new ArrayList<Sample>();
        for (var line : Files.readAllLines(ROOT.resolve(folder).resolve(RECORDS))) {
            var columns = line.split("\t", 2);
            samples.add(new Sample(Bytes.copyOf(HexFormat.of().parseHex(columns[0])), columns[1]));
        }
        return samples;
    }

    /// Writes what is not there yet.
    ///
    /// @return the files written
    List<Path> write(Schema schema, List<Sample> samples) throws IOException {
        var records =
                samples.stream().map(sample -> sample.avro() + "\t" + sample.value()).toList();
        var target = Files.createDirectories(ROOT.resolve(folder));
        Files.writeString(
                target.resolve(SCHEMA), SchemaFormatter.format("json/pretty", schema) + "\n");
        Files.write(target.resolve(RECORDS), records);
        return List.of(folder.resolve(SCHEMA), folder.resolve(RECORDS));
    }
}
