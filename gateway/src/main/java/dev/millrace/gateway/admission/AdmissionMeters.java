package dev.millrace.gateway.admission;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/// Counts `millrace.admission.requests`: requests settled, by outcome (`admitted`, `duplicate`,
/// `refused`). After a crash some are settled again, as duplicates.
///
/// Safe for use by many threads.
final class AdmissionMeters {

    private final Counter admitted;
    private final Counter duplicate;
    private final Counter refused;

    AdmissionMeters(MeterRegistry registry) {
        this.admitted = counter(registry, "admitted");
        this.duplicate = counter(registry, "duplicate");
        this.refused = counter(registry, "refused");
    }

    void admitted() {
        admitted.increment();
    }

    void duplicate() {
        duplicate.increment();
    }

    void refused() {
        refused.increment();
    }

    private static Counter counter(MeterRegistry registry, String outcome) {
        return Counter.builder("millrace.admission.requests")
                .description("Requests for tasks from millrace.task-requests that were settled")
                .tag("outcome", outcome)
                .register(registry);
    }
}
