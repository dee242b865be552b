package dev.millrace.streams.audit;

import java.time.Duration;

/// How often a history is signed.
///
/// @param every the shortest time between two checkpoints
public record AuditSettings(Duration every) {

    /// After so many records a checkpoint is made before its time.
    static final int MOST_RECORDS = 100_000;

    public AuditSettings {
        if (every.isNegative()) {
            throw new IllegalArgumentException("every: " + every + " (expected: 0 or more)");
        }
    }
}
