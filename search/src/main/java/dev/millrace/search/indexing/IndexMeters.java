package dev.millrace.search.indexing;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/// Measures what goes into an index:
///
/// - `millrace.index.commit`: how long a commit takes;
/// - `millrace.index.batch`: from the first record of a batch until all of it can be found and is
///   reported;
/// - `millrace.index.batch.size`: records in it.
///
/// Safe for use by many threads.
final class IndexMeters {

    private final Timer commit;
    private final Timer duration;
    private final DistributionSummary size;

    IndexMeters(MeterRegistry registry) {
        this.commit =
                Timer.builder("millrace.index.commit")
                        .description("Time that a commit of the index takes")
                        .register(registry);
        this.duration =
                Timer.builder("millrace.index.batch")
                        .description("From the first record of a batch until all of it is reported")
                        .register(registry);
        this.size =
                DistributionSummary.builder("millrace.index.batch.size")
                        .baseUnit("records")
                        .description("Records in a batch")
                        .register(registry);
    }

    void committed(long nanos) {
        commit.record(Duration.ofNanos(nanos));
    }

    void settled(int records, long nanos) {
        duration.record(Duration.ofNanos(nanos));
        size.record(records);
    }
}
