package dev.millrace.libp2p;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.libp2p.multiformats.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// The bytes that three implementations agree on.
public final class Vectors {

    private static final JsonNode ALL = read();

    private Vectors() {}

    /// The text at a path such as `/keys/A/seed`.
    public static String text(String path) {
        var node = ALL.at(path);
        if (!node.isTextual()) {
            throw new IllegalArgumentException("no vector " + path);
        }
        return node.asText();
    }

    /// The bytes at a path.
    public static Bytes bytes(String path) {
        return Bytes.hex(text(path));
    }

    /// All bytes below a path, by their name.
    public static Map<String, Bytes> all(String path) {
        var all = new TreeMap<String, Bytes>();
        ALL.at(path)
                .properties()
                .forEach(entry -> all.put(entry.getKey(), Bytes.hex(entry.getValue().asText())));
        return all;
    }

    private static JsonNode read() {
        try (var vectors = Vectors.class.getResourceAsStream("/vectors/vectors.json")) {
            return new ObjectMapper().readTree(Objects.requireNonNull(vectors));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
