package dev.millrace.domain.audit.note;

import dev.millrace.domain.event.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.time.Instant;

/// The key of a witness, which countersigns checkpoints (C2SP tlog-cosignature, `cosignature/v1`).
/// Prints as its public part.
public final class WitnessKey {

    private final VerifierKey shown;
    private final PrivateKey secret;

    /// @param keys of Ed25519; of no other signer, for the signature does not name its witness
    public WitnessKey(String name, KeyPair keys) {
        this.shown =
                new VerifierKey(
                        name,
                        VerifierKey.Type.COSIGNATURE,
                        Bytes.copyOf(Ed25519.raw(keys.getPublic())));
        this.secret = keys.getPrivate();
    }

    /// What others check countersignatures by.
    public VerifierKey shown() {
        return shown;
    }

    /// Signs that, at a time, this was the latest checkpoint of its origin that the witness had
    /// seen, and continued those before. Whoever calls this has checked that.
    ///
    /// @param now in whole seconds since 1970
    public SignatureLine countersign(String checkpoint, Instant now) {
        long seconds = now.getEpochSecond();
        if (seconds < 0) {
            throw new IllegalArgumentException("time: " + now + " (expected: 1970 or later)");
        }
        var signature = Ed25519.sign(secret, message(checkpoint, seconds));
        return new SignatureLine(
                shown.name(),
                shown.hash(),
                Bytes.copyOf(
                        ByteBuffer.allocate(Long.BYTES + signature.length)
                                .putLong(seconds)
                                .put(signature)
                                .array()));
    }

    static byte[] message(String checkpoint, long seconds) {
        return ("cosignature/v1\ntime " + seconds + "\n" + checkpoint)
                .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return shown.toString();
    }
}
