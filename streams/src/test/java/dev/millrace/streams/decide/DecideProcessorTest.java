package dev.millrace.streams.decide;

import static dev.millrace.streams.fixtures.Envelopes.NOON;
import static dev.millrace.streams.fixtures.Envelopes.SITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.task.ClaimKey;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskDecider;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskEvent.Reason;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.domain.task.Terms;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.fixtures.Envelopes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class DecideProcessorTest {

    private static final ClaimKey CLAIMS = new ClaimKey(new byte[32]);
    private static final String COMMANDS = "millrace.task-commands";
    private static final String REPORTS = "millrace.task-reports";
    private static final Content CONTENT = new Content.Inline("{}");

    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());

    @Test
    void eventGoesToThePartitionOfItsCause() {
        var context = context();
        var processor = started(context);
        var cause = new Delivery(COMMANDS, 2, 40, Envelopes.of(1, submit(1)));

        deliver(context, processor, cause);

        assertThat(context.forwarded())
                .singleElement()
                .satisfies(sent -> {
                    assertThat(sent.childName()).contains(DecideTopology.EVENTS_OUT);
                    assertThat(((Placed<?>) sent.record().value()).partition()).isEqualTo(2);
                });
    }

    /// A refused input leaves a row of a task that is none, wherever it came.
    @Test
    void aTaskOfWhichOnlyARefusalIsKnownIsAskedByACommand() {
        var cancel = new TaskCommand.Cancel(id(5), "no such task");
        var waits =
                new TaskCommand.Submit(
                        id(1), "ingest", CONTENT, Digest.of("{}"), Terms.DEFAULT, List.of(id(5)));
        var log =
                List.of(
                        new Delivery(COMMANDS, 0, 1, Envelopes.of(1, cancel)),
                        new Delivery(COMMANDS, 0, 2, Envelopes.of(2, waits)));

        assertThat(outcomes(log))
                .<Object>map(sent -> ((Placed<?>) sent).envelope().messageOrNull())
                .contains(new TaskCommand.Watch(id(5), id(1), 0));
    }

    /// Whoever may report over HTTP always shows a token, and is not to speak for the site.
    @Test
    void whatTheSiteDoesByItselfIsClaimedByNobody() {
        var guess = new TaskReport.Succeeded(id(1), 1, CLAIMS.token(id(1), 1), CONTENT);
        var own = new TaskReport.Succeeded(id(1), 1, null, CONTENT);
        var log =
                List.of(
                        new Delivery(COMMANDS, 0, 1, Envelopes.of(1, submit(1))),
                        new Delivery(REPORTS, 0, 1, Envelopes.of(2, guess)),
                        new Delivery(REPORTS, 0, 2, Envelopes.of(3, own)));

        assertThat(outcomes(log))
                .map(sent -> ((Placed<?>) sent).envelope().messageOrNull())
                .filteredOn(TaskEvent.class::isInstance)
                .satisfiesExactly(
                        submitted -> assertThat(submitted).isInstanceOf(TaskEvent.Submitted.class),
                        refused ->
                                assertThat(refused)
                                        .isInstanceOfSatisfying(
                                                TaskEvent.Refused.class,
                                                event ->
                                                        assertThat(event.reason())
                                                                .isEqualTo(Reason.BAD_CLAIM)),
                        done -> assertThat(done).isInstanceOf(TaskEvent.Succeeded.class));
    }

    @Test
    void redeliveriesChangeNothing() {
        for (long seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            var once = log(random);
            var again = redelivered(once, random);

            assertThat(outcomes(again)).as("seed %d", seed).isEqualTo(outcomes(once));
        }
    }

    /// Everything that was sent, in order, as values.
    private List<Object> outcomes(List<Delivery> deliveries) {
        var context = context();
        var processor = started(context);
        deliveries.forEach(delivery -> deliver(context, processor, delivery));
        return context.forwarded().stream().<Object>map(sent -> sent.record().value()).toList();
    }

    private static List<Delivery> log(Random random) {
        var log = new ArrayList<Delivery>();
        long[] offsets = new long[2];
        for (int i = 0; i < 20; i++) {
            boolean command = random.nextBoolean();
            int task = random.nextInt(3);
            int skipped = random.nextInt(2); /* transaction markers take offsets too */
            log.add(
                    command
                            ? new Delivery(
                                    COMMANDS,
                                    0,
                                    offsets[0] += 1 + skipped,
                                    Envelopes.of(i, submit(task)))
                            : new Delivery(
                                    REPORTS,
                                    0,
                                    offsets[1] += 1 + skipped,
                                    Envelopes.of(i, report(task, random))));
        }
        return log;
    }

    /// The log as a reader sees it whose group is set back now and then.
    private static List<Delivery> redelivered(List<Delivery> log, Random random) {
        var seen = new ArrayList<Delivery>();
        int next = 0;
        while (next < log.size()) {
            seen.add(log.get(next++));
            if (random.nextInt(5) == 0) {
                seen.addAll(log.subList(random.nextInt(next), next));
            }
        }
        return seen;
    }

    private static TaskCommand submit(int task) {
        return new TaskCommand.Submit(
                id(task), "ingest", CONTENT, Digest.of("{}"), Terms.DEFAULT, List.of());
    }

    private static TaskReport report(int task, Random random) {
        return random.nextBoolean()
                ? new TaskReport.Started(id(task), 1, null, "documents", null)
                : new TaskReport.Succeeded(id(task), 1, null, CONTENT);
    }

    private static TaskId id(int task) {
        return new TaskId(new UUID(0x0190_0000_0000_7000L, task));
    }

    private static MockProcessorContext<String, Placed<? extends Message>> context() {
        return new MockProcessorContext<>();
    }

    private DecideProcessor started(
            MockProcessorContext<String, Placed<? extends Message>> context) {
        addStore(context, DecideTopology.TASKS, serdes.taskState());
        addStore(context, DecideTopology.APPLIED, Serdes.Long());
        addStore(context, DecideTopology.TIMERS, Serdes.Long());
        addStore(context, DecideTopology.WATCHERS, Serdes.Integer());
        addStore(context, DecideTopology.DEPENDENCIES, serdes.of(Topics.TASK_COMMANDS));
        var processor = new DecideProcessor(new TaskDecider(), CLAIMS, SITE);
        processor.init(context);
        return processor;
    }

    private static <V> void addStore(
            MockProcessorContext<String, Placed<? extends Message>> context,
            String name,
            Serde<V> values) {
        var store =
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(name), Serdes.String(), values)
                        .withLoggingDisabled()
                        .build();
        store.init(context.getStateStoreContext(), store);
        context.addStateStore(store);
    }

    private static void deliver(
            MockProcessorContext<?, ?> context, DecideProcessor processor, Delivery delivery) {
        context.setRecordMetadata(delivery.topic, delivery.partition, delivery.offset);
        processor.process(new Record<>("k", delivery.envelope, NOON.toEpochMilli()));
    }

    private record Delivery(
            String topic, int partition, long offset, Envelope<? extends Message> envelope) {}
}
