package dev.millrace.domain.event;

import java.util.Locale;

/// Who caused a record, and how we know.
///
/// @param id a user's subject claim, a worker's name, a peer id; never a secret, at most 256
///   characters
/// @param proof how the identity was established
public record Actor(String id, Proof proof) {

    private static final int MAX_ID_LENGTH = 256;

    public Actor {
        if (id.isEmpty() || id.length() > MAX_ID_LENGTH) {
            throw new IllegalArgumentException(
                    "actor: " + id.length() + " characters (expected: 1..256)");
        }
    }

    /// How an actor's identity was established.
    public enum Proof {
        /// A token of the site's identity provider.
        OIDC,
        /// The bearer token of the site's own data folder.
        LOCAL,
        /// The secure channel to another site.
        SITE,
        /// A process of this site.
        WORKER,
        /// Nothing: whoever could write to the topic.
        UNVERIFIED;

        /// The name on the wire, for instance `oidc`.
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// The proof a wire name stands for. A name of a newer version proves nothing here, so it
        /// reads as [#UNVERIFIED].
        public static Proof ofWireName(String name) {
            for (var proof : values()) {
                if (proof.wireName().equals(name)) {
                    return proof;
                }
            }
            return UNVERIFIED;
        }
    }
}
