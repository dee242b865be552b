package dev.millrace.libp2p.identity;

import dev.millrace.libp2p.multiformats.MalformedInput;

/// The sorts of identity keys that libp2p knows.
public enum KeyType {
    /// RSA of 2,048 to 8,192 bits; data is a DER SubjectPublicKeyInfo. Signatures are PKCS#1 v1.5
    /// with SHA-256.
    RSA(0),

    /// Data is the 32 bytes of RFC 8032. The only sort that every implementation has, and the only
    /// one that this library signs with.
    ED25519(1),

    /// Data is a compressed point, 33 bytes. Named and carried, but its signatures cannot be
    /// checked: the JDK has not had the curve since version 16.
    SECP256K1(2),

    /// P-256; data is a DER SubjectPublicKeyInfo. Signatures are DER, with SHA-256.
    ECDSA(3);

    private final int code;

    KeyType(int code) {
        this.code = code;
    }

    /// What stands for it in a key message.
    public int code() {
        return code;
    }

    static KeyType of(long code) {
        for (var type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        throw MalformedInput.of("key type", Long.toUnsignedString(code) + " (expected: 0..3)");
    }
}
