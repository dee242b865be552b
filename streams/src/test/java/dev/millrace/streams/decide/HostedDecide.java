package dev.millrace.streams.decide;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.task.ClaimKey;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskDecider;
import dev.millrace.domain.task.TaskState;
import java.time.Duration;
import java.util.function.LongConsumer;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// The very code of `decide`, run by something else than Kafka Streams: by a simulation, which
/// gives it its stores, its clock and its records.
///
/// One of it is one start of one partition's task; after a crash a new one begins with what the
/// stores then hold. Confined to one thread.
public final class HostedDecide {

    private final HostContext context;
    private final DecideProcessor processor;

    /// Starts.
    ///
    /// @param stores survive this, as far as the host lets them
    public HostedDecide(int partition, ClaimKey claims, Site site, Stores stores, Host host) {
        this.context = new HostContext(partition, stores, host);
        this.processor = new DecideProcessor(new TaskDecider(), claims, site);
        processor.init(context);
    }

    /// Takes one command or report in.
    ///
    /// @param timestamp what the log says, in milliseconds since 1970
    public void process(
            Place place, long timestamp, String key, Envelope<? extends Message> envelope) {
        context.at(place);
        processor.process(new Record<>(key, envelope, timestamp));
    }

    /// What `decide` remembers by.
    public record Stores(
            KeyValueStore<String, TaskState> tasks,
            KeyValueStore<String, Long> applied,
            KeyValueStore<String, Long> timers,
            KeyValueStore<String, Integer> watchers,
            KeyValueStore<String, Envelope<TaskCommand>> dependencies) {}

    /// What Kafka Streams is to `decide` otherwise.
    public interface Host {

        /// How many partitions each topic has.
        int partitions();

        /// The clock of the process, in milliseconds since 1970.
        long clockMillis();

        /// Calls back again and again, between two records.
        ///
        /// @return ends that
        Runnable every(Duration interval, LongConsumer look);

        /// Writes in the transaction that is open, or begins one.
        ///
        /// @param cause null for what `decide` says by itself
        void write(
                String topic,
                int partition,
                String key,
                Envelope<? extends Message> envelope,
                @Nullable Place cause);
    }

    /// Where a record stands in the log.
    public record Place(String topic, int partition, long offset) implements RecordMetadata {
        @Override
        public String toString() {
            return topic.substring(topic.indexOf('.') + 1) + "-" + partition + "@" + offset;
        }
    }
}
