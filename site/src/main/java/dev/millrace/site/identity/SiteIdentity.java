package dev.millrace.site.identity;

import dev.millrace.domain.event.Site;
import dev.millrace.site.blobs.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.util.UUID;
import java.util.function.Supplier;

/// Who this site is, kept in the data folder and made on the first start.
///
/// ```
/// identity/key.pem       the Ed25519 key pair (PKCS #8 and X.509), readable by its owner only
/// identity/incarnation   a UUID; remove it after restoring a backup, and the next start renews it
/// ```
///
/// Whoever has the key file is this site. Immutable.
public final class SiteIdentity {

    private static final String ALGORITHM = "Ed25519";

    private final PrivateKey key;
    private final PeerId peer;
    private final UUID incarnation;

    private SiteIdentity(PrivateKey key, PeerId peer, UUID incarnation) {
        this.key = key;
        this.peer = peer;
        this.incarnation = incarnation;
    }

    /// Reads the identity in a folder; makes what is missing of it.
    ///
    /// @throws IOException if it cannot be read or written, or is no longer what was written
    public static SiteIdentity open(Path folder, Supplier<UUID> newIncarnation) throws IOException {
        DurableFile.makeFolder(folder);
        var keyFile = folder.resolve("key.pem");
        var incarnationFile = folder.resolve("incarnation");
        try {
            var pair = KeyFile.open(keyFile);
            if (!Files.exists(incarnationFile)) {
                DurableFile.create(
                        incarnationFile,
                        (newIncarnation.get() + "\n").getBytes(StandardCharsets.US_ASCII),
                        DurableFile.READABLE);
            }
            return new SiteIdentity(
                    pair.getPrivate(),
                    PeerId.of((EdECPublicKey) pair.getPublic()),
                    UUID.fromString(Files.readString(incarnationFile).strip()));
        } catch (GeneralSecurityException | IllegalArgumentException damaged) {
            throw new IOException(
                    folder + ": not the identity of a site: " + damaged.getMessage(), damaged);
        }
    }

    /// This site, as every record it writes names it.
    public Site site() {
        return new Site(peer.text(), incarnation);
    }

    public PeerId peer() {
        return peer;
    }

    /// This site's Ed25519 signature (RFC 8032) of some bytes.
    public byte[] sign(byte[] content) {
        try {
            return signature(key, content);
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("the site's key does not sign", broken);
        }
    }

    private static byte[] signature(PrivateKey key, byte[] content)
            throws GeneralSecurityException {
        var signature = Signature.getInstance(ALGORITHM);
        signature.initSign(key);
        signature.update(content);
        return signature.sign();
    }
}
