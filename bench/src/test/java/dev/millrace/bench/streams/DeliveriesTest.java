package dev.millrace.bench.streams;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What is counted of the events of one run.
class DeliveriesTest {

    @Test
    void itIsWholeOnceEveryClientHasEveryEvent() throws InterruptedException {
        var deliveries = new Deliveries(10, 2, 3, true);
        deliveries.submitting(10);
        deliveries.submitting(11);
        long now = System.nanoTime();
        for (int client = 0; client < 3; client++) {
            deliveries.delivered(10, now + client * 1_000_000L);
        }
        deliveries.delivered(11, now);
        deliveries.delivered(11, now);
        deliveries.delivered(12, now); // of the run after

        assertThat(deliveries.await(0)).isEqualTo(1);

        deliveries.delivered(11, now + 5_000_000L);
        assertThat(deliveries.await(0)).isZero();
        assertThat(deliveries.lastNanos()).isEqualTo(now + 5_000_000L);
        assertThat(deliveries.latencies().count()).isEqualTo(6);
        assertThat(deliveries.spread().max()).isBetween(5.0, 5.01);
        assertThat(deliveries.spread().p50()).isZero();
    }
}
