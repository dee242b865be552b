package dev.millrace.bench.tasks;

import dev.millrace.bench.site.BrokerProcess;
import java.time.Duration;
import java.util.function.ObjIntConsumer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.WakeupException;

/// A thread that hands on every record of a topic, until it is closed.
final class PipeReader implements BrokerProcess.Running {

    private static final Duration POLL = Duration.ofMillis(200);

    private final Consumer<Integer, Integer> consumer;
    private final ObjIntConsumer<Integer> taker;
    private final Thread thread;

    private PipeReader(
            String topic, Consumer<Integer, Integer> consumer, ObjIntConsumer<Integer> taker) {
        this.consumer = consumer;
        this.taker = taker;
        this.thread = Thread.ofPlatform().daemon().name("pipe-" + topic).start(this::read);
    }

    /// @param taker is given the number of a task, and how many steps are left
    static PipeReader start(String bootstrapServers, String topic, ObjIntConsumer<Integer> taker) {
        return new PipeReader(topic, PipeClients.consumer(bootstrapServers, topic), taker);
    }

    private void read() {
        try (consumer) {
            while (true) {
                for (var record : consumer.poll(POLL)) {
                    taker.accept(record.key(), record.value());
                }
            }
        } catch (WakeupException _) {
            // That is how it is closed.
        }
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
