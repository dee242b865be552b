package dev.millrace.domain.audit.note;

import dev.millrace.domain.event.Bytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;

/// One signature below a note: `— name base64(key hash, signature)`.
///
/// @param name of the key
/// @param keyHash of the key
/// @param signature 1 byte or more; for a countersignature its time in seconds comes first
public record SignatureLine(String name, int keyHash, Bytes signature) {

    static final String BEGIN = "\u2014 ";

    public SignatureLine {
        VerifierKey.requireName(name);
        if (signature.length() == 0) {
            throw new IllegalArgumentException("signature: empty (expected: 1 byte or more)");
        }
    }

    /// Reads what [#toString] writes, and nothing else.
    static SignatureLine parse(String line) {
        var parts = line.startsWith(BEGIN) ? line.substring(BEGIN.length()).split(" ", -1) : null;
        if (parts != null && parts.length == 2) {
            var coded = Base64.getDecoder().decode(parts[1]);
            if (coded.length > Integer.BYTES) {
                var read =
                        new SignatureLine(
                                parts[0],
                                ByteBuffer.wrap(coded).getInt(),
                                Bytes.copyOf(
                                        Arrays.copyOfRange(coded, Integer.BYTES, coded.length)));
                if (read.toString().equals(line)) {
                    return read;
                }
            }
        }
        throw new IllegalArgumentException("signature line: not \"\u2014 name base64\"");
    }

    @Override
    public String toString() {
        var coded =
                ByteBuffer.allocate(Integer.BYTES + signature.length())
                        .putInt(keyHash)
                        .put(signature.toArray())
                        .array();
        return BEGIN + name + " " + Base64.getEncoder().encodeToString(coded);
    }
}
