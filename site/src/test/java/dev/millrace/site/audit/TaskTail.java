package dev.millrace.site.audit;

import static java.util.Objects.requireNonNull;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.schemas.registry.ConfluentSchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;

/// What happens to tasks from now on, read from the log as it grows.
///
/// Confined to one thread.
public final class TaskTail implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Deserializer<Envelope<TaskEvent>> events;
    private final Map<TaskId, List<Logged<TaskEvent>>> histories = new HashMap<>();
    private final Set<TaskId> ended = new HashSet<>();

    public TaskTail(String bootstrapServers, URI registry) {
        var topic = Topics.TASK_EVENTS;
        events = new EventSerdes(new ConfluentSchemaStore(registry)).of(topic).deserializer();
        consumer = LogCopy.consumer(bootstrapServers);
        var partitions =
                consumer.partitionsFor(topic.name()).stream()
                        .map(one -> new TopicPartition(one.topic(), one.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position); // seeking is put off until it is asked for
    }

    /// Reads on until tasks have ended.
    ///
    /// @throws AssertionError if some have not in time
    public void awaitEnded(Collection<TaskId> tasks, Duration patience) {
        var open = new HashSet<>(tasks);
        var end = Instant.now().plus(patience);
        while (!open.isEmpty()) {
            if (Instant.now().isAfter(end)) {
                var one = open.iterator().next();
                throw new AssertionError(
                        "%d of %d tasks have not ended within %s, for instance %s: %s"
                                .formatted(open.size(), tasks.size(), patience, one, of(one)));
            }
            consumer.poll(POLL).forEach(this::add);
            open.removeIf(ended::contains);
        }
    }

    /// How many tasks were submitted since and have not ended, as the log has it now.
    public int inFlight() {
        long now = System.currentTimeMillis();
        boolean isThere = false;
        while (!isThere) {
            var read = consumer.poll(POLL);
            isThere = read.isEmpty();
            for (var record : read) {
                add(record);
                isThere |= record.timestamp() >= now;
            }
        }
        return histories.size() - ended.size();
    }

    /// What has been read of a task, in order; refusals included.
    public List<Logged<TaskEvent>> of(TaskId task) {
        return histories.getOrDefault(task, List.of());
    }

    /// What ended a task.
    public TaskEvent end(TaskId task) {
        return ending(task).message();
    }

    /// When a task ended.
    public Instant ended(TaskId task) {
        return ending(task).envelope().time();
    }

    /// When the last of some tasks ended.
    public Instant lastEnded(Collection<TaskId> tasks) {
        return tasks.stream().map(this::ended).max(Instant::compareTo).orElseThrow();
    }

    /// When a task that had to wait was put into the queue of work.
    public Instant queued(TaskId task) {
        return of(task).stream()
                .filter(event -> event.message() instanceof TaskEvent.Queued)
                .map(event -> event.envelope().time())
                .findFirst()
                .orElseThrow();
    }

    /// What does not hold of tasks that were submitted since, as sentences: one end each, and
    /// versions without a gap.
    public List<String> faults(Collection<TaskId> tasks) {
        var found = new ArrayList<String>();
        for (var task : tasks) {
            var history = of(task);
            found.addAll(TaskChecker.ends(task, history));
            long version = 0;
            for (var event : history) {
                if (event.message().version() != ++version) {
                    found.add("task %s has no version %d".formatted(task, version));
                    break;
                }
            }
        }
        return found;
    }

    private Logged<TaskEvent> ending(TaskId task) {
        return of(task).stream()
                .filter(event -> TaskChecker.isEnd(event.message()))
                .findFirst()
                .orElseThrow();
    }

    private void add(ConsumerRecord<byte[], byte[]> record) {
        var envelope = requireNonNull(events.deserialize(record.topic(), record.value()));
        var event = requireNonNull(envelope.messageOrNull());
        histories
                .computeIfAbsent(event.task(), _ -> new ArrayList<>())
                .add(
                        new Logged<>(
                                record.topic(),
                                record.partition(),
                                record.offset(),
                                record.timestamp(),
                                record.headers(),
                                envelope,
                                event));
        if (TaskChecker.isEnd(event)) {
            ended.add(event.task());
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
