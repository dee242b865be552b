package dev.millrace.libp2p.record;

import dev.millrace.libp2p.multiformats.Bytes;

/// What is in a signed envelope, so that a signature for one purpose is worth nothing for another.
///
/// @param domain signed before the payload, never sent; 1..64 characters of ASCII
/// @param code sent in the envelope; 1..[SignedEnvelope#MAX_TYPE_BYTES]
public record PayloadKind(String domain, Bytes code) {

    /// A [PeerRecord]. RFC 0003 prints another domain and code, which nobody uses.
    public static final PayloadKind PEER_RECORD =
            new PayloadKind("libp2p-peer-record", Bytes.hex("0301"));

    /// What a relay gives to those that reserved a place.
    public static final PayloadKind RELAY_VOUCHER =
            new PayloadKind("libp2p-relay-rsvp", Bytes.hex("0302"));

    private static final int MOST_CHARACTERS = 64;

    public PayloadKind {
        boolean isAscii = domain.chars().allMatch(c -> c >= ' ' && c <= '~');
        if (domain.isEmpty() || domain.length() > MOST_CHARACTERS || !isAscii) {
            throw new IllegalArgumentException(
                    "domain: %s (expected: 1..%d characters of ASCII)"
                            .formatted(domain, MOST_CHARACTERS));
        }
        if (code.isEmpty() || code.length() > SignedEnvelope.MAX_TYPE_BYTES) {
            throw new IllegalArgumentException(
                    "code: %d bytes (expected: 1..%d)"
                            .formatted(code.length(), SignedEnvelope.MAX_TYPE_BYTES));
        }
    }
}
