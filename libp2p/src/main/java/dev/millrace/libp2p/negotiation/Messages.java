package dev.millrace.libp2p.negotiation;

import dev.millrace.libp2p.multiformats.ByteReader;
import dev.millrace.libp2p.multiformats.ByteWriter;
import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Takes messages out of bytes as they arrive: each is a varint length, text, and a line feed.
///
/// Takes no byte beyond the message it returns, because what follows the last one belongs to the
/// protocol that was agreed on. Holds at most one message in memory. Confined to one thread.
final class Messages {

    /// The longest message with its line feed, in bytes; other implementations have the same bound.
    static final int MAX_BYTES = 1_024;

    static final String HEADER = "/multistream/1.0.0";
    static final String NOT_SPOKEN = "na";

    /// Asks for all protocols; few answer, and nobody has to.
    static final String LIST = "ls";

    private static final String SUBJECT = "multistream";

    /// What came of a length of two bytes so far; 0 if nothing did, for the first is over 127.
    private int first;

    /// Null while the length is being read.
    private byte @Nullable [] message;

    private int filled;

    /// A message in bytes.
    ///
    /// @param text 1 to [#MAX_BYTES] - 1 bytes of UTF-8, without a line feed
    static Bytes encode(String text) {
        var line = Bytes.utf8(text + '\n');
        if (text.isEmpty() || text.indexOf('\n') >= 0 || line.length() > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "protocol: %s (expected: 1..%d bytes without a line feed)"
                            .formatted(MalformedInput.quoted(text), MAX_BYTES - 1));
        }
        return new ByteWriter().prefixed(line).toBytes();
    }

    /// The proposal of a protocol in bytes.
    static Bytes proposal(String protocol) {
        if (!isProposal(protocol)) {
            throw new IllegalArgumentException("protocol: " + protocol + " (expected: a name)");
        }
        return encode(protocol);
    }

    static boolean isProposal(String text) {
        return !text.equals(NOT_SPOKEN) && !text.equals(LIST);
    }

    /// The next message; null if it is not all there yet.
    ///
    /// @throws MalformedInput if there can be none, whatever follows
    @Nullable String next(ByteBuffer input) {
        while (message == null) {
            if (!input.hasRemaining()) {
                return null;
            }
            readLength(input.get());
        }
        int taken = Math.min(input.remaining(), message.length - filled);
        input.get(message, filled, taken);
        filled += taken;
        if (filled < message.length) {
            return null;
        }
        var line = new ByteReader(SUBJECT, Bytes.copyOf(message));
        message = null;
        filled = 0;
        var text = line.utf8(line.remaining() - 1);
        if (line.u8() != '\n') {
            throw MalformedInput.of(SUBJECT, "a message that ends without a line feed");
        }
        if (text.isEmpty() || text.indexOf('\n') >= 0) {
            throw MalformedInput.of(SUBJECT, "a message that is not one line");
        }
        return text;
    }

    /// The bound is below 2^14, so a length has one byte or two.
    private void readLength(int next) {
        if (first == 0 && next < 0) {
            first = Byte.toUnsignedInt((byte) next);
            return;
        }
        int size = first == 0 ? next : (first & 0x7F) | (next << 7);
        boolean isShortest = first == 0 || next > 0;
        if (next < 0 || !isShortest || size < 2 || size > MAX_BYTES) {
            throw MalformedInput.of(
                    SUBJECT,
                    "a length that is not 2..%d in its shortest form".formatted(MAX_BYTES));
        }
        first = 0;
        message = new byte[size];
    }
}
