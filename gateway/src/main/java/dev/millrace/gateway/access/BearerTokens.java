package dev.millrace.gateway.access;

import dev.millrace.domain.event.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The bearer tokens that stand for somebody (RFC 6750).
///
/// Only their digests are held. A token is compared with every one of them, each in constant time,
/// so that the time of an answer tells nothing about a token. Immutable.
public final class BearerTokens {

    private static final int MIN_LENGTH = 16;
    private static final int MAX_LENGTH = 8192;
    private static final String SCHEME = "Bearer ";

    private final List<Entry> entries;

    /// @param principals by token, each 16 to 8,192 characters
    public BearerTokens(Map<String, Principal> principals) {
        principals
                .keySet()
                .forEach(
                        token -> {
                            if (token.length() < MIN_LENGTH || token.length() > MAX_LENGTH) {
                                throw new IllegalArgumentException(
                                        "token: "
                                                + token.length()
                                                + " characters (expected: 16..8192)");
                            }
                        });
        entries =
                principals.entrySet().stream()
                        .map(entry -> new Entry(digest(entry.getKey()), entry.getValue()))
                        .toList();
    }

    /// Whoever the value of an `Authorization` header stands for; null for nobody.
    public @Nullable Principal principal(@Nullable String authorization) {
        if (authorization == null
                || authorization.length() > SCHEME.length() + MAX_LENGTH
                || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        var presented = digest(authorization.substring(SCHEME.length()).strip());
        Principal found = null;
        for (var entry : entries) {
            if (MessageDigest.isEqual(entry.digest, presented)) {
                found = entry.principal;
            }
        }
        return found;
    }

    private static byte[] digest(String token) {
        return Digest.sha256().digest(token.getBytes(StandardCharsets.UTF_8));
    }

    private static final class Entry {
        private final byte[] digest;
        private final Principal principal;

        Entry(byte[] digest, Principal principal) {
            this.digest = digest;
            this.principal = principal;
        }
    }
}
