package dev.millrace.libp2p.address;

import dev.millrace.libp2p.multiformats.ByteReader;
import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Text and bytes without a replacement for what is neither.
final class Utf8 {

    private Utf8() {}

    static Bytes encode(String subject, String text) {
        try {
            var encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            var bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return Bytes.copyOf(bytes);
        } catch (CharacterCodingException malformed) {
            throw MalformedInput.of(subject, "half a surrogate pair", malformed);
        }
    }

    static String decode(String subject, Bytes bytes) {
        return new ByteReader(subject, bytes).utf8(bytes.length());
    }
}
