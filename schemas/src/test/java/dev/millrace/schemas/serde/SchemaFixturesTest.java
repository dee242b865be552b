package dev.millrace.schemas.serde;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.domain.event.Bytes;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.task.Pending;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.UncheckedRequest;
import dev.millrace.schemas.SampleEnvelopes;
import dev.millrace.schemas.SampleMessages;
import dev.millrace.schemas.codec.WireSchemas;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.registry.SchemaRejected;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Every schema ever shipped and records written with it, which are read for ever.
///
/// `src/test/resources/schemas` has a folder for each schema of each subject, and `SHA256SUMS`,
/// which has every file of them. With `-Dupdate=true` this test writes what is missing there for
/// the schemas of today, and touches nothing else.
class SchemaFixturesTest {

    private static final Path INDEX = SchemaFixture.ROOT.resolve("SHA256SUMS");
    private static final int MAX_SEEDS = 1000;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HOW =
            "a schema changed; if that is meant: ./mvnw -pl schemas -am test"
                    + " -Dsurefire.failIfNoSpecifiedTests=false -Dtest=SchemaFixturesTest"
                    + " -Dupdate=true, and commit what it wrote";

    private final InMemorySchemaStore store = new InMemorySchemaStore();
    private final EventSerdes serdes = new EventSerdes(store);

    @BeforeEach
    void writeWhatIsMissingIfAskedTo() throws IOException {
        if (!Boolean.getBoolean("update")) {
            return;
        }
        for (var subject : serdes.writerSchemas().entrySet()) {
            var fixture = SchemaFixture.of(subject.getKey(), subject.getValue());
            if (!fixture.exists()) {
                var written = fixture.write(subject.getValue(), samples(subject.getKey()));
                for (var file : written) {
                    Files.writeString(
                            INDEX,
                            line(file) + "\n",
                            StandardOpenOption.CREATE,
                            StandardOpenOption.APPEND);
                }
            }
        }
    }

    @Test
    void everySchemaThatIsWrittenNowHasAFixture() throws IOException {
        for (var subject : serdes.writerSchemas().entrySet()) {
            var fixture = SchemaFixture.of(subject.getKey(), subject.getValue());

            assertThat(fixture.exists()).as("%s: %s", fixture, HOW).isTrue();
            assertThat(fixture.samples()).as(fixture.toString()).isNotEmpty();
        }
    }

    @Test
    void noFixtureIsEverChangedOrTakenAway() throws IOException {
        var recorded = new TreeMap<String, String>();
        for (var line : Files.readAllLines(INDEX)) {
            recorded.put(line.split(" {2}", 2)[1], line);
        }
        var present = new TreeMap<String, String>();
        try (var paths = Files.walk(SchemaFixture.ROOT)) {
            for (var path : paths.filter(Files::isRegularFile).toList()) {
                if (!path.equals(INDEX)) {
                    var file = SchemaFixture.ROOT.relativize(path);
                    present.put(unix(file), line(file));
                }
            }
        }

        assertThat(present).isEqualTo(recorded);
    }

    @Test
    void everyFixtureReadsAsItDidThen() throws IOException, SchemaRejected {
        var readers = deserializers();
        for (var fixture : SchemaFixture.all()) {
            var reader = requireNonNull(readers.get(fixture.subject()), "no reader: " + fixture);
            int id = store.register(fixture.toString(), fixture.schema());
            for (var sample : fixture.samples()) {
                var value = reader.deserialize(fixture.subject(), sample.wire(id));

                assertThat(DomainJson.says(DomainJson.of(value), JSON.readTree(sample.value())))
                        .as("%s: %s is no more %s", fixture, value, sample.value())
                        .isTrue();
            }
        }
    }

    @Test
    void theRecordsOfAFixtureTakeEveryBranchOfItsSchema() throws IOException {
        for (var fixture : SchemaFixture.all()) {
            var schema = fixture.schema();
            var taken = new TreeSet<String>();
            for (var sample : fixture.samples()) {
                taken.addAll(UnionBranches.taken(schema, sample.avro().toArray()));
            }

            assertThat(WireSchemas.fingerprint(schema).hex()).isEqualTo(fixture.fingerprint());
            assertThat(taken).as(fixture.toString()).isEqualTo(UnionBranches.all(schema));
        }
    }

    @Test
    void whatIsWrittenNowCanReadEveryEarlierSchema() throws IOException {
        for (var fixture : SchemaFixture.all()) {
            var now = requireNonNull(serdes.writerSchemas().get(fixture.subject()));
            var result = SchemaCompatibility.checkReaderWriterCompatibility(now, fixture.schema());

            assertThat(result.getType())
                    .as("%s: %s", fixture, result.getDescription())
                    .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
        }
    }

