package dev.millrace.inference.tokens;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/// The table of the `static-minilm` model: a vector of 256 whole numbers, -127 to 127, for each
/// token of its vocabulary, and what a token weighs.
///
/// A text's vector is the sum of its tokens' rows, each times the token's weight and how often it
/// comes, scaled to unit length. The weight has two factors that nobody needs apart: what the row's
/// numbers were divided by, and how much the token says.
public final class TokenTable {

    public static final int TOKENS = 30_522;

    public static final int DIMENSIONS = 256;

    /// The row of texts without any token that is known: `[PAD]`, which no text has.
    public static final int WORDLESS = 0;

    private final byte[] rows;
    private final FloatBuffer weights;

    private TokenTable(byte[] rows, FloatBuffer weights) {
        this.rows = rows;
        this.weights = weights;
    }

    /// Reads what the script beside the files wrote: `table.i8` and `weights.f32`, little-endian.
    ///
    /// @throws IOException if one is missing or of another size
    public static TokenTable read(Path folder) throws IOException {
        var rows = bytes(folder.resolve("table.i8"), TOKENS * DIMENSIONS);
        var weights = bytes(folder.resolve("weights.f32"), TOKENS * Float.BYTES);
        return new TokenTable(
                rows, ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer());
    }

    private static byte[] bytes(Path file, int size) throws IOException {
        var bytes = Files.readAllBytes(file);
        if (bytes.length != size) {
            throw new IOException(
                    "%s: %d bytes (expected: %d)".formatted(file, bytes.length, size));
        }
        return bytes;
    }

    /// The whole table, row by row.
    public FloatBuffer rows() {
        var all = FloatBuffer.allocate(rows.length);
        for (byte number : rows) {
            all.put(number);
        }
        return all.flip();
    }

    /// What each token weighs.
    public FloatBuffer weights() {
        return FloatBuffer.allocate(TOKENS).put(weights.duplicate()).flip();
    }
}
