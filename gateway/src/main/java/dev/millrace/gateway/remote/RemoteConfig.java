package dev.millrace.gateway.remote;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/// How the processes that answer one port are reached.
///
/// @param bases of each, for instance `http://views-1:7301`; at least one
/// @param secret what the processes of a site show each other
/// @param connectTimeout longest wait for a connection to one of them
/// @param timeout longest wait for the answer of one of them
/// @param most questions under way at once
/// @param longestTry after a refusal that took longer, no other is asked
public record RemoteConfig(
        List<URI> bases,
        String secret,
        Duration connectTimeout,
        Duration timeout,
        int most,
        Duration longestTry) {

    /// Shorter than a view waits for what moves, longer than any refusal takes that waits for
    /// nothing.
    private static final Duration USUAL_TRY = Duration.ofMillis(1500);

    /// With the usual bound on a try.
    public RemoteConfig(
            List<URI> bases, String secret, Duration connectTimeout, Duration timeout, int most) {
        this(bases, secret, connectTimeout, timeout, most, USUAL_TRY);
    }

    public RemoteConfig {
        bases = List.copyOf(bases);
        if (bases.isEmpty()) {
            throw new IllegalArgumentException("bases: none (expected: at least one)");
        }
        if (most < 1) {
            throw new IllegalArgumentException("most: " + most + " (expected: >= 1)");
        }
    }

    /// Two seconds to connect, ten for an answer, at most 256 questions at once.
    public static RemoteConfig of(List<URI> bases, String secret) {
        return new RemoteConfig(bases, secret, Duration.ofSeconds(2), Duration.ofSeconds(10), 256);
    }

    /// All but the secret.
    @Override
    public String toString() {
        return bases + " within " + timeout;
    }
}
