package dev.millrace.libp2p.address;

import dev.millrace.libp2p.multiformats.ByteWriter;
import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;
import java.util.HexFormat;

/// Percent-encoding (RFC 3986) of a path within one segment of an address.
final class Percent {

    private static final int ASCII = 128;

    /// What is written as it is: the unreserved, and with them what ECMAScript leaves alone.
    private static final String PLAIN = "-_.!~*'()";

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private Percent() {}

    static String encode(Bytes value) {
        var text = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            int next = value.at(i);
            if (isPlain(next)) {
                text.append((char) next);
            } else {
                text.append('%').append(HEX.toHexDigits((byte) next));
            }
        }
        return text.toString();
    }

    static Bytes decode(String text) {
        var bytes = new ByteWriter();
        int end;
        for (int i = 0; i < text.length(); i = end) {
            if (text.charAt(i) == '%') {
                end = i + 3;
                if (end > text.length() || !isHex(text, i + 1, end)) {
                    throw MalformedInput.atCharacter("path", i, "a % without two hex digits", null);
                }
                bytes.u8(HexFormat.fromHexDigits(text, i + 1, end));
            } else {
                // A character beyond ASCII may stand as it is, in one or two units.
                end = text.offsetByCodePoints(i, 1);
                bytes.bytes(Utf8.encode("path", text.substring(i, end)));
            }
        }
        return bytes.toBytes();
    }

    private static boolean isHex(String text, int from, int to) {
        return text.substring(from, to).chars().allMatch(HexFormat::isHexDigit);
    }

    private static boolean isPlain(int c) {
        return c < ASCII && (Character.isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0);
    }
}
