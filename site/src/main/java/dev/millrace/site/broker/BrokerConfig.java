package dev.millrace.site.broker;

import java.time.Duration;

/// How the embedded broker runs.
///
/// @param port on the loopback address; 0 picks a free one
/// @param startTimeout longest wait for it to be ready
/// @param stopTimeout longest wait for an orderly stop; after it the log is recovered on next start
public record BrokerConfig(int port, Duration startTimeout, Duration stopTimeout) {}
