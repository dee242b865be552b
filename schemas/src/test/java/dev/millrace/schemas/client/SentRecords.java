package dev.millrace.schemas.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.kafka.clients.producer.MockProducer;

/// What a thread beside the test's sends.
public final class SentRecords {

    private SentRecords() {}

    /// Waits until something was sent, and returns the last of it.
    public static <V> V last(MockProducer<String, V> producer) {
        long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (producer.history().isEmpty()) {
            assertThat(System.nanoTime()).as("waited for a record").isLessThan(until);
            Thread.onSpinWait();
        }
        return producer.history().getLast().value();
    }
}
