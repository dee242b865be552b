package dev.millrace.gateway.commands;

import java.time.Duration;

/// How long, and how often at once, outcomes are awaited.
///
/// @param timeout longest wait for an outcome while no other comes either, and for the brokers to
///   take a command; at most a minute. As long as others come, an outcome is awaited three times as
///   long
/// @param maxPending most commands awaited at once, and most ends of tasks; more are refused
public record SubmissionsConfig(Duration timeout, int maxPending) {

    private static final Duration MAX_TIMEOUT = Duration.ofMinutes(1);

    /// 10 seconds, 10,000 commands.
    public static final SubmissionsConfig DEFAULT =
            new SubmissionsConfig(Duration.ofSeconds(10), 10_000);

    public SubmissionsConfig {
        if (!timeout.isPositive() || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    "gateway.outcome-timeout: " + timeout + " (expected: > 0, at most PT1M)");
        }
        if (maxPending < 1) {
            throw new IllegalArgumentException(
                    "gateway.max-pending: " + maxPending + " (expected: >= 1)");
        }
    }
}
