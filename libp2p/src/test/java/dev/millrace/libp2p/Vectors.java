package dev.millrace.libp2p;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.libp2p.multiformats.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// The bytes that other implementations made, and agree on.
public final class Vectors {

    private static final JsonNode ALL = json("vectors.json");

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

    /// What a file of them holds.
    public static JsonNode json(String file) {
        try {
            return new ObjectMapper().readTree(content(file));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /// The lines of a file of them.
    public static List<String> lines(String file) {
        return new String(content(file), StandardCharsets.UTF_8).lines().toList();
    }

    private static byte[] content(String file) {
        try (var vectors = Vectors.class.getResourceAsStream("/vectors/" + file)) {
            return Objects.requireNonNull(vectors).readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
