package dev.millrace.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.task.Pending;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.Terms;
import dev.millrace.schemas.SampleEnvelopes;
import dev.millrace.schemas.SampleMessages;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class EventRoundTripTest {

    private static final int SEEDS = 200;

    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());

    @Test
    void everyMessageOfEveryTopicComesBackAsItWas() {
        for (long seed = 0; seed < SEEDS; seed++) {
            for (var topic : SampleEnvelopes.topics()) {
                requireRoundTrip(topic, seed);
            }
        }
    }

    @Test
    void samplesAreOfMessagesThatTopicsHold() {
        var held =
                SampleEnvelopes.topics().stream()
                        .flatMap(topic -> SampleEnvelopes.kinds(topic.vocabulary()).stream())
                        .toList();

        assertThat(new SampleMessages(new Random(0)).kinds()).hasSameElementsAs(held);
    }

    @Test
    void everyStateOfATaskComesBackAsItWas() {
        var serde = serdes.taskState();
        var task = new TaskId(new UUID(1, 2));
        for (var stage : TaskState.Stage.values()) {
            boolean isOpen = stage != TaskState.Stage.ABSENT && !stage.isEnded();
            var open =
                    new TaskState.Open(
                            new Content.Inline("{}"),
                            new SampleMessages(new Random(stage.name().hashCode())).terms(),
                            Instant.ofEpochMilli(5),
                            null,
                            "worker-a",
                            Instant.ofEpochMilli(7),
                            3,
                            null,
                            Pending.all(9),
                            11);
            var owner = new TaskState.Owner("tenant-a", "somebody", Labels.DEFAULT, new UUID(8, 9));
            var least =
                    new TaskState.Open(
                            new Content.Inline("{}"),
                            Terms.DEFAULT,
                            null,
                            null,
                            null,
                            null,
                            0,
                            null,
                            null,
                            0);
            var bare =
                    new TaskState(task, 1, stage, null, null, 0, null, isOpen ? least : null, null);
            var full =
                    new TaskState(
                            task,
                            Long.MAX_VALUE,
                            stage,
                            "ingest",
                            Digest.of("x"),
                            3,
                            owner,
                            isOpen ? open : null,
                            new Content.Stored(Digest.of("y"), 9));
            for (var state : List.of(bare, full)) {
                var bytes = serde.serializer().serialize("changelog", state);

                assertThat(serde.deserializer().deserialize("changelog", bytes)).isEqualTo(state);
            }
        }
    }

    @Test
    void oneSerdeServesManyThreads() throws InterruptedException, ExecutionException {
        var serde = serdes.of(Topics.EMBEDDINGS);
        try (var threads = Executors.newFixedThreadPool(8)) {
            var all = new ArrayList<Future<Boolean>>();
            for (long seed = 0; seed < 64; seed++) {
                var envelopes = new SampleEnvelopes(seed).each(Topics.EMBEDDINGS);
                Callable<Boolean> survives =
                        () -> {
                            for (int i = 0; i < 50; i++) {
                                for (var envelope : envelopes) {
                                    var bytes = serde.serializer().serialize("t", envelope);
                                    var back = serde.deserializer().deserialize("t", bytes);
                                    if (!envelope.equals(back)) {
                                        return false;
                                    }
                                }
                            }
                            return true;
                        };
                all.add(threads.submit(survives));
            }
            for (var one : all) {
                assertThat(one.get()).isTrue();
            }
        }
    }

    private <P extends Message> void requireRoundTrip(Topic<P> topic, long seed) {
        var serde = serdes.of(topic);
        for (Envelope<P> envelope : new SampleEnvelopes(seed).each(topic)) {
            var bytes = serde.serializer().serialize(topic.name(), envelope);

            assertThat(serde.deserializer().deserialize(topic.name(), bytes))
                    .as("seed %d, %s", seed, topic.name())
                    .isEqualTo(envelope);
        }
    }
}
