package dev.millrace.streams.audit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;

/// Measures the signing of the history:
///
/// - `millrace.audit.checkpoint`: making trees durable and signing a checkpoint of them
/// - `millrace.audit.signing.age`: from the timestamp of the oldest record that a checkpoint is the
///   first to cover until it is signed, so how far behind signing is
///
/// Safe for use by many threads.
final class AuditMeters {

    private final Timer checkpoint;
    private final Timer age;
    private final InstantSource clock;

    AuditMeters(MeterRegistry registry, InstantSource clock) {
        this.checkpoint =
                Timer.builder("millrace.audit.checkpoint")
                        .description("How long it took to sign a checkpoint")
                        .register(registry);
        this.age =
                Timer.builder("millrace.audit.signing.age")
                        .description("From the oldest record of a checkpoint until it was signed")
                        .register(registry);
        this.clock = clock;
    }

    /// A checkpoint is signed.
    ///
    /// @param nanos it took
    /// @param oldestMillis the timestamp of the oldest record that was in none before
    void signed(long nanos, long oldestMillis) {
        checkpoint.record(Duration.ofNanos(nanos));
        age.record(Duration.ofMillis(Math.max(0, clock.millis() - oldestMillis)));
    }
}
