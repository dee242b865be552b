package dev.millrace.domain.event;

import java.util.UUID;

/// The site that wrote a record.
///
/// @param peer the site's libp2p peer id, from its Ed25519 key, in base58
/// @param incarnation renewed whenever the site is restored from a backup, so that a forked history
///   shows
public record Site(String peer, UUID incarnation) {

    public Site {
        if (peer.isEmpty()) {
            throw new IllegalArgumentException("peer: empty (expected: a libp2p peer id)");
        }
    }
}
