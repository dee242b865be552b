package dev.millrace.site.management;

import com.sun.net.httpserver.HttpHandler;
import dev.millrace.domain.event.Digest;
import dev.millrace.site.identity.SiteIdentity;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// What the processes of one site prove to each other that they are that: a bearer token that all
/// who have the site's key can make, and nobody else.
///
/// It is the SHA-256 of the key's signature of a fixed text; Ed25519 signs the same text the same
/// way each time (RFC 8032, section 5.1.6). Prints as `***`.
public record SiteSecret(String value) {

    private static final String TEXT = "millrace: between the processes of one site, 1";
    private static final int UNAUTHORIZED = 401;
    private static final int NO_BODY = -1;

    /// The secret of a site.
    public static SiteSecret of(SiteIdentity identity) {
        return new SiteSecret(
                Digest.of(identity.sign(TEXT.getBytes(StandardCharsets.US_ASCII))).hex());
    }

    /// Lets only those who have the secret through.
    HttpHandler guarding(HttpHandler handler) {
        var expected = ("Bearer " + value).getBytes(StandardCharsets.US_ASCII);
        return exchange -> {
            var shown = exchange.getRequestHeaders().getFirst("Authorization");
            var given = (shown == null ? "" : shown).getBytes(StandardCharsets.UTF_8);
            if (MessageDigest.isEqual(expected, given)) {
                handler.handle(exchange);
            } else {
                try (exchange) {
                    exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
                    exchange.sendResponseHeaders(UNAUTHORIZED, NO_BODY);
                }
            }
        };
    }

    @Override
    public String toString() {
        return "***";
    }
}
