package dev.millrace.streams.dispatch;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;

/// Measures `millrace.dispatch.age`: from the event that queues an attempt until the attempt is in
/// its queue, so how many there were, and how far behind handing out is.
///
/// Safe for use by many threads.
final class DispatchMeters {

    private final Timer age;
    private final InstantSource clock;

    DispatchMeters(MeterRegistry registry, InstantSource clock) {
        this.age =
                Timer.builder("millrace.dispatch.age")
                        .description("From the event that queues an attempt until it is in a queue")
                        .register(registry);
        this.clock = clock;
    }

    /// An attempt is in its queue.
    ///
    /// @param queuedMillis the timestamp of the event
    void handedOut(long queuedMillis) {
        age.record(Duration.ofMillis(Math.max(0, clock.millis() - queuedMillis)));
    }
}
