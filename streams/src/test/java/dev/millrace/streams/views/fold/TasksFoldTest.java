package dev.millrace.streams.views.fold;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.Terms;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.decide.HostedDecide.Place;
import dev.millrace.streams.fixtures.Envelopes;
import dev.millrace.streams.simulation.log.SimulatedStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;

class TasksFoldTest {

    private static final TaskId TASK = new TaskId(new UUID(0x0190_0000_0000_7000L, 1));

    @Test
    void whoeverReadsInTheMiddleOfAFoldMissesNoTask() {
        var stores = new Memory();
        var fold = Fold.of(ViewsTopology.TASKS_APPLIED, stores);
        fold(
                fold,
                0,
                new TaskEvent.Submitted(
                        TASK,
                        1,
                        "echo",
                        new Content.Inline("{}"),
                        Digest.of("{}"),
                        Terms.DEFAULT,
                        null,
                        null,
                        List.of()));
        var seen = new ArrayList<Long>();
        SimulatedStore<Long> counts = stores.store(ViewsTopology.TASK_COUNTS);
        counts.onChange(
                () -> seen.add(counts.rows().values().stream().mapToLong(Long::longValue).sum()));

        fold(fold, 1, new TaskEvent.Started(TASK, 2, 1, "w", null, null));

        assertThat(seen).hasSize(2).allMatch(tasks -> tasks >= 1).endsWith(1L);
    }

    private static void fold(Fold fold, long offset, TaskEvent event) {
        fold.apply(
                Envelopes.of(offset, event),
                Envelopes.NOON.toEpochMilli(),
                new Place(Topics.TASK_EVENTS.name(), 0, offset));
    }

    private static final class Memory implements Fold.StoresOfAPartition {

        private final Map<String, SimulatedStore<?>> stores = new HashMap<>();

        @Override
        public <V> KeyValueStore<String, V> get(String name) {
            return store(name);
        }

        @SuppressWarnings("unchecked") // as with Kafka Streams, whoever asks knows the store
        <V> SimulatedStore<V> store(String name) {
            return (SimulatedStore<V>)
                    stores.computeIfAbsent(name, _ -> new SimulatedStore<V>(name));
        }
    }
}
