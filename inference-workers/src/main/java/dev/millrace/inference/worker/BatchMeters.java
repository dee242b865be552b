package dev.millrace.inference.worker;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/// Measures the batches of a worker that were committed:
///
/// - `millrace.embedding.batch`: from having read a batch until its embeddings are committed;
/// - `millrace.embedding.batch.size`: chunks in it.
///
/// Safe for use by many threads.
final class BatchMeters {

    private final Timer duration;
    private final DistributionSummary size;

    BatchMeters(MeterRegistry registry) {
        this.duration =
                Timer.builder("millrace.embedding.batch")
                        .description("From having read a batch until its embeddings are committed")
                        .register(registry);
        this.size =
                DistributionSummary.builder("millrace.embedding.batch.size")
                        .baseUnit("chunks")
                        .description("Chunks in a batch")
                        .register(registry);
    }

    /// @param chunks in the batch
    /// @param nanos it took
    void note(int chunks, long nanos) {
        duration.record(Duration.ofNanos(nanos));
        size.record(chunks);
    }
}
