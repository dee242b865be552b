package dev.millrace.bench.replay;

import dev.millrace.bench.site.ProcessCost;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.replay.Replay;
import dev.millrace.domain.replay.ReplayRequest;
import dev.millrace.domain.replay.UnknownReplay;
import dev.millrace.domain.view.Moment;
import dev.millrace.domain.view.Position;
import dev.millrace.schemas.registry.ConfluentSchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.replay.KafkaReplays;
import dev.millrace.streams.runtime.PlainConsumers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/// Reads `task-events` from its beginning to where it ended at first, as often as asked: either by
/// the cheapest consumer that decodes, or by the replay of the view `tasks`, which reads by a
/// consumer with the same settings. Confined to one thread.
final class Passes implements AutoCloseable {

    private static final String VIEW = "tasks";
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int MOST_RECORDS = 2_000;
    private static final long LOOK_EVERY_MILLIS = 10;

    private final Map<String, Object> client;
    private final EventSerdes serdes;
    private final KafkaReplays replays;
    private final Map<TopicPartition, Long> ends;

    private Passes(
            Map<String, Object> client,
            EventSerdes serdes,
            KafkaReplays replays,
            Map<TopicPartition, Long> ends) {
        this.client = client;
        this.serdes = serdes;
        this.replays = replays;
        this.ends = Map.copyOf(ends);
    }

    /// @param folder for the rows of replays
    /// @param partitions of the topic
    static Passes of(String bootstrapServers, URI registry, Path folder, int partitions) {
        Map<String, Object> client = Map.of("bootstrap.servers", bootstrapServers);
        var serdes = new EventSerdes(new ConfluentSchemaStore(registry));
        var replays =
                new KafkaReplays(
                        client,
                        serdes,
                        new NoViews(),
                        partitions,
                        folder,
                        UUID::randomUUID,
                        InstantSource.system());
        try (var consumer = PlainConsumers.fromEarliest(client, MOST_RECORDS)) {
            var all =
                    IntStream.range(0, partitions)
                            .mapToObj(
                                    number -> new TopicPartition(Topics.TASK_EVENTS.name(), number))
                            .toList();
            return new Passes(client, serdes, replays, consumer.endOffsets(all));
        }
    }

    /// Where the log ended at first, as a replay is told it.
    Position end() {
        var position = Position.START;
        for (var end : ends.entrySet()) {
            if (end.getValue() > 0) {
                position =
                        position.with(
                                end.getKey().topic(), end.getKey().partition(), end.getValue() - 1);
            }
        }
        return position;
    }

    /// Reads and decodes, and does nothing with what it has read.
    Pass bare() throws IOException {
        double cpuBefore = cpuSeconds();
        long began = System.nanoTime();
        long records = 0;
        var values = serdes.valuesOf(Topics.TASK_EVENTS);
        try (var consumer = PlainConsumers.fromEarliest(client, MOST_RECORDS)) {
            consumer.assign(ends.keySet());
            consumer.seekToBeginning(ends.keySet());
            while (!isThere(consumer)) {
                for (var record : consumer.poll(POLL)) {
                    if (values.deserialize(record.topic(), record.value()).messageOrNull()
                            == null) {
                        throw new IOException("record: cannot be read by this version");
                    }
                    records++;
                }
            }
        }
        return new Pass(records, (System.nanoTime() - began) / 1e9, cpuSeconds() - cpuBefore);
    }

    private boolean isThere(Consumer<byte[], byte[]> consumer) {
        return ends.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    /// Replays, without looking at the rows.
    ///
    /// @param records that a pass reads
    Pass replay(long records) throws IOException, InterruptedException {
        double cpuBefore = cpuSeconds();
        long began = System.nanoTime();
        var request =
                new ReplayRequest(VIEW, Envelope.DEFAULT_TENANT, new Moment.Place(end()), null);
        try {
            var replay = replays.start(request).toCompletableFuture().join();
            while (!replay.state().isEnded()) {
                Thread.sleep(LOOK_EVERY_MILLIS);
                replay = replays.get(Envelope.DEFAULT_TENANT, replay.id());
            }
            if (replay.state() != Replay.State.FINISHED) {
                throw new IOException("replay: " + replay.state() + ": " + replay.problem());
            }
        } catch (UnknownReplay gone) {
            throw new IOException(gone);
        }
        return new Pass(records, (System.nanoTime() - began) / 1e9, cpuSeconds() - cpuBefore);
    }

    private static double cpuSeconds() throws IOException {
        return ProcessCost.cpuSecondsOf(ProcessHandle.current().pid());
    }

    @Override
    public void close() {
        replays.close();
    }
}
