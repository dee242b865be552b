package dev.millrace.schemas.registry;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.RestService;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;

/// A Schema Registry behind Confluent's own client.
///
/// Answers are kept: an id means one schema for ever, so each is asked for once, up to
/// [#MAX_CACHED] of them. A call waits at most 5 s for a connection and 15 s for the answer.
///
/// Confluent's client carries an older Avro under another name; schemas cross over as JSON text.
public final class ConfluentSchemaStore implements SchemaStore {

    /// The most ids, and the most schemas a subject, whose answers are kept.
    public static final int MAX_CACHED = 1000;

    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
    // Longer than the embedded registry waits for Kafka, so that its 503 arrives.
    private static final int READ_TIMEOUT_MILLIS = 15_000;

    private static final int NO_SUCH_SCHEMA = 40403;

    private final String registry;
    private final CachedSchemaRegistryClient client;
    private final Cache<Integer, Schema> schemas =
            CacheBuilder.newBuilder().maximumSize(MAX_CACHED).build();

    /// @param registry the base of its REST API, for instance `http://127.0.0.1:8081`
    public ConfluentSchemaStore(URI registry) {
        this(List.of(registry));
    }

    /// @param registries bases of the REST APIs of registries that stand for each other; the next
    ///   one is asked when one does not answer
    public ConfluentSchemaStore(List<URI> registries) {
        this.registry = registries.stream().map(URI::toString).collect(Collectors.joining(","));
        var rest = new RestService(registry);
        rest.setHttpConnectTimeoutMs(CONNECT_TIMEOUT_MILLIS);
        rest.setHttpReadTimeoutMs(READ_TIMEOUT_MILLIS);
        this.client =
                new CachedSchemaRegistryClient(
                        rest, MAX_CACHED, List.of(new AvroSchemaProvider()), Map.of(), Map.of());
    }

    @Override
    public int register(String subject, Schema schema) throws SchemaRejected, RegistryUnavailable {
        try {
            return client.register(subject, new AvroSchema(schema.toString()));
        } catch (RestClientException answer) {
            if (isRefusal(answer)) {
                throw new SchemaRejected("subject " + subject + ": " + answer.getMessage(), answer);
            }
            throw unavailable(answer);
        } catch (IOException silence) {
            throw unavailable(silence);
        }
    }

    @Override
    public Schema byId(int id) throws SchemaNotFound, RegistryUnavailable {
        var known = schemas.getIfPresent(id);
        if (known != null) {
            return known;
        }
        try {
            var text = client.getSchemaById(id).canonicalString();
            var schema = new Schema.Parser().parse(text);
            schemas.put(id, schema);
            return schema;
        } catch (SchemaParseException malformed) {
            throw new SchemaNotFound(
                    "schema id: " + id + " is no Avro schema: " + malformed.getMessage(),
                    malformed);
        } catch (RestClientException answer) {
            if (answer.getErrorCode() == NO_SUCH_SCHEMA) {
                throw new SchemaNotFound("schema id: " + id + ": " + answer.getMessage(), answer);
            }
            throw unavailable(answer);
        } catch (IOException silence) {
            throw unavailable(silence);
        }
    }

    /* 409 and 422 speak of the schema. All else, a 404 behind a wrong address or a 401 included,
     * says that there is no registry to be had. */
    private static boolean isRefusal(RestClientException answer) {
        return answer.getStatus() == 409 || answer.getStatus() == 422;
    }

    private RegistryUnavailable unavailable(Exception cause) {
        return new RegistryUnavailable(
                "schema registry " + registry + ": " + cause.getMessage(), cause);
    }
}
