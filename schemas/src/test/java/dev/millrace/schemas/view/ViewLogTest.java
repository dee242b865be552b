package dev.millrace.schemas.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.view.generation.Generations;
import dev.millrace.domain.view.generation.RebuildsUnavailable;
import dev.millrace.domain.view.generation.ViewEvent;
import dev.millrace.domain.view.generation.ViewEvent.RebuildRequested;
import dev.millrace.domain.view.generation.ViewEvent.Switched;
import dev.millrace.schemas.client.SentRecords;
import dev.millrace.schemas.client.SteppedConsumer;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ViewLogTest {

    private static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");
    private static final Site SITE = new Site("12D3KooWTest", new UUID(0x7000, 1));
    private static final Actor ADMIN = new Actor("admin", Actor.Proof.LOCAL);
    private static final String TOPIC = Topics.VIEW_EVENTS.name();
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final Node NODE = new Node(0, "localhost", 9092);

    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());
    private final AtomicLong ids = new AtomicLong();
    private final AtomicLong offsets = new AtomicLong();
    private final BlockingQueue<Runnable> steps = new LinkedBlockingQueue<>();
    private final SteppedConsumer consumer = new SteppedConsumer("earliest", steps);
    private final MockProducer<String, Envelope<ViewEvent>> producer =
            new MockProducer<>(
                    new Cluster("c", List.of(NODE), List.of(partition()), Set.of(), Set.of()),
                    true,
                    new RoundRobinPartitioner(),
                    new StringSerializer(),
                    serdes.of(Topics.VIEW_EVENTS).serializer());
    private final ViewLog log = log(Duration.ofSeconds(10));

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void nothingIsKnownBeforeTheTopicWasReadToTheEndItHad() throws Exception {
        begins(1);
        var started = log.start().toCompletableFuture();
        assertThat(log.isReady()).isFalse();
        assertThatThrownBy(log::generations).isInstanceOf(RebuildsUnavailable.class);
        assertThatThrownBy(() -> get(log.append(new RebuildRequested(2), ADMIN)))
                .hasCauseInstanceOf(RebuildsUnavailable.class);

        happens(record(new RebuildRequested(2)));
        started.get(10, TimeUnit.SECONDS);

        assertThat(log.isReady()).isTrue();
        assertThat(log.generations())
                .isEqualTo(Generations.FIRST.with(new RebuildRequested(2), NOON));
    }

    @Test
    void whatIsSaidCountsOnceItWasReadBack() throws Exception {
        start();

        var outcome = log.append(new RebuildRequested(2), ADMIN).toCompletableFuture();
        var sent = SentRecords.last(producer);
        assertThat(outcome).isNotDone();
        assertThat(log.generations()).isEqualTo(Generations.FIRST);
        happens(bytes(sent));

        assertThat(get(outcome)).isTrue();
        assertThat(log.generations().building()).hasValue(2);
        assertThat(sent.actor()).isEqualTo(ADMIN);
        assertThat(producer.history().getFirst().key()).isEqualTo(ViewEvent.KEY);
    }

    @Test
    void whatAnotherSaidBeforeCountsForNothingMore() throws Exception {
        start();
        var mine = log.append(new RebuildRequested(2), ADMIN).toCompletableFuture();
        var sent = SentRecords.last(producer);

        happens(record(new RebuildRequested(2)));
        happens(record(new Switched(2)));
        happens(bytes(sent));

        assertThat(get(mine)).isFalse();
        assertThat(log.generations().serving()).isEqualTo(2);
    }

    @Test
    void recordsThatSayNothingArePassedOver() throws Exception {
        start();

        happens(new byte[] {1, 2, 3});
        happens("another", record(new RebuildRequested(2)));
        var mine = log.append(new RebuildRequested(2), ADMIN).toCompletableFuture();
        happens(bytes(SentRecords.last(producer)));

        assertThat(get(mine)).isTrue();
    }

    @Test
    void whatCannotBeWrittenOrIsNotReadBackIsUnknown() throws Exception {
        try (var impatient = log(Duration.ofMillis(20))) {
            begins(0);
            impatient.start().toCompletableFuture().get(10, TimeUnit.SECONDS);
            assertThatThrownBy(() -> get(impatient.append(new RebuildRequested(2), ADMIN)))
                    .cause()
                    .isInstanceOf(RebuildsUnavailable.class)
                    .hasMessageContaining("20 ms");
            producer.sendException = new KafkaException("the producer id has expired");
            assertThatThrownBy(() -> get(impatient.append(new RebuildRequested(2), ADMIN)))
                    .hasCauseInstanceOf(RebuildsUnavailable.class);
        }
    }

    @Test
    void noMoreThanTheBoundIsAwaitedAndClosingFailsThem() throws Exception {
        start();
        var last = log.append(new RebuildRequested(2), ADMIN);
        for (int i = 1; i < ViewLog.MOST_PENDING; i++) {
            last = log.append(new RebuildRequested(2), ADMIN);
        }

        assertThatThrownBy(() -> get(log.append(new RebuildRequested(2), ADMIN)))
                .hasMessageContaining("too much");
        log.close();
        assertThat(last.toCompletableFuture()).isCompletedExceptionally();
        assertThatThrownBy(() -> get(log.append(new RebuildRequested(2), ADMIN)))
                .hasCauseInstanceOf(RebuildsUnavailable.class);
    }

    private ViewLog log(Duration timeout) {
        return new ViewLog(
                () -> producer,
                () -> consumer,
                serdes,
                SITE,
                () -> new UUID(0x7000, ids.incrementAndGet()),
                () -> NOON,
                timeout);
    }

    private void start() throws Exception {
        begins(0);
        log.start().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private void begins(long end) {
        consumer.updatePartitions(TOPIC, List.of(partition()));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, end));
    }

    private void happens(byte[] value) {
        happens(ViewEvent.KEY, value);
    }

    private void happens(String key, byte[] value) {
        long offset = offsets.getAndIncrement();
        steps.add(() -> consumer.addRecord(new ConsumerRecord<>(TOPIC, 0, offset, key, value)));
    }

    private byte[] record(ViewEvent event) {
        return bytes(
                Envelope.first(
                        new UUID(0x7001, ids.incrementAndGet()),
                        NOON,
                        Envelope.DEFAULT_TENANT,
                        Labels.DEFAULT,
                        ADMIN,
                        SITE,
                        event));
    }

    private byte[] bytes(Envelope<ViewEvent> envelope) {
        return serdes.of(Topics.VIEW_EVENTS).serializer().serialize(TOPIC, envelope);
    }

    private static boolean get(CompletionStage<Boolean> outcome) throws Exception {
        return outcome.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static PartitionInfo partition() {
        return new PartitionInfo(TOPIC, 0, NODE, new Node[] {NODE}, new Node[] {NODE});
    }
}
