package dev.millrace.schemas.kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.kind.BuiltInKinds;
import dev.millrace.domain.kind.KindsUnavailable;
import dev.millrace.domain.kind.Registration;
import dev.millrace.domain.kind.TaskKind;
import dev.millrace.domain.kind.TaskKindEvent;
import dev.millrace.domain.task.Retries;
import dev.millrace.domain.view.Position;
import dev.millrace.schemas.client.SentRecords;
import dev.millrace.schemas.client.SteppedConsumer;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.registry.RegistryUnavailable;
import dev.millrace.schemas.registry.SchemaNotFound;
import dev.millrace.schemas.registry.SchemaRejected;
import dev.millrace.schemas.registry.SchemaStore;
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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KindLogTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final Site SITE = new Site("12D3KooWTest", new UUID(0x7000, 1));
    private static final Actor ADMIN = new Actor("admin", Actor.Proof.LOCAL);
    private static final String TOPIC = Topics.TASK_KINDS.name();
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final Node NODE = new Node(0, "localhost", 9092);
    private static final TaskKind FIRST = kind(1, "");

    private final SilentStore store = new SilentStore();
    private final EventSerdes serdes = new EventSerdes(store);
    private final AtomicLong ids = new AtomicLong();
    private final AtomicLong offsets = new AtomicLong();
    private final AtomicInteger opened = new AtomicInteger();
    private final BlockingQueue<Runnable> steps = new LinkedBlockingQueue<>();
    private volatile SteppedConsumer consumer = newConsumer();
    private volatile MockProducer<String, Envelope<TaskKindEvent>> producer = newProducer();
    private KindLog log = log(Duration.ofSeconds(10));

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void nothingIsKnownBeforeTheTopicWasReadToTheEndItHad() throws Exception {
        consumer.updateEndOffsets(Map.of(PARTITION, 2L));
        var started = log.start().toCompletableFuture();
        assertThat(log.isReady()).isFalse();
        assertThatThrownBy(log::catalogue).isInstanceOf(KindsUnavailable.class);
        assertThatThrownBy(() -> get(log.register(FIRST, ADMIN)))
                .hasCauseInstanceOf(KindsUnavailable.class);

        happens("resize", record(FIRST));
        happens("resize", record(kind(2, "")));
        started.get(10, TimeUnit.SECONDS);

        assertThat(log.isReady()).isTrue();
        assertThat(log.catalogue().find("resize")).isEqualTo(kind(2, ""));
        assertThat(log.catalogue().find("echo")).isEqualTo(BuiltInKinds.ECHO);
    }

    @Test
    void aKindIsRegisteredOnceItsRecordWasReadBack() throws Exception {
        start();

        var outcome = log.register(FIRST, ADMIN).toCompletableFuture();
        var sent = SentRecords.last(producer);
        assertThat(outcome).isNotDone();
        happens("resize", bytes(sent));

        assertThat(get(outcome)).isEqualTo(new Registration.Done(FIRST, true, position(0)));
        assertThat(log.catalogue().find("resize")).isEqualTo(FIRST);
        assertThat(sent.actor()).isEqualTo(ADMIN);
        assertThat(sent.messageOrNull()).isEqualTo(new TaskKindEvent.Registered(FIRST));
        var record = producer.history().getFirst();
        assertThat(record.key()).isEqualTo("resize");
        assertThat(record.partition()).isEqualTo(Topics.TASK_KINDS.partition("resize", 2));
    }

    @Test
    void ofTwoAtOnceTheFirstInTheLogWins() throws Exception {
        start();
        var mine = log.register(FIRST, ADMIN).toCompletableFuture();
        var sent = SentRecords.last(producer);

        happens("resize", record(kind(1, "another one's")));
        happens("resize", bytes(sent));

        assertThat(get(mine))
                .isEqualTo(
                        new Registration.Refused(
                                "version: 1 of resize is taken (expected: 2, the next)"));
        assertThat(log.catalogue().find("resize")).isEqualTo(kind(1, "another one's"));
    }

    @Test
    void theSameByAnotherAtOnceIsAsGood() throws Exception {
        start();
        var mine = log.register(FIRST, ADMIN).toCompletableFuture();
        var sent = SentRecords.last(producer);

        happens("resize", record(FIRST));
        happens("resize", bytes(sent));

        assertThat(get(mine)).isEqualTo(new Registration.Done(FIRST, false, position(1)));
    }

    @Test
    void whatIsKnownOrCannotBeIsAnsweredWithoutARecord() throws Exception {
        start();
        happens("resize", record(FIRST));
        caughtUpWith(FIRST);

        assertThat(get(log.register(FIRST, ADMIN)))
                .isEqualTo(new Registration.Done(FIRST, false, position(0)));
        assertThat(get(log.register(kind(1, "other"), ADMIN)))
                .isInstanceOf(Registration.Refused.class);
        assertThat(get(log.register(BuiltInKinds.ECHO.withVersion(2), ADMIN)))
                .isInstanceOf(Registration.Refused.class);
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void recordsThatSayNothingArePassedOver() throws Exception {
        start();

        happens("resize", new byte[] {1, 2, 3});
        happens("rotate", record(kind(1, "under another kind's key")));
        happens("resize", null);
        happens("resize", record(FIRST));
        caughtUpWith(FIRST);

        assertThat(log.catalogue().versions("resize")).containsExactly(FIRST);
    }

    @Test
    void aSilentRegistryLosesNoRecord() throws Exception {
        var written = record(FIRST);
        store.beSilent();
        log = log(Duration.ofSeconds(10), new EventSerdes(store));
        start();

        happens("resize", written);
        store.asked.take();
        store.silent = false;
        consumerAfterNext("resize", written);
        caughtUpWith(FIRST);

        assertThat(opened.get()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void aConsumerThatBreaksIsReplacedAndGoesOnWhereItStopped() throws Exception {
        start();
        happens("resize", record(FIRST));
        caughtUpWith(FIRST);

        steps.add(() -> {
            consumer = newConsumer();
            throw new KafkaException("the broker went away");
        });
        happens("resize", record(kind(2, "")));
        caughtUpWith(kind(2, ""));

        assertThat(opened.get()).isEqualTo(2);
        assertThat(log.isReady()).isTrue();
    }

    @Test
    void aProducerThatIsOfNoMoreUseIsReplaced() throws Exception {
        start();
        var worn = producer;
        worn.sendException = new KafkaException("the producer id has expired");
        assertThatThrownBy(() -> get(log.register(FIRST, ADMIN)))
                .hasCauseInstanceOf(KindsUnavailable.class);

        producer = newProducer();
        var outcome = log.register(FIRST, ADMIN);
        happens("resize", bytes(SentRecords.last(producer)));

        assertThat(get(outcome)).isEqualTo(new Registration.Done(FIRST, true, position(0)));
        assertThat(worn.closed()).isTrue();
    }

    @Test
    void whatIsNotReadBackInTimeIsUnknown() throws Exception {
        log = log(Duration.ofMillis(20));
        start();

        assertThatThrownBy(() -> get(log.register(FIRST, ADMIN)))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(KindsUnavailable.class)
                .hasMessageContaining("20 ms");
    }

    @Test
    void noMoreThanTheBoundIsAwaitedAndClosingFailsThem() throws Exception {
        start();
        CompletionStage<Registration> last = log.register(FIRST, ADMIN);
        for (int i = 1; i < KindLog.MOST_PENDING; i++) {
            last = log.register(FIRST, ADMIN);
        }

        assertThatThrownBy(() -> get(log.register(FIRST, ADMIN))).hasMessageContaining("too many");
        log.close();
        assertThat(last.toCompletableFuture()).isCompletedExceptionally();
    }

    private static TaskKind kind(int version, String description) {
        return new TaskKind(
                "resize",
                version,
                description,
                "{\"type\":\"object\"}",
                null,
                Retries.DEFAULT,
                Duration.ofSeconds(10),
                null,
                Set.of("publisher"),
                Set.of());
    }

    private KindLog log(Duration timeout) {
        return log(timeout, serdes);
    }

    private KindLog log(Duration timeout, EventSerdes reading) {
        return new KindLog(
                () -> producer,
                this::open,
                reading,
                SITE,
                () -> new UUID(0x7000, ids.incrementAndGet()),
                () -> NOON,
                timeout);
    }

    private Consumer<String, byte[]> open() {
        opened.incrementAndGet();
        return consumer;
    }

    private void start() throws Exception {
        log.start().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static Position position(long offset) {
        return Position.at(TOPIC, 0, offset);
    }

    private void happens(String key, byte @Nullable [] value) {
        long offset = offsets.getAndIncrement();
        steps.add(() -> consumer.addRecord(new ConsumerRecord<>(TOPIC, 0, offset, key, value)));
    }

    /// The last record once more, for the consumer that comes next.
    private void consumerAfterNext(String key, byte[] value) {
        consumer = newConsumer();
        long offset = offsets.get() - 1;
        steps.add(() -> consumer.addRecord(new ConsumerRecord<>(TOPIC, 0, offset, key, value)));
    }

    /// Waits until a kind is the newest of its name.
    private void caughtUpWith(TaskKind kind) throws Exception {
        long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!kind.equals(log.catalogue().find(kind.name()))) {
            assertThat(System.nanoTime()).as("waited for %s", kind).isLessThan(until);
            Thread.onSpinWait();
        }
    }

    private byte[] record(TaskKind kind) {
        return bytes(
                Envelope.first(
                        new UUID(0x7001, ids.incrementAndGet()),
                        NOON,
                        Envelope.DEFAULT_TENANT,
                        Labels.DEFAULT,
                        ADMIN,
                        SITE,
                        new TaskKindEvent.Registered(kind)));
    }

    private byte[] bytes(Envelope<TaskKindEvent> envelope) {
        return serdes.of(Topics.TASK_KINDS).serializer().serialize(TOPIC, envelope);
    }

    private static Registration get(CompletionStage<Registration> outcome) throws Exception {
        return outcome.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private SteppedConsumer newConsumer() {
        var fresh = new SteppedConsumer("earliest", steps);
        fresh.updatePartitions(TOPIC, List.of(partition(0)));
        fresh.updateBeginningOffsets(Map.of(PARTITION, 0L));
        fresh.updateEndOffsets(Map.of(PARTITION, 0L));
        return fresh;
    }

    private MockProducer<String, Envelope<TaskKindEvent>> newProducer() {
        return new MockProducer<>(
                new Cluster(
                        "c",
                        List.of(NODE),
                        List.of(partition(0), partition(1)),
                        Set.of(),
                        Set.of()),
                true,
                new RoundRobinPartitioner(),
                new StringSerializer(),
                serdes.of(Topics.TASK_KINDS).serializer());
    }

    private static PartitionInfo partition(int partition) {
        return new PartitionInfo(TOPIC, partition, NODE, new Node[] {NODE}, new Node[] {NODE});
    }

    /// A registry that can be silent when it is asked for a schema.
    private static final class SilentStore implements SchemaStore {

        final BlockingQueue<Integer> asked = new LinkedBlockingQueue<>();
        private final InMemorySchemaStore schemas = new InMemorySchemaStore();
        volatile boolean silent;

        void beSilent() {
            silent = true;
        }

        @Override
        public int register(String subject, Schema schema) throws SchemaRejected {
            return schemas.register(subject, schema);
        }

        @Override
        public Schema byId(int id) throws SchemaNotFound, RegistryUnavailable {
            if (silent) {
                asked.add(id);
                throw new RegistryUnavailable("silent", null);
            }
            return schemas.byId(id);
        }
    }
}
