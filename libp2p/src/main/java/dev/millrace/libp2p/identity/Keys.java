package dev.millrace.libp2p.identity;

import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;

/// Public keys as the JDK takes them.
final class Keys {

    static final int ED25519_BYTES = 32;

    private static final int SECP256K1_BYTES = 33;
    private static final int LEAST_RSA_BITS = 2_048;
    private static final int MOST_RSA_BITS = 8_192;

    /// What RFC 8410 puts before the 32 bytes.
    private static final Bytes ED25519_PREFIX = Bytes.hex("302a300506032b6570032100");

    /// The SubjectPublicKeyInfo of an uncompressed P-256 point, up to its coordinates (RFC 5480).
    private static final Bytes P256_PREFIX =
            Bytes.hex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");

    private static final int P256_BYTES = P256_PREFIX.length() + 64;

    private Keys() {}

    static void check(KeyType type, Bytes data) {
        switch (type) {
            case ED25519 -> require(type, data, data.length() == ED25519_BYTES, "32 bytes");
            case SECP256K1 ->
                    require(
                            type,
                            data,
                            data.length() == SECP256K1_BYTES
                                    && (data.at(0) == 2 || data.at(0) == 3),
                            "33 bytes of a compressed point");
            case ECDSA -> {
                require(
                        type,
                        data,
                        data.length() == P256_BYTES
                                && data.slice(0, P256_PREFIX.length()).equals(P256_PREFIX),
                        "the SubjectPublicKeyInfo of an uncompressed P-256 point");
                require(type, data, isOnCurve(data), "a point of P-256");
            }
            case RSA ->
                    require(
                            type,
                            data,
                            isRsa(data),
                            "the DER SubjectPublicKeyInfo of 2048..8192 bits");
        }
    }

    static boolean verify(KeyType type, Bytes data, Bytes message, Bytes signed) {
        try {
            var signature =
                    Signature.getInstance(
                            switch (type) {
                                case ED25519 -> "Ed25519";
                                case RSA -> "SHA256withRSA";
                                case ECDSA, SECP256K1 -> "SHA256withECDSA";
                            });
            signature.initVerify(platformKey(type, data));
            signature.update(message.toArray());
            return signature.verify(signed.toArray());
        } catch (GeneralSecurityException invalid) {
            return false;
        }
    }

    private static java.security.PublicKey platformKey(KeyType type, Bytes data)
            throws GeneralSecurityException {
        return switch (type) {
            case ED25519 -> platformKey("Ed25519", ED25519_PREFIX.plus(data).toArray());
            case RSA -> platformKey("RSA", data.toArray());
            case ECDSA, SECP256K1 -> platformKey("EC", data.toArray());
        };
    }

    private static java.security.PublicKey platformKey(String algorithm, byte[] encoded)
            throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded));
    }

    private static boolean isRsa(Bytes data) {
        try {
            var der = data.toArray();
            if (!(platformKey("RSA", der) instanceof RSAPublicKey key)) {
                return false;
            }
            int bits = key.getModulus().bitLength();
            var numbers = new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent());
            // One key, one form: the platform may read more DER than it writes.
            var written = KeyFactory.getInstance("RSA").generatePublic(numbers).getEncoded();
            return bits >= LEAST_RSA_BITS && bits <= MOST_RSA_BITS && Arrays.equals(written, der);
        } catch (GeneralSecurityException notAKey) {
            return false;
        }
    }

    private static boolean isOnCurve(Bytes data) {
        try {
            if (!(platformKey("EC", data.toArray()) instanceof ECPublicKey key)) {
                return false;
            }
            var curve = key.getParams().getCurve();
            var p = ((ECFieldFp) curve.getField()).getP();
            var x = key.getW().getAffineX();
            var y = key.getW().getAffineY();
            var right = x.pow(3).add(curve.getA().multiply(x)).add(curve.getB()).mod(p);
            return x.compareTo(p) < 0
                    && y.compareTo(p) < 0
                    && y.modPow(BigInteger.TWO, p).equals(right);
        } catch (GeneralSecurityException notAKey) {
            return false;
        }
    }

    private static void require(KeyType type, Bytes data, boolean isMet, String expected) {
        if (!isMet) {
            throw MalformedInput.of(
                    "public key",
                    "%d bytes that are no %s key (expected: %s)"
                            .formatted(data.length(), type, expected));
        }
    }
}
