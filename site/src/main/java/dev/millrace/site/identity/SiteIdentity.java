package dev.millrace.site.identity;

import dev.millrace.domain.event.Site;
import dev.millrace.site.blobs.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;

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
    private static final String PRIVATE_KEY = "PRIVATE KEY";
    private static final String PUBLIC_KEY = "PUBLIC KEY";

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
            if (!Files.exists(keyFile)) {
                DurableFile.create(keyFile, newKeyPair(), DurableFile.PRIVATE);
            }
            if (!Files.exists(incarnationFile)) {
                DurableFile.create(
                        incarnationFile,
                        (newIncarnation.get() + "\n").getBytes(StandardCharsets.US_ASCII),
                        DurableFile.READABLE);
            }
            var pem = Files.readString(keyFile);
            var keys = KeyFactory.getInstance(ALGORITHM);
            var secret = keys.generatePrivate(new PKCS8EncodedKeySpec(block(pem, PRIVATE_KEY)));
            var shown =
                    (EdECPublicKey)
                            keys.generatePublic(new X509EncodedKeySpec(block(pem, PUBLIC_KEY)));
            if (!belongTogether(secret, shown)) {
                throw new IOException(keyFile + ": the public key is not that of the private key");
            }
            return new SiteIdentity(
                    secret,
                    PeerId.of(shown),
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

    private static byte[] newKeyPair() throws GeneralSecurityException {
        var pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
        var pem =
                pemOf(PRIVATE_KEY, pair.getPrivate().getEncoded())
                        + pemOf(PUBLIC_KEY, pair.getPublic().getEncoded());
        return pem.getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean belongTogether(PrivateKey secret, PublicKey shown)
            throws GeneralSecurityException {
        var content = ALGORITHM.getBytes(StandardCharsets.US_ASCII);
        var check = Signature.getInstance(ALGORITHM);
        check.initVerify(shown);
        check.update(content);
        return check.verify(signature(secret, content));
    }

    private static byte[] signature(PrivateKey key, byte[] content)
            throws GeneralSecurityException {
        var signature = Signature.getInstance(ALGORITHM);
        signature.initSign(key);
        signature.update(content);
        return signature.sign();
    }

    private static String pemOf(String label, byte[] content) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(label, Base64.getMimeEncoder().encodeToString(content), label);
    }

    private static byte[] block(String pem, String label) {
        var block =
                Pattern.compile(
                                "-----BEGIN " + label + "-----(.*?)-----END " + label + "-----",
                                Pattern.DOTALL)
                        .matcher(pem);
        if (!block.find()) {
            throw new IllegalArgumentException("no " + label + " block");
        }
        return Base64.getMimeDecoder().decode(block.group(1).strip());
    }
}
