package dev.millrace.streams.audit.scrub;

import java.time.Duration;

/// What a scrub may cost.
///
/// A whole pass reads every record once, so it takes the size of the audited topics over
/// `bytesPerSecond`, and 200 bytes for each record: a million records of 1 KiB take 20 minutes at 1
/// MiB/s.
///
/// @param bytesPerSecond keys, values, headers and trees read; 1 or more
/// @param every the shortest time from the beginning of one pass to that of the next
public record ScrubSettings(long bytesPerSecond, Duration every) {

    public ScrubSettings {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException(
                    "bytes per second: " + bytesPerSecond + " (expected: 1 or more)");
        }
        if (every.isNegative()) {
            throw new IllegalArgumentException("every: " + every + " (expected: 0 or more)");
        }
    }
}
