package dev.millrace.site;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// A program of somebody else's: it knows Kafka, Avro and how Confluent's serializers write, and
/// nothing of Millrace.
final class PlainConsumer implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final int PREFIX_BYTES = 5;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<Integer, Schema> schemas = new HashMap<>();
    private final URI registry;
    private final KafkaConsumer<byte[], byte[]> consumer;

    PlainConsumer(String bootstrap, URI registry) {
        this.registry = registry;
        var bytes = new ByteArrayDeserializer();
        this.consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                bootstrap,
                                "isolation.level",
                                "read_committed",
                                "enable.auto.commit",
                                false),
                        bytes,
                        bytes);
    }

    /// A value, and the schema it was written with.
    record Decoded(Schema writer, GenericRecord value) {}

    /// The topics there are, but for Kafka's own.
    Set<String> topics() {
        var names = new TreeSet<String>();
        consumer.listTopics()
                .forEach((name, partitions) -> {
                    if (!name.startsWith("__")) {
                        names.add(name);
                    }
                });
        return names;
    }

    /// Everything that is in a topic now.
    List<ConsumerRecord<byte[], byte[]>> all(String topic) {
        var partitions =
                consumer.partitionsFor(topic).stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        var ends = consumer.endOffsets(partitions);
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        while (partitions.stream()
                .anyMatch(partition ->
                        consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
            consumer.poll(POLL).forEach(records::add);
        }
        return records;
    }

    /// A value in Confluent's wire format, with the schema that the registry has for its id.
    Decoded decode(byte[] value) throws IOException, InterruptedException {
        var prefix = ByteBuffer.wrap(value);
        byte magic = prefix.get();
        if (magic != 0) {
            throw new IOException("magic: " + magic + " (expected: 0)");
        }
        var writer = schema(prefix.getInt());
        var body = new ByteArrayInputStream(value, PREFIX_BYTES, value.length - PREFIX_BYTES);
        var decoder = DecoderFactory.get().directBinaryDecoder(body, null);
        var record = new GenericDatumReader<GenericRecord>(writer).read(null, decoder);
        if (body.available() > 0) {
            throw new IOException(body.available() + " bytes follow the record (expected: none)");
        }
        return new Decoded(writer, record);
    }

    /// A value in Confluent's wire format, written with the newest schema of a subject.
    ///
    /// @param fields those that have no default, and others
    byte[] encode(String subject, Map<String, ?> fields) throws IOException, InterruptedException {
        var newest = json.readTree(get("/subjects/" + subject + "/versions/latest"));
        var schema = new Schema.Parser().parse(newest.path("schema").asText());
        var record = new GenericRecordBuilder(schema);
        fields.forEach(record::set);
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(
                ByteBuffer.allocate(PREFIX_BYTES).putInt(1, newest.path("id").asInt()).array());
        var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        new GenericDatumWriter<GenericRecord>(schema).write(record.build(), encoder);
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        consumer.close();
        http.close();
    }

    private Schema schema(int id) throws IOException, InterruptedException {
        var known = schemas.get(id);
        if (known != null) {
            return known;
        }
        var text = json.readTree(get("/schemas/ids/" + id)).path("schema").asText();
        var schema = new Schema.Parser().parse(text);
        schemas.put(id, schema);
        return schema;
    }

    private String get(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(registry.resolve(path)).build();
        var answer = http.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(path + ": " + answer.body());
        }
        return answer.body();
    }
}
