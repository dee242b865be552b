package dev.millrace.schemas.serde;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.UncheckedRequest;
import dev.millrace.domain.task.WorkItem;
import dev.millrace.schemas.codec.EventCodecs;
import dev.millrace.schemas.codec.TaskRequestCodec;
import dev.millrace.schemas.codec.TaskStateCodec;
import dev.millrace.schemas.codec.WireSchemas;
import dev.millrace.schemas.registry.RegistryUnavailable;
import dev.millrace.schemas.registry.SchemaRejected;
import dev.millrace.schemas.registry.SchemaStore;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.topic.WorkTopics;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/// The serializers and deserializers of every topic and store, over one registry.
///
/// Values are Avro in Confluent's wire format; a schema is registered when a topic's first record
/// is written, or all at once by [#registerAll]. Serializers given headers put CloudEvents headers
/// there; deserializers need none. A record that cannot be read fails with Kafka's
/// `SerializationException`; one that could not be read because the registry was silent, with
/// [SchemaUnreachable].
///
/// Safe for use by many threads, and so is everything it hands out. Closing that does nothing.
public final class EventSerdes {

    private static final String TASK_STATE_SUBJECT = "millrace.decide-tasks-value";

    private final EventCodecs codecs = new EventCodecs();
    private final TaskStateCodec taskStates = new TaskStateCodec();
    private final TaskRequestCodec taskRequests = new TaskRequestCodec();
    private final CachedSchemas schemas;
    private final Map<String, Serde<?>> events = new ConcurrentHashMap<>();
    private final PayloadJson json;

    public EventSerdes(SchemaStore schemas) {
        this.schemas = new CachedSchemas(schemas);
        this.json = new PayloadJson(this.schemas);
    }

    /// Registers the schemas of all topics and stores.
    ///
    /// @throws SchemaRejected if what is in a topic could not be read with ours: the site must not
    ///   start
    public void registerAll() throws SchemaRejected, RegistryUnavailable {
        for (var subject : writerSchemas().entrySet()) {
            schemas.register(subject.getKey(), subject.getValue());
        }
    }

    /// What this version writes, or asks others to write, by subject.
    public Map<String, Schema> writerSchemas() {
        var all = new LinkedHashMap<String, Schema>();
        for (var topic : Topics.events()) {
            all.put(topic.subject(), codecs.of(topic.vocabulary()).schema());
        }
        all.put(WorkTopics.SUBJECT, codecs.of(WorkItem.class).schema());
        all.put(TASK_STATE_SUBJECT, taskStates.schema());
        all.put(Topics.TASK_REQUESTS_SUBJECT, taskRequests.schema());
        return all;
    }

    /// The serde of a topic's values: made once for each subject, so that asking for it is cheap.
    public <P extends Message> Serde<Envelope<P>> of(Topic<P> topic) {
        @SuppressWarnings("unchecked") // topics of one subject hold the same vocabulary
        var serde =
                (Serde<Envelope<P>>)
                        events.computeIfAbsent(
                                topic.subject(), subject -> make(subject, topic.vocabulary()));
        return serde;
    }

    private <P extends Message> Serde<Envelope<P>> make(String subject, Class<P> vocabulary) {
        var codec = codecs.of(vocabulary);
        var name = subject.substring(0, subject.lastIndexOf('-'));
        var values = new RecordSerializer<>(name, subject, codec, schemas);
        var headers = new CloudEventHeaders(WireSchemas.fingerprint(codec.schema()));
        return Serdes.serdeFrom(
                new EventSerializer<>(values, headers),
                new RecordDeserializer<>(name, codec, schemas));
    }

    /// Reads a topic's keys: each names what the topic says.
    ///
    /// Fails with a `SerializationException` at one that does not, and where there is none.
    public Deserializer<String> keysOf(Topic<?> topic) {
        return new KeyDeserializer(topic);
    }

    /// Reads a topic's values as the deserializer of [#of] does, but fails where there is none: no
    /// topic of the catalogue has records that take another one back.
    public <P extends Message> Deserializer<Envelope<P>> valuesOf(Topic<P> topic) {
        var values = of(topic).deserializer();
        return (name, value) -> {
            if (value == null) {
                throw new SerializationException(
                        "value: none (expected: a record of " + name + ")");
            }
            return values.deserialize(name, value);
        };
    }

    /// The serde of what `decide` keeps of a task.
    public Serde<TaskState> taskState() {
        return Serdes.serdeFrom(
                new RecordSerializer<>("tasks", TASK_STATE_SUBJECT, taskStates, schemas),
                new RecordDeserializer<>("tasks", taskStates, schemas));
    }

    /// The serde of what programs ask for without the gateway, which is no envelope.
    public Serde<UncheckedRequest> taskRequests() {
        return Serdes.serdeFrom(
                new RecordSerializer<>(
                        Topics.TASK_REQUESTS, Topics.TASK_REQUESTS_SUBJECT, taskRequests, schemas),
                new RecordDeserializer<>(Topics.TASK_REQUESTS, taskRequests, schemas));
    }

    /// A record's payload as the text of a JSON object, for people and for the event log.
    ///
    /// Field names are in snake_case, times in ISO 8601, digests in hexadecimal. A vector is
    /// shortened to `{"dimensions":n}`, and of a sealed payload only
    /// `{"sealed":{"key_id","algorithm"}}` is said. A payload of a newer version is shown in full.
    ///
    /// @throws org.apache.kafka.common.errors.SerializationException if the record cannot be read
    public String json(Topic<?> topic, byte[] value) {
        return json.render(topic.name(), value);
    }
}
