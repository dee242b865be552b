package dev.millrace.site.identity;

import dev.millrace.site.blobs.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Pattern;

/// An Ed25519 key pair in a file (PKCS #8 and X.509 in PEM) that only its owner reads.
final class KeyFile {

    private static final String ALGORITHM = "Ed25519";
    private static final String PRIVATE_KEY = "PRIVATE KEY";
    private static final String PUBLIC_KEY = "PUBLIC KEY";

    private KeyFile() {}

    /// Reads the pair; makes one if there is none.
    ///
    /// @throws IllegalArgumentException if the file holds something else
    static KeyPair open(Path file) throws IOException, GeneralSecurityException {
        if (!Files.exists(file)) {
            DurableFile.create(file, newKeyPair(), DurableFile.PRIVATE);
        }
        var pem = Files.readString(file);
        var keys = KeyFactory.getInstance(ALGORITHM);
        var secret = keys.generatePrivate(new PKCS8EncodedKeySpec(block(pem, PRIVATE_KEY)));
        var shown = keys.generatePublic(new X509EncodedKeySpec(block(pem, PUBLIC_KEY)));
        var pair = new KeyPair(shown, secret);
        if (!belongTogether(pair)) {
            throw new IOException(file + ": the public key is not that of the private key");
        }
        return pair;
    }

    private static byte[] newKeyPair() throws GeneralSecurityException {
        var pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
        var pem =
                pemOf(PRIVATE_KEY, pair.getPrivate().getEncoded())
                        + pemOf(PUBLIC_KEY, pair.getPublic().getEncoded());
        return pem.getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean belongTogether(KeyPair pair) throws GeneralSecurityException {
        var content = ALGORITHM.getBytes(StandardCharsets.US_ASCII);
        var signature = Signature.getInstance(ALGORITHM);
        signature.initSign(pair.getPrivate());
        signature.update(content);
        var signed = signature.sign();
        signature.initVerify(pair.getPublic());
        signature.update(content);
        return signature.verify(signed);
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