    /// Records that take every branch between them, and the least of them.
    private List<SchemaFixture.Sample> samples(String subject) throws IOException {
        var schema = requireNonNull(serdes.writerSchemas().get(subject));
        var reader = requireNonNull(deserializers().get(subject));
        var missing = new TreeSet<>(UnionBranches.all(schema));
        var samples = new ArrayList<SchemaFixture.Sample>();
        for (int seed = 1; seed <= MAX_SEEDS && (samples.isEmpty() || !missing.isEmpty()); seed++) {
            for (var value : values(subject, seed)) {
                var avro = Arrays.copyOfRange(value, WireFormat.PREFIX_BYTES, value.length);
                if (missing.removeAll(UnionBranches.taken(schema, avro)) || samples.isEmpty()) {
                    var said = DomainJson.of(reader.deserialize(subject, value)).toString();
                    samples.add(new SchemaFixture.Sample(Bytes.copyOf(avro), said));
                }
            }
        }
        assertThat(missing).as("%s: branches that no sample takes", subject).isEmpty();
        return samples;
    }

    private List<byte[]> values(String subject, int seed) {
        for (var topic : SampleEnvelopes.topics()) {
            if (topic.subject().equals(subject)) {
                return values(topic, seed);
            }
        }
        return subject.equals(Topics.TASK_REQUESTS_SUBJECT)
                ? List.of(serdes.taskRequests().serializer().serialize(subject, request(seed)))
                : states(subject, seed);
    }

    private static UncheckedRequest request(int seed) {
        boolean isBare = seed % 2 == 1;
        return new UncheckedRequest(
                "order-" + seed,
                "default",
                "echo",
                "{\"delay_ms\":%d}".formatted(seed),
                isBare ? null : "somebody",
                isBare
                        ? null
                        : new UncheckedRequest.UncheckedLabels("public", List.of("region=eu")),
                isBare ? "normal" : "high",
                isBare ? null : Instant.ofEpochMilli(seed),
                isBare ? null : Instant.ofEpochMilli(1_000L * seed),
                isBare ? null : seed,
                isBare ? List.of() : List.of(new UUID(7, seed).toString()),
                isBare ? "fail" : "skip",
                isBare ? null : new UUID(8, seed).toString());
    }

    private List<byte[]> states(String subject, int seed) {
        var task = new TaskId(new UUID(7, seed));
        var bare = new TaskState(task, 1, TaskState.Stage.ABSENT, null, null, 0, null, null, null);
        var full =
                new TaskState(
                        task,
                        Long.MAX_VALUE,
                        TaskState.Stage.RUNNING,
                        "ingest",
                        Digest.of("x"),
                        3,
                        new TaskState.Owner(
                                "tenant-a",
                                seed % 2 == 0 ? null : "somebody",
                                Labels.DEFAULT,
                                new UUID(8, seed)),
                        new TaskState.Open(
                                seed % 2 == 0
                                        ? new Content.Inline("{}")
                                        : new Content.Stored(Digest.of("y"), seed),
                                new SampleMessages(new Random(seed)).terms(),
                                seed % 2 == 0 ? null : Instant.ofEpochMilli(seed),
                                seed % 2 == 0 ? Instant.ofEpochMilli(1_000L * seed) : null,
                                seed % 2 == 0 ? "worker-a" : null,
                                seed % 2 == 0 ? null : Instant.ofEpochMilli(2_000L * seed),
                                seed,
                                seed % 2 == 0 ? Instant.ofEpochMilli(3_000L * seed) : null,
                                seed % 2 == 0 ? null : Pending.all(seed),
                                seed),
                        seed % 2 == 0
                                ? new Content.Stored(Digest.of("z"), seed)
                                : new Content.Inline("{}"));
        Serializer<TaskState> writer = serdes.taskState().serializer();
        return List.of(writer.serialize(subject, bare), writer.serialize(subject, full));
    }

    private <P extends Message> List<byte[]> values(Topic<P> topic, int seed) {
        return new SampleEnvelopes(seed)
                .each(topic).stream()
                        .map(envelope ->
                                serdes.of(topic).serializer().serialize(topic.name(), envelope))
                        .toList();
    }

    private Map<String, Deserializer<?>> deserializers() {
        var all = new LinkedHashMap<String, Deserializer<?>>();
        for (var topic : SampleEnvelopes.topics()) {
            all.put(topic.subject(), serdes.of(topic).deserializer());
        }
        all.put(Topics.TASK_REQUESTS_SUBJECT, serdes.taskRequests().deserializer());
        for (var subject : serdes.writerSchemas().keySet()) {
            all.computeIfAbsent(subject, _ -> serdes.taskState().deserializer());
        }
        return all;
    }

    private static String line(Path file) throws IOException {
        return Digest.of(Files.readAllBytes(SchemaFixture.ROOT.resolve(file))) + "  " + unix(file);
    }

    private static String unix(Path file) {
        return file.toString().replace('\\', '/');
    }
}
