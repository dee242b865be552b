package dev.millrace.schemas.client;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;

/// Polls as a real consumer does: it waits until there is something, or it is woken up.
public final class SteppedConsumer extends MockConsumer<String, byte[]> {

    private final BlockingQueue<Runnable> steps;

    /// @param offsetReset where it begins, as `auto.offset.reset` says it
    /// @param steps what happens, one a poll
    public SteppedConsumer(String offsetReset, BlockingQueue<Runnable> steps) {
        super(offsetReset);
        this.steps = steps;
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // it must not hold the lock waiting
    public ConsumerRecords<String, byte[]> poll(Duration timeout) {
        try {
            var step = steps.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (step != null) {
                step.run();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return super.poll(timeout);
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public void wakeup() {
        super.wakeup();
        steps.add(() -> {});
    }
}
