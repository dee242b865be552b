package dev.millrace.inference.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.search.ModelNotReady;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.DeadLetters;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class SessionTest {

    private static final TopicPartition PARTITION = new TopicPartition("millrace.chunks", 0);

    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());
    private final Chunks chunks = new Chunks(serdes);
    private final FakeEmbedder embedder = new FakeEmbedder();
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final MockProducer<byte[], byte[]> producer = producer();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Session session = session();

    @Test
    void everyChunkBecomesAnEmbeddingThatFollowsFromIt() throws Exception {
        arrive(chunks.record(0, "water turns the wheel"), chunks.record(1, "the wheel turns"));

        var counts = session.step(Counts.NONE);

        assertThat(counts).isEqualTo(new Counts(2, 0, 0, 1, 0));
        var cause = chunks.envelope(0, "water turns the wheel");
        var envelope = read(sent(Topics.EMBEDDINGS.name()).getFirst());
        var input = "Rivers\nMills\nwater turns the wheel";
        assertThat(envelope.messageOrNull())
                .isEqualTo(
                        new Embedding(
                                new ChunkId(Chunks.DOCUMENT, 0),
                                Objects.requireNonNull(cause.messageOrNull()).passage(),
                                FakeEmbedder.vectorOf(input),
                                FakeEmbedder.MODEL,
                                "worker-a",
                                Digest.of(input)));
        assertThat(envelope.causation()).isEqualTo(cause.id());
        assertThat(envelope.correlation()).isEqualTo(cause.correlation());
        assertThat(envelope.labels()).isEqualTo(cause.labels());
        assertThat(envelope.tenant()).isEqualTo("tenant-a");
        assertThat(envelope.actor()).isEqualTo(new Actor("embedder", Actor.Proof.WORKER));
    }

    @Test
    void offsetsAreCommittedWithTheEmbeddings() throws Exception {
        arrive(chunks.record(0, "one"), chunks.record(1, "two"));

        session.step(Counts.NONE);

        assertThat(producer.commitCount()).isEqualTo(1);
        assertThat(producer.consumerGroupOffsetsHistory()).hasSize(1);
        assertThat(committedOffset()).isEqualTo(2);
    }

    @Test
    void committedBatchesAreMeasured() throws Exception {
        arrive(chunks.record(0, "one"), chunks.record(1, "two"));

        session.step(Counts.NONE);
        session.step(Counts.NONE);

        assertThat(meters.get("millrace.embedding.batch.size").summary().totalAmount())
                .isEqualTo(2);
        assertThat(meters.get("millrace.embedding.batch").timer().count()).isEqualTo(1);
    }

    @Test
    void sameChunkAtTheSameTimeGivesTheSameRecord() throws Exception {
        arrive(chunks.record(0, "again"), chunks.record(1, chunks.envelope(0, "again")));

        session.step(Counts.NONE);

        var records = sent(Topics.EMBEDDINGS.name());
        assertThat(records).hasSize(2);
        assertThat(records.get(1).value()).isEqualTo(records.get(0).value());
        assertThat(records.get(1).key()).isEqualTo(records.get(0).key());
    }

    @Test
    void embeddingsStayInThePartitionOfTheirDocument() throws Exception {
        arrive(chunks.record(0, "one"), chunks.record(1, "two"), chunks.record(2, "three"));

        session.step(Counts.NONE);

        int expected = Topics.EMBEDDINGS.partition(Chunks.DOCUMENT + "#0", 3);
        assertThat(sent(Topics.EMBEDDINGS.name()))
                .hasSize(3)
                .allSatisfy(record -> assertThat(record.partition()).isEqualTo(expected));
    }

    @Test
    void recordsCarryCloudEventsHeaders() throws Exception {
        arrive(chunks.record(0, "one"));

        session.step(Counts.NONE);

        var headers = sent(Topics.EMBEDDINGS.name()).getFirst().headers();
        assertThat(new String(headers.lastHeader("ce_type").value(), StandardCharsets.UTF_8))
                .isEqualTo("dev.millrace.chunk.embedded");
    }

    @Test
    void whatCannotBeReadIsSetAsideAndTheRestFlowsOn() throws Exception {
        var garbage = new byte[] {9, 9, 9};
        var large = new byte[2 << 20];
        arrive(
                chunks.record(0, "before"),
                chunks.bytes(1, garbage),
                chunks.record(2, "between"),
                chunks.bytes(3, null),
                chunks.bytes(4, new byte[0]),
                chunks.bytes(5, large),
                chunks.keyed(6, null),
                chunks.keyed(7, new byte[8]),
                chunks.record(8, "after"));

        var counts = session.step(Counts.NONE);

        assertThat(counts).isEqualTo(new Counts(3, 0, 6, 1, 0));
        var letters = sent(Topics.DEAD_LETTERS);
        assertThat(letters)
                .extracting(one -> header(one, DeadLetters.ORIGIN))
                .containsExactly(
                        "millrace.chunks-0@1",
                        "millrace.chunks-0@3",
                        "millrace.chunks-0@4",
                        "millrace.chunks-0@5",
                        "millrace.chunks-0@6",
                        "millrace.chunks-0@7");
        assertThat(letters.get(3).value()).as("2 MiB").hasSize(1 << 20);
        assertThat(header(letters.get(3), DeadLetters.CUT)).contains("2097152 bytes");
        var letter = letters.getFirst();
        assertThat(header(letter, DeadLetters.CONSUMER)).isEqualTo("millrace-embedders");
        assertThat(letter.value()).isEqualTo(garbage);
        assertThat(header(letter, DeadLetters.ORIGIN)).isEqualTo("millrace.chunks-0@1");
        assertThat(header(letter, DeadLetters.CODE)).isEqualTo("unreadable");
        assertThat(committedOffset()).isEqualTo(9);
    }

    @Test
    void restTakesNothingAndWorkGoesOnWhereItWas() throws Exception {
        arrive(chunks.record(0, "one"), chunks.record(1, "two"));

        assertThat(session.rest(Counts.NONE)).isEqualTo(Counts.NONE);
        assertThat(producer.commitCount()).isZero();
        assertThat(consumer.paused()).isEmpty();

        assertThat(session.step(Counts.NONE)).isEqualTo(new Counts(2, 0, 0, 1, 0));
    }

    @Test
    void whatCannotBeEmbeddedIsSetAsideAlone() throws Exception {
        var poison = chunks.record(1, "poison");
        arrive(chunks.record(0, "before"), poison, chunks.record(2, "after"));

        var counts = session.step(Counts.NONE);

        assertThat(counts).isEqualTo(new Counts(2, 0, 1, 1, 0));
        var letter = sent(Topics.DEAD_LETTERS).getFirst();
        assertThat(letter.value()).isEqualTo(poison.value());
        assertThat(header(letter, DeadLetters.CODE)).isEqualTo("not_embeddable");
        assertThat(header(letter, DeadLetters.DETAIL)).contains("indigestible");
    }

    @Test
    void sealedChunksAreSkipped() throws Exception {
        arrive(chunks.record(0, chunks.sealed(0)), chunks.record(1, "open"));

        assertThat(session.step(Counts.NONE)).isEqualTo(new Counts(1, 1, 0, 1, 0));
    }

    @Test
    void batchIsPutBackWhileTheModelIsAway() throws Exception {
        embedder.failAlways(new ModelNotReady("the model is being loaded"));
        arrive(chunks.record(0, "one"), chunks.record(1, "two"));

        assertThatThrownBy(() -> session.step(Counts.NONE)).isInstanceOf(Postponed.class);
        assertThat(producer.history()).isEmpty();
        assertThat(consumer.position(PARTITION)).isZero();
        embedder.failAlways(null);
        again(chunks.record(0, "one"), chunks.record(1, "two"));

        assertThat(session.step(Counts.NONE).embedded()).isEqualTo(2);
    }

    @Test
    void abortedTransactionLeavesNothingAndIsDoneAgain() throws Exception {
        arrive(chunks.record(0, "one"));
        producer.commitTransactionException = new KafkaException("the coordinator moved");

        assertThatThrownBy(() -> session.step(Counts.NONE))
                .isInstanceOf(Postponed.class)
                .hasMessageContaining("the coordinator moved");
        assertThat(producer.transactionAborted()).isTrue();
        assertThat(producer.history()).isEmpty();
        assertThat(consumer.position(PARTITION)).isZero();
        producer.commitTransactionException = null;
        again(chunks.record(0, "one"));

        session.step(Counts.NONE);

        assertThat(sent(Topics.EMBEDDINGS.name())).hasSize(1);
        assertThat(committedOffset()).isEqualTo(1);
    }

    @Test
    void aCommitThatIsNotAnsweredEndsTheSession() {
        arrive(chunks.record(0, "one"));
        producer.commitTransactionException = new TimeoutException("nobody answers");

        assertThatThrownBy(() -> session.step(Counts.NONE)).isInstanceOf(TimeoutException.class);
        assertThat(producer.transactionAborted()).isFalse();
    }

    @Test
    void fencedWorkerStops() {
        arrive(chunks.record(0, "one"));
        producer.fenceProducer();

        assertThatThrownBy(() -> session.step(Counts.NONE))
                .isInstanceOf(ProducerFencedException.class);
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void nothingWaitingMeansNothingDone() throws Exception {
        assertThat(session.step(Counts.NONE)).isEqualTo(Counts.NONE);
        assertThat(producer.commitCount()).isZero();
    }

    @Test
    void closesBothClients() {
        session.close();

        assertThat(consumer.closed()).isTrue();
        assertThat(producer.closed()).isTrue();
    }

    @SafeVarargs
    private void arrive(ConsumerRecord<byte[], byte[]>... records) {
        for (var record : records) {
            consumer.addRecord(record);
        }
    }

    /// The fake broker forgets what it has handed out.
    @SafeVarargs
    private void again(ConsumerRecord<byte[], byte[]>... records) {
        arrive(records);
    }

    private List<ProducerRecord<byte[], byte[]>> sent(String topic) {
        return producer.history().stream().filter(r -> r.topic().equals(topic)).toList();
    }

    private Envelope<Embedding> read(ProducerRecord<byte[], byte[]> record) {
        return serdes.of(Topics.EMBEDDINGS)
                .deserializer()
                .deserialize(record.topic(), record.value());
    }

    private static String header(ProducerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private long committedOffset() {
        var byGroup = producer.consumerGroupOffsetsHistory().getLast();
        var offsets = byGroup.values().iterator().next();
        return Objects.requireNonNull(offsets.get(PARTITION)).offset();
    }

    private Session session() {
        var transcription =
                new Transcription(
                        serdes,
                        embedder,
                        Chunks.SITE,
                        "worker-a",
                        InstantSource.fixed(Chunks.NOON),
                        Duration.ofSeconds(10));
        var opened = new Session(consumer, producer, transcription, new BatchMeters(meters));
        opened.open();
        consumer.rebalance(List.of(PARTITION));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        return opened;
    }

    private static MockProducer<byte[], byte[]> producer() {
        var node = new Node(0, "localhost", 9092);
        var nodes = new Node[] {node};
        var partitions =
                java.util.stream.IntStream.range(0, 3)
                        .mapToObj(i ->
                                new PartitionInfo("millrace.embeddings", i, node, nodes, nodes))
                        .toList();
        var cluster = new Cluster("fake", List.of(node), partitions, Set.of(), Set.of());
        return new MockProducer<>(
                cluster, true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
