package dev.millrace.inference.work;

import dev.millrace.domain.task.TaskReport;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/// Measures `millrace.work`: how long attempts took, by kind and outcome.
///
/// Safe for use by many threads.
final class WorkMeters {

    private final MeterRegistry registry;

    WorkMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /// @param report how the attempt came out
    /// @param nanos it took
    void note(String kind, TaskReport report, long nanos) {
        Timer.builder("millrace.work")
                .description("How long attempts took")
                .tag("kind", kind)
                .tag("outcome", report instanceof TaskReport.Succeeded ? "succeeded" : "failed")
                .register(registry)
                .record(Duration.ofNanos(nanos));
    }
}
