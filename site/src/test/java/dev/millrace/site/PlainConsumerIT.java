package dev.millrace.site;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.task.Priority;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.topic.WorkTopics;
import dev.millrace.site.role.Role;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.tools.consumer.ConsoleConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a site writes can be read without it: by Kafka, Avro and one GET a schema.
class PlainConsumerIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /// Topics of the catalogue that nothing writes to yet, with the reason; the test fails when one
    /// of them has a record, or another has none.
    private static final Map<String, String> EMPTY_TODAY =
            Map.of(
                    Topics.AUDIT_EVENTS.name(),
                    "nothing differs, and nothing was lost; AuditIT reads what is written then",
                    Topics.VIEW_EVENTS.name(),
                    "no view was rebuilt");

    private static final String WORK = WorkTopics.of("echo", Priority.NORMAL).name();
    private static final byte[] KEY = "not a task".getBytes(UTF_8);
    private static final byte[] POISON = {7, 1, 2, 3};
    private static final List<String> POISONED =
            List.of(Topics.CHUNKS.name(), Topics.TASK_COMMANDS.name());

    @TempDir private Path folder = Path.of(".");

    @Test
    void everyRecordOfEveryTopicIsReadable() throws Exception {
        try (var site = SiteProcess.start(folder.resolve("data"));
                var reader =
                        new PlainConsumer(
                                site.bootstrapServers(),
                                URI.create(SiteProcess.address(site.data(), Role.REGISTRY)))) {
            submit(site, "mills.md", "text/markdown", "# Mills\n\nA millrace carries water.\n");
            submit(site, "bakers.txt", "text/plain", "Sourdough bread rises overnight.");
            submit(site, "large.txt", "text/plain", "The granary holds barley. ".repeat(4000));
            submit(site, "mills.md", "text/markdown", "# Mills\n\nA millrace carries water.\n");
            echo(site);
            publish(site.bootstrapServers(), reader);
            var kind = site.post("/v1/task-kinds", Map.of("name", "image.resize"));
            assertThat(kind.statusCode()).as(kind.body()).isEqualTo(201);
            awaitDone(site, 5);
            var poisoned = poison(site.bootstrapServers());
            awaitDeadLetters(reader, poisoned);

            var records = new HashMap<String, List<ConsumerRecord<byte[], byte[]>>>();
            for (var topic : catalogue()) {
                records.put(topic, reader.all(topic));
            }

            assertThat(reader.topics()).containsAll(catalogue());
            assertThat(withRecords(records))
                    .as("topics with records; the others: %s", EMPTY_TODAY)
                    .isEqualTo(others(catalogue(), EMPTY_TODAY.keySet()));
            var published = published(in(records, Topics.SCHEMAS));
            for (var topic : Topics.events()) {
                for (var record : in(records, topic.name())) {
                    if (poisoned.contains(origin(record))) {
                        assertThat(record.value()).isEqualTo(POISON);
                    } else {
                        requireReadable(record, reader.decode(record.value()), published);
                    }
                }
            }
            for (var record : in(records, Topics.TASK_REQUESTS)) {
                var writer = reader.decode(record.value()).writer();
                assertThat(published).containsKey(fingerprint(writer));
            }
            for (var record : reader.all(WORK)) {
                requireReadable(record, reader.decode(record.value()), published);
            }
            requireDeadLetters(in(records, Topics.DEAD_LETTERS), poisoned);
            requireReadableByKafkasConsole(site.bootstrapServers(), reader);
            requireRegistryStore(in(records, Topics.REGISTRY_STORE));
        }
    }

    /// An envelope's headers say in CloudEvents' words what its value says, and name its schema.
    static void requireReadable(
            ConsumerRecord<byte[], byte[]> record,
            PlainConsumer.Decoded decoded,
            Map<String, Schema> published) {
        var where = origin(record);
        var value = decoded.value();
        var headers = record.headers();
        var fingerprint = fingerprint(decoded.writer());
        var site = (GenericRecord) value.get("site");

        assertThat(record.key()).as(where).isNotEmpty();
        assertThat(text(headers, "schema-fp")).as(where).isEqualTo(fingerprint);
        assertThat(published).as(where).containsKey(fingerprint);
        assertThat(text(headers, "ce_specversion")).as(where).isEqualTo("1.0");
        assertThat(text(headers, "ce_id")).as(where).isEqualTo(value.get("id").toString());
        assertThat(text(headers, "ce_type")).as(where).isEqualTo(value.get("type").toString());
        assertThat(text(headers, "ce_source"))
                .as(where)
                .isEqualTo("/sites/" + site.get("peer") + "/" + site.get("incarnation"));
        assertThat(Instant.parse(text(headers, "ce_time")))
                .as(where)
                .isEqualTo(Instant.EPOCH.plus((Long) value.get("time"), ChronoUnit.MICROS));
        assertThat(text(headers, "content-type")).as(where).isEqualTo("application/avro");
        assertThat(value.get("payload")).as(where).isInstanceOf(GenericRecord.class);
    }

    /// A dead letter is no envelope: it has the bytes, the key and the headers of the record that
    /// could not be read, and says where that stood and what was wrong with it.
    private static void requireDeadLetters(
            List<ConsumerRecord<byte[], byte[]>> letters, Set<String> poisoned) {
        assertThat(letters)
                .extracting(letter -> text(letter.headers(), "dead-letter-origin"))
                .containsOnly(poisoned.toArray(String[]::new));
        assertThat(letters)
                .allSatisfy(letter -> {
                    assertThat(letter.key()).isEqualTo(KEY);
                    assertThat(letter.value()).isEqualTo(POISON);
                    assertThat(text(letter.headers(), "dead-letter-code")).isEqualTo("unreadable");
                    assertThat(text(letter.headers(), "dead-letter-detail")).isNotEmpty();
                    assertThat(text(letter.headers(), "mine")).isEqualTo("kept");
                });
    }

    /// Kafka's console consumer reads all that stands in the site's topics, with keys and headers.
    private static void requireReadableByKafkasConsole(String bootstrap, PlainConsumer reader)
            throws Exception {
        var topics = "millrace\\..*|" + Topics.REGISTRY_STORE;
        int records = 0;
        for (var topic : reader.topics()) {
            if (topic.matches(topics)) {
                records += reader.all(topic).size();
            }
        }
        var line =
                new ArrayList<>(
                        ProgramJvm.command(
                                List.of("-XX:TieredStopAtLevel=1"),
                                ConsoleConsumer.class.getName()));
        line.addAll(List.of("--bootstrap-server", bootstrap, "--include", topics));
        line.addAll(List.of("--from-beginning", "--isolation-level", "read_committed"));
        line.addAll(List.of("--max-messages", Integer.toString(records)));
        line.addAll(List.of("--timeout-ms", Long.toString(PATIENCE.toMillis())));
        line.addAll(List.of("--formatter-property", "print.key=true"));
        line.addAll(List.of("--formatter-property", "print.headers=true"));
        var console = new ProcessBuilder(line).redirectOutput(Redirect.DISCARD).start();
        var said = new String(console.getErrorStream().readAllBytes(), UTF_8);
        assertThat(console.waitFor()).as(said).isZero();
        assertThat(said).contains("Processed a total of " + records + " messages");
    }

    /// Every schema in use, by the fingerprint that records name.
    static Map<String, Schema> published(List<ConsumerRecord<byte[], byte[]>> records) {
        var published = new HashMap<String, Schema>();
        for (var record : records) {
            var schema = new Schema.Parser().parse(new String(record.value(), UTF_8));
            assertThat(new String(record.key(), UTF_8)).isEqualTo(fingerprint(schema));
            published.put(fingerprint(schema), schema);
        }
        return published;
    }

    /// The registry's own store holds JSON, as Confluent's does.
    private static void requireRegistryStore(List<ConsumerRecord<byte[], byte[]>> records)
            throws IOException {
        for (var record : records) {
            var key = SiteProcess.JSON.readTree(record.key());
            var value = SiteProcess.JSON.readTree(record.value());
            assertThat(key.path("keytype").asText()).isEqualTo("SCHEMA");
            assertThat(key.path("magic").asInt()).isEqualTo(1);
            assertThat(value.path("subject")).isEqualTo(key.path("subject"));
            assertThat(value.path("version")).isEqualTo(key.path("version"));
            assertThat(value.path("id").isInt()).isTrue();
            assertThat(value.path("deleted").asBoolean(true)).isFalse();
            assertThat(new Schema.Parser().parse(value.path("schema").asText())).isNotNull();
        }
    }

    /// Asks for a task as a program does that found the schema in the registry.
    private static void publish(String bootstrap, PlainConsumer registry) throws Exception {
        var bytes = new ByteArraySerializer();
        var value =
                registry.encode(
                        Topics.TASK_REQUESTS + "-value",
                        Map.of("key", "plain-1", "kind", "echo", "input", "{\"from\":\"Kafka\"}"));
        try (var producer =
                new KafkaProducer<>(Map.of("bootstrap.servers", bootstrap), bytes, bytes)) {
            producer.send(new ProducerRecord<>(Topics.TASK_REQUESTS, value)).get();
        }
    }

    /// Writes what nobody can read, and returns where it stands.
    private static Set<String> poison(String bootstrap) throws Exception {
        var bytes = new ByteArraySerializer();
        try (var producer =
                new KafkaProducer<>(Map.of("bootstrap.servers", bootstrap), bytes, bytes)) {
            var origins = new TreeSet<String>();
            for (var topic : POISONED) {
                var record = new ProducerRecord<>(topic, KEY, POISON);
                record.headers().add("mine", "kept".getBytes(UTF_8));
                var place = producer.send(record).get();
                origins.add(topic + "-" + place.partition() + "@" + place.offset());
            }
            return origins;
        }
    }

    private static void awaitDeadLetters(PlainConsumer reader, Set<String> poisoned) {
        await("whoever reads the topics says what they cannot read")
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(reader.all(Topics.DEAD_LETTERS))
                                .extracting(letter -> text(letter.headers(), "dead-letter-origin"))
                                .containsAll(poisoned));
    }

    private static void awaitDone(SiteProcess site, int documents) {
        await("every document can be found and its task is over")
                .ignoreException(IOException.class)
                .atMost(PATIENCE)
                .untilAsserted(() -> {
                    var tasks = site.get("/v1/tasks").path("items");
                    assertThat(tasks).hasSize(documents);
                    assertThat(tasks)
                            .extracting((JsonNode task) -> task.path("state").asText())
                            .containsOnly("succeeded");
                });
    }

    /// A site that is busy answers 503 and means: send it again, nothing is done twice.
    private static void submit(SiteProcess site, String name, String mediaType, String text) {
        var document = Map.of("name", name, "media_type", mediaType, "text", text);
        await(name + " is accepted")
                .atMost(PATIENCE)
                .until(
                        () -> site.post("/v1/documents", document).statusCode(),
                        status -> {
                            assertThat(status).as(name).isIn(202, 503);
                            return status == 202;
                        });
    }

    /// Work that takes long enough to be claimed.
    private static void echo(SiteProcess site) {
        var task = Map.of("kind", "echo", "input", Map.of("delay_ms", 300));
        await("a task is accepted")
                .atMost(PATIENCE)
                .until(() -> site.post("/v1/tasks", task).statusCode() == 202);
    }

    private static Set<String> catalogue() {
        return Topics.toCreate(1, (short) 1).stream()
                .map(NewTopic::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<ConsumerRecord<byte[], byte[]>> in(
            Map<String, List<ConsumerRecord<byte[], byte[]>>> records, String topic) {
        return records.getOrDefault(topic, List.of());
    }

    private static Set<String> withRecords(
            Map<String, List<ConsumerRecord<byte[], byte[]>>> records) {
        return records.entrySet().stream()
                .filter(topic -> !topic.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> others(Set<String> all, Set<String> some) {
        var others = new TreeSet<>(all);
        others.removeAll(some);
        return others;
    }

    private static String origin(ConsumerRecord<byte[], byte[]> record) {
        return record.topic() + "-" + record.partition() + "@" + record.offset();
    }

    private static String text(Headers headers, String name) {
        var header = headers.lastHeader(name);
        return header == null ? "no header " + name : new String(header.value(), UTF_8);
    }

    private static String fingerprint(Schema schema) {
        try {
            var canonical = SchemaNormalization.toParsingForm(schema).getBytes(UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(canonical));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
