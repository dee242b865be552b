package dev.millrace.gateway;

import java.time.Duration;
import java.util.Set;

/// How the gateway listens.
///
/// @param host the address to bind; `0.0.0.0` for all
/// @param port the TCP port, 0..65535; 0 asks the system for a free one
/// @param maxBodyBytes largest request body taken, 1,024..268,435,456. A document's text of 16 MiB
///   can take up more than that in JSON, where characters are escaped
/// @param allowedHosts values of the `Host` header taken besides `host` and the loopback names,
///   each with the port
/// @param allowedOrigins values of the `Origin` header taken besides the gateway's own
/// @param bodyTimeout longest wait for the whole of a body before 408, up to 10 minutes
/// @param version of Millrace, for `GET /v1/version`
public record GatewayConfig(
        String host,
        int port,
        int maxBodyBytes,
        Set<String> allowedHosts,
        Set<String> allowedOrigins,
        Duration bodyTimeout,
        String version) {

    /// Twice the largest text and a little more, in bytes.
    public static final int DEFAULT_MAX_BODY_BYTES = 33 * 1024 * 1024;

    /// Enough for the largest body at a quarter of a megabyte a second, and more.
    public static final Duration DEFAULT_BODY_TIMEOUT = Duration.ofMinutes(3);

    private static final Duration LONGEST_BODY_TIMEOUT = Duration.ofMinutes(10);
    private static final int MIN_BODY_BYTES = 1024;
    private static final int MAX_BODY_BYTES = 256 * 1024 * 1024;
    private static final int MAX_PORT = 65_535;

    public GatewayConfig {
        require(!host.isBlank(), "gateway.host", host, "a name or an address");
        require(port >= 0 && port <= MAX_PORT, "gateway.port", port, "0..65535");
        require(
                maxBodyBytes >= MIN_BODY_BYTES && maxBodyBytes <= MAX_BODY_BYTES,
                "gateway.max-body-bytes",
                maxBodyBytes,
                "1024..268435456");
        require(
                bodyTimeout.isPositive() && bodyTimeout.compareTo(LONGEST_BODY_TIMEOUT) <= 0,
                "gateway.body-timeout",
                bodyTimeout,
                "more than 0, up to 10 minutes");
        allowedHosts = Set.copyOf(allowedHosts);
        allowedOrigins = Set.copyOf(allowedOrigins);
    }

    /// With the default time for bodies.
    public GatewayConfig(
            String host,
            int port,
            int maxBodyBytes,
            Set<String> allowedHosts,
            Set<String> allowedOrigins,
            String version) {
        this(host, port, maxBodyBytes, allowedHosts, allowedOrigins, DEFAULT_BODY_TIMEOUT, version);
    }

    /// On loopback, with the default bounds and no further names.
    public static GatewayConfig onLoopback(int port, String version) {
        return new GatewayConfig(
                "127.0.0.1", port, DEFAULT_MAX_BODY_BYTES, Set.of(), Set.of(), version);
    }

    private static void require(boolean holds, String key, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(
                    key + ": " + value + " (expected: " + expected + ")");
        }
    }
}
