package dev.millrace.streams.views.fold;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.domain.event.Content;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.BitSet;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;

/// How rows and stored folds look as JSON: snake_case names, times in ISO 8601 with microseconds.
///
/// The shape of what is stored belongs to one version of the views' application id: another shape
/// is another application, rebuilt from the log, so nothing here ever reads an older one.
public final class Json {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .addModule(
                            new SimpleModule()
                                    .addSerializer(Instant.class, new TimeWriter())
                                    .addDeserializer(Instant.class, new TimeReader())
                                    .addSerializer(BitSet.class, new BitsWriter())
                                    .addDeserializer(BitSet.class, new BitsReader()))
                    .build();

    /* Rows carry outputs inside, and are read and written with Jackson's bound of 1,000 levels. */
    static final int MAX_CONTENT_NESTING = 500;

    private static final JsonMapper CONTENTS =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_CONTENT_NESTING)
                                                    .build())
                                    .build())
                    .build();

    private Json() {}

    /// The text of a row.
    public static String text(Object row) {
        try {
            return MAPPER.writeValueAsString(row);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(row.getClass() + " cannot be written", impossible);
        }
    }

    /// A row as a tree.
    public static JsonNode tree(Object row) {
        return MAPPER.valueToTree(row);
    }

    /// An empty object to fill.
    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /// How a time looks in a row, for instance `2026-11-22T10:00:00.000000Z`.
    public static String time(Instant time) {
        return TIME.format(time);
    }

    /// Reads what [#time(Instant)] writes.
    static Instant time(String text) {
        return TIME.parse(text, Instant::from);
    }

    /// What a text holds: the JSON itself, or the text as a JSON string where it is none, or nests
    /// more than 500 levels deep; of a blob its address.
    static JsonNode content(Content content) {
        return switch (content) {
            case Content.Inline(String text) -> parsed(text);
            case Content.Stored(var digest, long size) -> {
                var object = object();
                object.putObject("blob").put("digest", digest.hex()).put("size", size);
                yield object;
            }
        };
    }

    /// Keeps values of a record type in a store.
    static <T> Serde<T> serde(Class<T> type) {
        Serializer<T> serializer = (_, value) -> value == null ? null : write(value);
        Deserializer<T> deserializer = (_, bytes) -> bytes == null ? null : read(type, bytes);
        return Serdes.serdeFrom(serializer, deserializer);
    }

    private static JsonNode parsed(String text) {
        try {
            var tree = CONTENTS.readTree(text);
            return tree.isMissingNode() ? TextNode.valueOf(text) : tree;
        } catch (JsonProcessingException notJson) {
            return TextNode.valueOf(text);
        }
    }

    private static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException impossible) {
            throw new SerializationException(value.getClass().getName(), impossible);
        }
    }

    private static <T> T read(Class<T> type, byte[] bytes) {
        try {
            return MAPPER.readValue(bytes, type);
        } catch (IOException notOurs) {
            throw new SerializationException(type.getName(), notOurs);
        }
    }

    private static final class TimeWriter extends JsonSerializer<Instant> {
        @Override
        public void serialize(Instant value, JsonGenerator out, SerializerProvider provider)
                throws IOException {
            out.writeString(time(value));
        }
    }

    private static final class TimeReader extends JsonDeserializer<Instant> {
        @Override
        public Instant deserialize(JsonParser in, DeserializationContext context)
                throws IOException {
            return time(in.getText());
        }
    }

    private static final class BitsWriter extends JsonSerializer<BitSet> {
        @Override
        public void serialize(BitSet value, JsonGenerator out, SerializerProvider provider)
                throws IOException {
            out.writeString(Base64.getEncoder().encodeToString(value.toByteArray()));
        }
    }

    private static final class BitsReader extends JsonDeserializer<BitSet> {
        @Override
        public BitSet deserialize(JsonParser in, DeserializationContext context)
                throws IOException {
            return BitSet.valueOf(Base64.getDecoder().decode(in.getText()));
        }
    }
}
