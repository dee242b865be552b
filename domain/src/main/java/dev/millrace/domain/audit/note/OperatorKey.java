package dev.millrace.domain.audit.note;

import dev.millrace.domain.event.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.util.List;

/// The audit key of a site: signs its checkpoints, and nothing else. Prints as its public part.
public final class OperatorKey {

    private final VerifierKey shown;
    private final PrivateKey secret;

    /// @param name the origin of the site's checkpoints
    /// @param keys of Ed25519
    public OperatorKey(String name, KeyPair keys) {
        this.shown =
                new VerifierKey(
                        name,
                        VerifierKey.Type.SIGNATURE,
                        Bytes.copyOf(Ed25519.raw(keys.getPublic())));
        this.secret = keys.getPrivate();
    }

    /// What others check signatures by.
    public VerifierKey shown() {
        return shown;
    }

    /// A note of this text, signed.
    public SignedNote sign(String text) {
        var signature = Ed25519.sign(secret, text.getBytes(StandardCharsets.UTF_8));
        var line = new SignatureLine(shown.name(), shown.hash(), Bytes.copyOf(signature));
        return new SignedNote(text, List.of(line));
    }

    @Override
    public String toString() {
        return shown.toString();
    }
}
