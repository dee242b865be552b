package dev.millrace.domain.audit.tree;

import dev.millrace.domain.event.Digest;
import java.security.DigestException;
import java.security.MessageDigest;

/// The hashing of RFC 6962 §2.1: a leaf is hashed behind a 0 and a node behind a 1, so that neither
/// can pass for the other.
///
/// Confined to one thread.
public final class TreeHasher {

    /// The root of a tree without leaves.
    public static final Hash EMPTY = Hash.of(Digest.sha256().digest());

    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private final MessageDigest sha256 = Digest.sha256();
    private final byte[] pair = new byte[2 * Hash.BYTES];

    public Hash leaf(byte[] entry) {
        var hash = new byte[Hash.BYTES];
        leaf(entry, hash, 0);
        return Hash.of(hash, 0);
    }

    public Hash node(Hash left, Hash right) {
        left.copyTo(pair, 0);
        right.copyTo(pair, Hash.BYTES);
        node(pair, 0, pair, 0);
        return Hash.of(pair, 0);
    }

    void leaf(byte[] entry, byte[] target, int start) {
        sha256.update(LEAF);
        sha256.update(entry);
        finish(target, start);
    }

    /// Writes the node above two hashes that lie side by side.
    void node(byte[] children, int left, byte[] target, int start) {
        sha256.update(NODE);
        sha256.update(children, left, 2 * Hash.BYTES);
        finish(target, start);
    }

    /// The root of a complete subtree.
    ///
    /// @param hashes its lowest level, side by side
    /// @param count a power of two
    Hash complete(byte[] hashes, int start, int count) {
        var level = new byte[Math.max(1, count / 2) * Hash.BYTES];
        if (count == 1) {
            return Hash.of(hashes, start);
        }
        for (int i = 0; i < count / 2; i++) {
            node(hashes, start + 2 * i * Hash.BYTES, level, i * Hash.BYTES);
        }
        for (int left = count / 2; left > 1; left /= 2) {
            for (int i = 0; i < left / 2; i++) {
                node(level, 2 * i * Hash.BYTES, level, i * Hash.BYTES);
            }
        }
        return Hash.of(level, 0);
    }

    private void finish(byte[] target, int start) {
        try {
            sha256.digest(target, start, Hash.BYTES);
        } catch (DigestException impossible) { // there is room for it
            throw new IllegalStateException(impossible);
        }
    }
}
