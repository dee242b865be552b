package dev.millrace.schemas.registry.embedded;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Measures a registry:
///
/// - `millrace.registry.request`: from a request's headers until its answer is made, by `operation`
///   and `status`;
/// - `millrace.registry.log.read`: how long it takes to read what is new in the log;
/// - `millrace.registry.log.read.size`: entries that were new then;
/// - `millrace.registry.log.lag`: since when the log may hold what the registry does not know;
/// - `millrace.registry.schemas`, `millrace.registry.subjects`: what it knows.
///
/// Safe for use by many threads.
final class RegistryMeters {

    private final MeterRegistry meters;
    private final Timer read;
    private final DistributionSummary readSize;

    RegistryMeters(MeterRegistry meters) {
        this.meters = meters;
        this.read =
                Timer.builder("millrace.registry.log.read")
                        .description("Time that it takes to read what is new in the log")
                        .register(meters);
        this.readSize =
                DistributionSummary.builder("millrace.registry.log.read.size")
                        .baseUnit("entries")
                        .description("Entries that were new when the log was read")
                        .register(meters);
    }

    /// Shows what a registry knows, and how far behind its log it is.
    void show(RegistryState state, LogFollower log) {
        Gauge.builder("millrace.registry.schemas", state, RegistryState::schemaCount)
                .description("Schemas that have an id")
                .strongReference(true)
                .register(meters);
        Gauge.builder("millrace.registry.subjects", state, RegistryState::subjectCount)
                .description("Subjects with a version that is not hidden")
                .strongReference(true)
                .register(meters);
        TimeGauge.builder("millrace.registry.log.lag", log, TimeUnit.NANOSECONDS, LogFollower::lag)
                .description("Time since the log's end was last read")
                .strongReference(true)
                .register(meters);
    }

    /// @param operation one of [RegistryRoutes#operation]
    /// @param status of HTTP
    void noteRequest(String operation, int status, long nanos) {
        Timer.builder("millrace.registry.request")
                .description("From a request's headers until its answer is made")
                .tags("operation", operation, "status", Integer.toString(status))
                .register(meters)
                .record(Duration.ofNanos(nanos));
    }

    /// @param entries that were new
    void noteRead(int entries, long nanos) {
        read.record(Duration.ofNanos(nanos));
        readSize.record(entries);
    }
}
