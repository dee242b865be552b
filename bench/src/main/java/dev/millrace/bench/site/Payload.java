package dev.millrace.bench.site;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/// What is submitted, the same to all sides: a JSON object with the number of the record and random
/// letters, in all so many bytes.
public final class Payload {

    /// The fewest bytes that any number fits into.
    public static final int LEAST_BYTES = 40;

    private static final int LETTERS = 4_096;

    private final int bytes;
    private final String letters;

    /// @param bytes of each, in UTF-8
    /// @param seed of the letters
    public Payload(int bytes, long seed) {
        if (bytes < LEAST_BYTES) {
            throw new IllegalArgumentException(
                    "payload: " + bytes + " bytes (expected: >= " + LEAST_BYTES + ")");
        }
        this.bytes = bytes;
        var random = new SplittableRandom(seed);
        var text = new StringBuilder(LETTERS + bytes);
        for (int i = 0; i < LETTERS + bytes; i++) {
            text.append((char) random.nextInt('a', 'z' + 1));
        }
        this.letters = text.toString();
    }

    /// The object of a number; the same for the same seed.
    public ObjectNode json(int number) {
        var json = GatewayClient.JSON.createObjectNode().put("n", number).put("text", "");
        int left = bytes - json.toString().length();
        int from = Math.floorMod(number, LETTERS);
        return json.put("text", letters.substring(from, from + left));
    }

    /// The same as bytes.
    public byte[] utf8(int number) {
        return json(number).toString().getBytes(StandardCharsets.UTF_8);
    }
}
