package dev.millrace.inference.kinds.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// The body of an answer: at most 8 MiB on the wire, and at most 8 MiB once it is unpacked.
final class ReceivedBody {

    static final int MAX_BYTES = 8 * 1024 * 1024;

    private static final Pattern JSON_TYPE = Pattern.compile("application/([a-z0-9.+-]+\\+)?json");
    private static final Pattern TEXT_TYPE =
            Pattern.compile(
                    "text/.+|application/(([a-z0-9.+-]+\\+)?xml|javascript|x-ndjson"
                            + "|x-www-form-urlencoded|yaml)");
    private static final Pattern CHARSET =
            Pattern.compile("(?i);\\s*charset\\s*=\\s*\"?([A-Za-z0-9._:-]+)");

    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    private final byte[] bytes;
    private final Packing packing;

    /// @param bytes as they were meant, or as they came if they are packed in an unknown way
    private ReceivedBody(byte[] bytes, Packing packing) {
        this.bytes = bytes;
        this.packing = packing;
    }

    boolean isEmpty() {
        return bytes.length == 0;
    }

    Packing packing() {
        return packing;
    }

    /// Reads a body to its end.
    ///
    /// @param encoding the header `Content-Encoding`; null if there is none
    /// @throws TooLarge if it has no end within the bounds
    static ReceivedBody read(InputStream wire, @Nullable String encoding) throws IOException {
        var bytes = bounded(wire);
        return switch (encoding == null ? "identity" : encoding.toLowerCase(Locale.ROOT)) {
            case "identity" -> new ReceivedBody(bytes, Packing.NONE);
            case "gzip", "x-gzip" -> {
                if (bytes.length == 0) {
                    yield new ReceivedBody(bytes, Packing.NONE);
                }
                try (var unpacked = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
                    yield new ReceivedBody(bounded(unpacked), Packing.UNDONE);
                }
            }
            default -> new ReceivedBody(bytes, Packing.UNKNOWN);
        };
    }

    private static byte[] bounded(InputStream stream) throws IOException {
        var bytes = stream.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new TooLarge(
                    "body: more than %d bytes (expected: at most that)".formatted(MAX_BYTES));
        }
        return bytes;
    }

    /// The body as JSON; null if it is neither JSON nor a text.
    ///
    /// @param type the header `Content-Type`; null if there is none
    @Nullable JsonNode json(@Nullable String type) {
        if (packing == Packing.UNKNOWN || type == null) {
            return null;
        }
        var essence = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (JSON_TYPE.matcher(essence).matches()) {
            var text = text(StandardCharsets.UTF_8);
            var node = text == null ? null : parsed(text);
            return node == null && text != null ? TextNode.valueOf(text) : node;
        }
        if (!TEXT_TYPE.matcher(essence).matches()) {
            return null;
        }
        var text = text(charset(type));
        return text == null ? null : TextNode.valueOf(text);
    }

    String base64() {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static @Nullable JsonNode parsed(String text) {
        try {
            var node = JSON.readTree(text);
            return node.isMissingNode() ? null : node;
        } catch (JsonProcessingException not) {
            return null;
        }
    }

    private static Charset charset(String type) {
        var named = CHARSET.matcher(type);
        try {
            return named.find() ? Charset.forName(named.group(1)) : StandardCharsets.UTF_8;
        } catch (IllegalCharsetNameException | UnsupportedCharsetException unknown) {
            return StandardCharsets.UTF_8;
        }
    }

    private @Nullable String text(Charset charset) {
        try {
            return charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException other) {
            return null;
        }
    }

    /// How a body was packed.
    enum Packing {
        NONE,
        UNDONE,
        UNKNOWN
    }

    /// An answer is larger than anybody wants to hold.
    static final class TooLarge extends IOException {

        private static final long serialVersionUID = 1L;

        TooLarge(String message) {
            super(message);
        }
    }
}
