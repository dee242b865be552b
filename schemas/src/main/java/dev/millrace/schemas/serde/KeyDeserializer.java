package dev.millrace.schemas.serde;

import dev.millrace.schemas.topic.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/// Reads a topic's keys, each of which names what the topic says it names. A key chooses the
/// record's partition, so one that names nothing stands anywhere. Safe for use by many threads.
final class KeyDeserializer implements Deserializer<String> {

    private final Topic<?> topic;

    KeyDeserializer(Topic<?> topic) {
        this.topic = topic;
    }

    /// @throws SerializationException if there is no key, or it names no such thing
    @Override
    public String deserialize(String name, byte @Nullable [] key) {
        if (key == null) {
            throw new SerializationException("key: none (expected: a " + topic.key() + ")");
        }
        try {
            // Not String's own decoder, which makes up characters for what is no UTF-8.
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
            if (topic.isKey(text)) {
                return text;
            }
        } catch (CharacterCodingException notText) {
            throw unnamed(key, notText);
        }
        throw unnamed(key, null);
    }

    private SerializationException unnamed(byte[] key, @Nullable Throwable cause) {
        return new SerializationException(
                "key: %d bytes (expected: a %s)".formatted(key.length, topic.key()), cause);
    }
}
