package dev.millrace.gateway.queues;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.task.Priority;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.Terms;
import dev.millrace.domain.task.WorkItem;
import dev.millrace.gateway.work.TakenItem;
import dev.millrace.gateway.work.WorkUnavailable;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.DeadLetters;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.WorkTopics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KafkaWorkSourceTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final Site SITE = new Site("12D3KooWTest", new UUID(0x7000, 1));
    private static final Duration LONG = Duration.ofSeconds(20);

    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());
    private final FakeGroup group = new FakeGroup();
    private final MockProducer<byte[], byte[]> letters =
            new MockProducer<>(
                    true,
                    new RoundRobinPartitioner(),
                    new ByteArraySerializer(),
                    new ByteArraySerializer());
    private final List<String> provided = Collections.synchronizedList(new ArrayList<>());
    private KafkaWorkSource source = source(Duration.ofMinutes(1));

    @AfterEach
    void close() {
        source.close();
    }

    private KafkaWorkSource source(Duration idle) {
        return new KafkaWorkSource(
                provided::add,
                (topic, _) -> group.member(topic.name()),
                new ItemReader(serdes, () -> letters),
                idle);
    }

    @Test
    void whatIsThereIsTakenAndAcceptedWhenItsTakerSaysSo() throws Exception {
        put(Priority.NORMAL, 1);

        var items = get(source.take("shout", 1, LONG));

        assertThat(numbers(items)).containsExactly(1);
        assertThat(provided).containsExactly("shout");
        items.getFirst().accept();
        group.awaitDone(List.of("ACCEPT 0")::equals);
    }

    @Test
    void theMostUrgentGoesFirst() throws Exception {
        put(Priority.LOW, 3);
        put(Priority.NORMAL, 2);
        put(Priority.HIGH, 1);

        for (int i = 1; i <= 3; i++) {
            var items = get(source.take("shout", 1, LONG));
            assertThat(numbers(items)).containsExactly(i);
            items.forEach(TakenItem::accept);
        }
    }

    @Test
    void everyPriorityHasATurn() throws Exception {
        for (int i = 0; i < 40; i++) {
            put(Priority.HIGH, 1);
            put(Priority.NORMAL, 2);
            put(Priority.LOW, 3);
        }
        var order = new ArrayList<Integer>();
        for (int i = 0; i < 8 * FakeGroup.MOST_AT_ONCE; i++) {
            var items = get(source.take("shout", 1, LONG));
            order.addAll(numbers(items));
            items.forEach(TakenItem::accept);
        }

        assertThat(order).hasSize(8 * FakeGroup.MOST_AT_ONCE).startsWith(1).contains(2, 3);
        assertThat(Collections.frequency(order, 1)).isGreaterThan(order.size() / 2);
    }

    @Test
    void whoWaitsIsServedOnceSomethingComes() throws Exception {
        var taking = source.take("shout", 1, LONG);
        assertThat(get(source.take("other", 1, Duration.ofMillis(300)))).isEmpty();
        assertThat(taking).isNotDone();

        put(Priority.LOW, 7);

        assertThat(numbers(get(taking))).containsExactly(7);
    }

    @Test
    void whoOnlyLooksIsToldSoonThatThereIsNothing() throws Exception {
        assertThat(get(source.take("shout", 1, Duration.ZERO))).isEmpty();
    }

    @Test
    void whatIsTooMuchGoesToTheNextAndElseBack() throws Exception {
        for (int i = 0; i < 4; i++) {
            put(Priority.NORMAL, i);
        }
        var first = source.take("shout", 1, LONG);
        var second = source.take("shout", 2, LONG);

        var one = get(first);
        one.forEach(TakenItem::accept);
        var two = get(second);
        two.forEach(TakenItem::accept);

        assertThat(numbers(one)).containsExactly(0);
        assertThat(numbers(two)).containsExactly(1, 2);
        group.awaitDone(done -> done.containsAll(List.of("ACCEPT 2", "RELEASE 3")));
        assertThat(numbers(get(source.take("shout", 1, LONG)))).containsExactly(3);
    }

    @Test
    void whatComesWhenNobodyAsksAnyMoreGoesBackAtOnce() throws Exception {
        var gone = source.take("shout", 1, LONG);
        gone.cancel(false);
        assertThat(get(source.take("shout", 1, Duration.ofMillis(300)))).isEmpty();

        put(Priority.NORMAL, 1);

        // The member was hungry, so it has locked it.
        group.awaitDone(List.of("RELEASE 0")::equals);
        assertThat(numbers(get(source.take("shout", 1, LONG)))).containsExactly(1);
    }

    @Test
    void whatNobodyCanReadIsPutAside() throws Exception {
        group.put(WorkTopics.of("shout", Priority.NORMAL).name(), "poison".getBytes(UTF_8));
        put(Priority.NORMAL, 1);

        var items = get(source.take("shout", 1, LONG));
        items.forEach(TakenItem::accept);

        assertThat(numbers(items)).containsExactly(1);
        group.awaitDone(done -> done.containsAll(List.of("REJECT 0", "ACCEPT 1")));
        assertThat(letters.history()).hasSize(1);
        assertThat(letters.history().getFirst().headers().lastHeader(DeadLetters.CONSUMER).value())
                .asString(UTF_8)
                .isEqualTo(WorkTopics.group("shout"));
    }

    @Test
    void itLeavesWhenNobodyAsksAndComesBack() throws Exception {
        source.close();
        source = source(Duration.ofMillis(100));
        put(Priority.NORMAL, 1);
        get(source.take("shout", 1, LONG)).forEach(TakenItem::accept);

        group.awaitDone(done -> Collections.frequency(done, "closed") == 3);
        put(Priority.NORMAL, 2);

        assertThat(numbers(get(source.take("shout", 1, LONG)))).containsExactly(2);
        assertThat(group.opened()).isEqualTo(6);
    }

    @Test
    void failureIsToldAndTheNextOneBeginsAnew() throws Exception {
        source.close();
        source =
                new KafkaWorkSource(
                        this::provideAtTheSecondTime,
                        (topic, _) -> group.member(topic.name()),
                        new ItemReader(serdes, () -> letters),
                        Duration.ofMinutes(1));
        put(Priority.NORMAL, 1);

        assertThat(source.take("shout", 1, LONG))
                .failsWithin(20, TimeUnit.SECONDS)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(WorkUnavailable.class);
        assertThat(numbers(get(source.take("shout", 1, LONG)))).containsExactly(1);
    }

    private void provideAtTheSecondTime(String kind) {
        provided.add(kind);
        if (provided.size() == 1) {
            throw new KafkaException("no");
        }
    }

    @Test
    void brokenConsumerFailsWhoeverAsks() {
        group.fail();

        assertThat(source.take("shout", 1, LONG))
                .failsWithin(20, TimeUnit.SECONDS)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(WorkUnavailable.class);
    }

    @Test
    void noMoreThanSixteenKindsAreAskedForAtOnce() throws Exception {
        var asking = new ArrayList<CompletableFuture<List<TakenItem>>>();
        for (int i = 0; i < KafkaWorkSource.MOST_KINDS; i++) {
            asking.add(source.take("kind-" + i, 1, LONG));
        }

        assertThat(source.take("one-more", 1, LONG))
                .failsWithin(20, TimeUnit.SECONDS)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(WorkUnavailable.class)
                .withMessageContaining("too many kinds");
        assertThat(asking).allSatisfy(one -> assertThat(one).isNotDone());

        asking.getFirst().complete(List.of());
        // A kind that nobody asks for any more makes room.
        List<TakenItem> found = null;
        while (found == null) {
            try {
                found = get(source.take("one-more", 1, Duration.ofMillis(10)));
            } catch (ExecutionException full) {
                assertThat(full).hasCauseInstanceOf(WorkUnavailable.class);
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void closingLetsWhoeverWaitsGo() throws Exception {
        var taking = source.take("shout", 1, LONG);

        source.close();

        assertThat(get(taking)).isEmpty();
        assertThat(source.take("shout", 1, LONG)).isCompletedExceptionally();
    }

    private void put(Priority priority, int number) {
        var topic = WorkTopics.of("shout", priority);
        var task = new TaskId(new UUID(0x7000, 1));
        var item =
                new WorkItem(
                        task, 1, "shout", new Content.Inline("" + number), Terms.DEFAULT, "secret");
        var envelope =
                Envelope.first(
                        new UUID(0x7000, 2),
                        NOON,
                        Envelope.DEFAULT_TENANT,
                        Labels.DEFAULT,
                        new Actor("dispatch", Actor.Proof.WORKER),
                        SITE,
                        item);
        group.put(topic.name(), serdes.of(topic).serializer().serialize(topic.name(), envelope));
    }

    private static List<TakenItem> get(CompletableFuture<List<TakenItem>> taking) throws Exception {
        return taking.get(20, TimeUnit.SECONDS);
    }

    private static List<Integer> numbers(List<TakenItem> items) {
        return items.stream()
                .map(one -> Integer.valueOf(((Content.Inline) one.item().input()).text()))
                .toList();
    }
}
