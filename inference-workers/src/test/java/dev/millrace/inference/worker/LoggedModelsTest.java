package dev.millrace.inference.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.document.Passage;
import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.search.Model;
import dev.millrace.domain.search.Vector;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import java.util.HashMap;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoggedModelsTest {

    private static final String TOPIC = Topics.EMBEDDINGS.name();
    private static final int PARTITIONS = 3;
    private static final Model OLD = new Model("old", "1", 2);
    private static final Model NEW = new Model("new", "1", 2);

    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");

    @BeforeEach
    void topic() {
        var none = new Node[0];
        consumer.updatePartitions(
                TOPIC,
                IntStream.range(0, PARTITIONS)
                        .mapToObj(i -> new PartitionInfo(TOPIC, i, Node.noNode(), none, none))
                        .toList());
        for (int i = 0; i < PARTITIONS; i++) {
            bounds(i, 0, 0);
        }
    }

    @Test
    void aLogWithoutVectorsHasNone() {
        assertThat(LoggedModels.read(consumer, serdes)).isEmpty();
    }

    @Test
    void theFirstVectorOfAPartitionSaysWhichItIs() {
        bounds(1, 7, 9);
        consumer.schedulePollTask(() -> {
            consumer.addRecord(record(1, 7, embedding(OLD)));
            consumer.addRecord(record(1, 8, embedding(NEW)));
        });

        assertThat(LoggedModels.read(consumer, serdes)).isEqualTo(Set.of(OLD));
    }

    @Test
    void everyPartitionIsAsked() {
        bounds(0, 0, 1);
        bounds(2, 0, 1);
        consumer.schedulePollTask(() -> consumer.addRecord(record(0, 0, embedding(OLD))));
        consumer.schedulePollTask(() -> consumer.addRecord(record(2, 0, embedding(NEW))));

        assertThat(LoggedModels.read(consumer, serdes)).isEqualTo(Set.of(OLD, NEW));
    }

    @Test
    void whatCannotBeReadSaysNothing() {
        bounds(0, 0, 2);
        bounds(1, 0, 1);
        consumer.schedulePollTask(() -> {
            consumer.addRecord(record(0, 0, new byte[] {9, 9}));
            consumer.addRecord(record(0, 1, embedding(OLD)));
            consumer.addRecord(record(1, 0, new byte[] {9, 9}));
        });

        assertThat(LoggedModels.read(consumer, serdes)).isEqualTo(Set.of(OLD));
    }

    @Test
    void aBrokerThatDoesNotAnswerIsNotTakenForAnEmptyLog() {
        bounds(0, 0, 1);

        assertThatThrownBy(() -> LoggedModels.read(consumer, serdes))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining(TOPIC);
    }

    private void bounds(int partition, long first, long end) {
        var bound = new HashMap<TopicPartition, Long>();
        bound.put(new TopicPartition(TOPIC, partition), first);
        consumer.updateBeginningOffsets(bound);
        bound.put(new TopicPartition(TOPIC, partition), end);
        consumer.updateEndOffsets(bound);
    }

    private static ConsumerRecord<byte[], byte[]> record(int partition, long offset, byte[] value) {
        return new ConsumerRecord<>(TOPIC, partition, offset, new byte[0], value);
    }

    private byte[] embedding(Model model) {
        var embedding =
                new Embedding(
                        new ChunkId(Chunks.DOCUMENT, 0),
                        new Passage("river.md", 0, 4, "text"),
                        Vector.of(1, 0),
                        model,
                        "worker",
                        Digest.of("text"));
        return serdes.of(Topics.EMBEDDINGS)
                .serializer()
                .serialize(
                        TOPIC,
                        Envelope.first(
                                DerivedId.of("test", model.name()),
                                Chunks.NOON,
                                Envelope.DEFAULT_TENANT,
                                Labels.DEFAULT,
                                new Actor("embedder", Actor.Proof.WORKER),
                                Chunks.SITE,
                                embedding));
    }
}
