package dev.millrace.streams.decide;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.domain.event.Message;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.decide.HostedDecide.Place;
import java.io.File;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.StreamsMetrics;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// As much of a processor's context as `decide` uses; whatever else it may come to ask for fails.
final class HostContext implements ProcessorContext<String, Placed<? extends Message>> {

    private final TaskId id;
    private final Map<String, KeyValueStore<String, ?>> stores;
    private final HostedDecide.Host host;
    private @Nullable Place place;

    HostContext(int partition, HostedDecide.Stores stores, HostedDecide.Host host) {
        this.id = new TaskId(0, partition);
        this.stores =
                Map.of(
                        DecideTopology.TASKS, stores.tasks(),
                        DecideTopology.APPLIED, stores.applied(),
                        DecideTopology.TIMERS, stores.timers(),
                        DecideTopology.WATCHERS, stores.watchers(),
                        DecideTopology.DEPENDENCIES, stores.dependencies());
        this.host = host;
    }

    /// Where the record stands that is processed next.
    void at(Place next) {
        place = next;
    }

    @Override
    public <K extends String, V extends Placed<? extends Message>> void forward(
            Record<K, V> record, String child) {
        var placed = record.value();
        var cause = cause(record.headers());
        var topic = topic(child);
        host.write(topic, partition(topic, record), record.key(), placed.envelope(), cause);
    }

    @SuppressWarnings("removal") // in Kafka 4.4 the method to go is still the one to call
    private <K extends String, V extends Placed<? extends Message>> int partition(
            String topic, Record<K, V> record) {
        return Placed.partitioner()
                .partitions(topic, record.key(), placed(record.value()), host.partitions())
                .orElseThrow()
                .iterator()
                .next();
    }

    private static Placed<Message> placed(Placed<? extends Message> any) {
        @SuppressWarnings("unchecked") // its partition is asked for, and nothing else
        var placed = (Placed<Message>) any;
        return placed;
    }

    /// What the headers name as the cause; null if they name none.
    private static @Nullable Place cause(Headers headers) {
        if (headers.lastHeader(Outgoing.CAUSE_TOPIC) == null) {
            return null;
        }
        return new Place(
                text(headers, Outgoing.CAUSE_TOPIC),
                Integer.parseInt(text(headers, Outgoing.CAUSE_PARTITION)),
                Long.parseLong(text(headers, Outgoing.CAUSE_OFFSET)));
    }

    private static String text(Headers headers, String name) {
        return new String(headers.lastHeader(name).value(), UTF_8);
    }

    private static String topic(String sink) {
        return switch (sink) {
            case DecideTopology.EVENTS_OUT -> Topics.TASK_EVENTS.name();
            case DecideTopology.RESULTS_OUT -> Topics.RESULTS.name();
            case DecideTopology.COMMANDS_OUT -> Topics.TASK_COMMANDS.name();
            case DecideTopology.CONTROL_OUT -> Topics.TASK_CONTROL.name();
            default -> throw new IllegalArgumentException("sink: " + sink);
        };
    }

    @Override
    // As in Kafka Streams, whoever asks knows the store.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <S extends StateStore> S getStateStore(String name) {
        var store = stores.get(name);
        if (store == null) {
            throw new IllegalArgumentException("store: " + name);
        }
        return (S) store;
    }

    @Override
    public Cancellable schedule(Duration interval, PunctuationType type, Punctuator callback) {
        if (type != PunctuationType.WALL_CLOCK_TIME) {
            throw new UnsupportedOperationException("schedule by " + type);
        }
        return host.every(interval, callback::punctuate)::run;
    }

    @Override
    public Optional<RecordMetadata> recordMetadata() {
        return Optional.ofNullable(place);
    }

    @Override
    public TaskId taskId() {
        return id;
    }

    @Override
    public long currentSystemTimeMs() {
        return host.clockMillis();
    }

    @Override
    public <K extends String, V extends Placed<? extends Message>> void forward(
            Record<K, V> record) {
        throw new UnsupportedOperationException("forward to all");
    }

    @Override
    public Cancellable schedule(
            Instant first, Duration interval, PunctuationType type, Punctuator callback) {
        throw new UnsupportedOperationException("schedule from a moment on");
    }

    @Override
    public String applicationId() {
        throw new UnsupportedOperationException("applicationId");
    }

    @Override
    public Serde<?> keySerde() {
        throw new UnsupportedOperationException("keySerde");
    }

    @Override
    public Serde<?> valueSerde() {
        throw new UnsupportedOperationException("valueSerde");
    }

    @Override
    public File stateDir() {
        throw new UnsupportedOperationException("stateDir");
    }

    @Override
    public StreamsMetrics metrics() {
        throw new UnsupportedOperationException("metrics");
    }

    @Override
    public void commit() {
        throw new UnsupportedOperationException("commit");
    }

    @Override
    public Map<String, Object> appConfigs() {
        throw new UnsupportedOperationException("appConfigs");
    }

    @Override
    public Map<String, Object> appConfigsWithPrefix(String prefix) {
        throw new UnsupportedOperationException("appConfigsWithPrefix");
    }

    @Override
    public long currentStreamTimeMs() {
        throw new UnsupportedOperationException("currentStreamTimeMs");
    }
}
