package dev.millrace.site.cluster;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Payload;
import dev.millrace.domain.event.Sensitivity;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.event.Trace;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.view.Position;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.site.NumberedTasks;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/// Events of tasks that are written straight into the log, and all that is known of them: what the
/// views say can be held against it, event by event.
///
/// Tasks are numbered in the order of their creation. One thread writes, any number asks.
final class WrittenTasks implements AutoCloseable {

    static final List<String> STATES = List.of("queued", "running", "succeeded");

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final String TENANT = "default";

    private final KafkaProducer<String, Envelope<TaskEvent>> producer;
    private final int partitions;
    private final Random random;
    private final Map<Integer, List<Event>> events = new ConcurrentHashMap<>();
    private final List<Integer> open = new ArrayList<>();
    private final AtomicInteger count = new AtomicInteger();
    private volatile Position last = Position.START;
    private volatile Written newest = new Written(0, 0, Position.START);

    /// One event of a task.
    ///
    /// @param version 1 for queued, 2 for running, 3 for succeeded
    record Event(long version, int partition, long offset) {}

    /// What was just written.
    record Written(int task, long version, Position position) {}

    WrittenTasks(String bootstrapServers, EventSerdes serdes, int partitions, long seed) {
        this.partitions = partitions;
        this.random = new Random(seed);
        this.producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", bootstrapServers, "acks", "all"),
                        new StringSerializer(),
                        serdes.of(Topics.TASK_EVENTS).serializer());
    }

    /// Begins a task.
    void begin() throws ExecutionException, InterruptedException {
        int task = count.get();
        write(task, 1);
        open.add(task);
        count.incrementAndGet();
    }

    /// Begins a task, or lets one go on, as the seed has it.
    void go() throws ExecutionException, InterruptedException {
        if (open.isEmpty() || random.nextInt(3) == 0) {
            begin();
            return;
        }
        int at = random.nextInt(open.size());
        int task = open.get(at);
        int version = 1 + of(task).size();
        write(task, version);
        if (version == STATES.size()) {
            open.set(at, open.getLast());
            open.removeLast();
        }
    }

    private void write(int task, int version) throws ExecutionException, InterruptedException {
        var key = NumberedTasks.id(task).toString();
        var event =
                switch (version) {
                    case 1 -> NumberedTasks.submitted(task);
                    case 2 -> new TaskEvent.Started(NumberedTasks.id(task), 2, 1, "w", null, null);
                    default ->
                            new TaskEvent.Succeeded(
                                    NumberedTasks.id(task), 3, 1, new Content.Inline("{}"));
                };
        int partition = Topics.TASK_EVENTS.partition(key, partitions);
        var record =
                new ProducerRecord<String, Envelope<TaskEvent>>(
                        Topics.TASK_EVENTS.name(), partition, key, envelope(task, event));
        var at = producer.send(record).get();
        var after = new ArrayList<>(of(task));
        after.add(new Event(version, partition, at.offset()));
        events.put(task, List.copyOf(after));
        last = last.with(Topics.TASK_EVENTS.name(), partition, at.offset());
        newest =
                new Written(
                        task,
                        version,
                        Position.at(Topics.TASK_EVENTS.name(), partition, at.offset()));
    }

    private static Envelope<TaskEvent> envelope(int task, TaskEvent event) {
        return new Envelope<>(
                new UUID(0x7000L + event.version(), task),
                event.type(),
                NOON.plusSeconds(task),
                TENANT,
                "subject",
                Labels.of(Sensitivity.INTERNAL, List.of()),
                new Actor("ann", Actor.Proof.LOCAL),
                new Site("12D3KooWTest", new UUID(1, 2)),
                null,
                new UUID(8, 8),
                new Trace("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", ""),
                new Payload.Clear<>(event));
    }

    /// How many tasks there are.
    int count() {
        return count.get();
    }

    /// What was written last.
    Written newest() {
        return newest;
    }

    /// All that is written.
    Position position() {
        return last;
    }

    /// The events of a task.
    List<Event> of(int task) {
        return events.getOrDefault(task, List.of());
    }

    /// The version that a task has come to at a position; 0 if it is not there yet.
    long versionAt(int task, Position position) {
        return of(task).stream()
                .filter(event ->
                        event.offset <= position.offset(Topics.TASK_EVENTS.name(), event.partition))
                .mapToLong(Event::version)
                .max()
                .orElse(0);
    }

    static int task(String id) {
        return (int) UUID.fromString(id).getLeastSignificantBits();
    }

    @Override
    public void close() {
        producer.close();
    }
}
