package dev.millrace.streams.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.log.EventFilter;
import dev.millrace.domain.log.EventLog.LoggedEvent;
import dev.millrace.domain.log.LiveLog.LogRecord;
import dev.millrace.domain.log.LogPartition;
import dev.millrace.schemas.serde.DeadLetters;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.serde.SchemaUnreachable;
import dev.millrace.schemas.topic.Topic;
import java.time.Instant;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// A record as Kafka keeps it: its envelope is read at once, its payload when somebody asks for it.
///
/// One that cannot be read is shown as one, by its place and length alone.
final class StoredRecord<P extends Message> implements LogRecord {

    /// The type of what stands in the log and cannot be read.
    static final String UNREADABLE = "dev.millrace.unreadable";

    private static final Actor NOBODY = new Actor("unknown", Actor.Proof.UNVERIFIED);
    private static final int OVERHEAD_BYTES = 1_024;

    private final EventSerdes serdes;
    private final Topic<P> topic;
    private final ConsumerRecord<byte[], byte[]> record;
    private final String key;
    private final @Nullable Envelope<P> envelope;
    private volatile @Nullable LoggedEvent event;

    /// @throws SchemaUnreachable if the Schema Registry did not answer; the record may be sound
    StoredRecord(EventSerdes serdes, Topic<P> topic, ConsumerRecord<byte[], byte[]> record) {
        this.serdes = serdes;
        this.topic = topic;
        this.record = record;
        String readKey = "";
        Envelope<P> read = null;
        try {
            readKey = serdes.keysOf(topic).deserialize(topic.name(), record.key());
            read = serdes.valuesOf(topic).deserialize(topic.name(), record.value());
        } catch (SchemaUnreachable unreachable) {
            throw unreachable;
        } catch (SerializationException poison) {
            // It is shown as what it is.
        }
        this.key = readKey;
        this.envelope = read;
    }

    /// The same for a topic whose vocabulary is not of interest.
    static StoredRecord<?> of(
            EventSerdes serdes, Topic<?> topic, ConsumerRecord<byte[], byte[]> record) {
        return new StoredRecord<>(serdes, topic, record);
    }

    /// Whether a record has the key that is asked for, if one is; so much can be seen from outside.
    static boolean hasKey(ConsumerRecord<byte[], byte[]> record, @Nullable String key) {
        return key == null || Arrays.equals(key.getBytes(UTF_8), record.key());
    }

    @Override
    public LogPartition partition() {
        return new LogPartition(topic.name(), record.partition());
    }

    @Override
    public long offset() {
        return record.offset();
    }

    @Override
    public int bytes() {
        return OVERHEAD_BYTES + Math.max(0, record.serializedValueSize());
    }

    /// @throws SchemaUnreachable if the Schema Registry did not answer
    @Override
    public @Nullable LoggedEvent event(EventFilter filter) {
        var sound = envelope;
        if (sound == null) {
            return unreadable(filter);
        }
        if (!sound.tenant().equals(filter.tenant())
                || !filter.takes(sound.type(), sound.actor())
                || (filter.key() != null && !filter.key().equals(key))) {
            return null;
        }
        var known = event;
        if (known != null) {
            return known;
        }
        try {
            var logged = logged(sound);
            event = logged;
            return logged;
        } catch (SchemaUnreachable unreachable) {
            throw unreachable;
        } catch (SerializationException poison) {
            return unreadable(filter);
        }
    }

    /// Says that there is a record, and where, and nothing of what is in it: nobody knows whose it
    /// is, so every tenant is told as much.
    private @Nullable LoggedEvent unreadable(EventFilter filter) {
        if (!filter.takes(UNREADABLE, NOBODY) || !hasKey(record, filter.key())) {
            return null;
        }
        var id = DerivedId.of("unreadable", DeadLetters.origin(record));
        int bytes = record.value() == null ? 0 : record.value().length;
        return new LoggedEvent(
                id,
                UNREADABLE,
                Instant.ofEpochMilli(Math.max(0, record.timestamp())),
                NOBODY,
                filter.tenant(),
                filter.key() == null ? "" : filter.key(),
                topic.name(),
                record.partition(),
                record.offset(),
                null,
                id,
                "{\"unreadable\":{\"bytes\":%d}}".formatted(bytes),
                null);
    }

    private LoggedEvent logged(Envelope<P> sound) {
        return new LoggedEvent(
                sound.id(),
                sound.type(),
                sound.time(),
                sound.actor(),
                sound.tenant(),
                key,
                topic.name(),
                record.partition(),
                record.offset(),
                sound.causation(),
                sound.correlation(),
                serdes.json(topic, record.value()),
                sound);
    }
}
