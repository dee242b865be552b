package dev.millrace.search.indexing;

import static dev.millrace.search.fixture.Embeddings.document;
import static dev.millrace.search.fixture.Embeddings.embedding;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.view.Position;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.search.fixture.Embeddings;
import dev.millrace.search.fixture.WordEmbedder;
import dev.millrace.search.lucene.LuceneStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexingConsumerTest {

    private static final String INDEX = "laptop";

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    @TempDir private Path folder;
    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());
    private final EmbeddingsLog log = new EmbeddingsLog(serdes);
    private LuceneStore store;

    @BeforeEach
    void openTheStore() throws IOException {
        store = LuceneStore.open(folder, WordEmbedder.MODEL);
    }

    @AfterEach
    void closeTheStore() throws IOException {
        store.close();
    }

    @Test
    void isReadyWhenTheLogAsItWasIsSearchable() throws Exception {
        var record = log.append(embedding(document("a"), 0, "mill", Embeddings.unit(1, 1, 1, 1)));
        var kafka = log.consumer();
        var idle = new CountDownLatch(1);
        kafka.schedulePollTask(() -> log.deliver(kafka));
        kafka.schedulePollTask(() -> {}); // nothing more comes: commit
        kafka.schedulePollTask(idle::countDown);
        var consumer = consumer(kafka);
        assertThat(consumer.isReady()).isFalse();

        consumer.start();
        idle.await();

        assertThat(consumer.isReady()).isTrue();
        assertThat(consumer.failure()).isNull();
        assertThat(consumer.applied())
                .isEqualTo(Position.at(record.topic(), record.partition(), record.offset()));
        consumer.close();
        assertThat(consumer.isReady()).isFalse();
        assertThat(kafka.closed()).isTrue();
        assertThat(store.reported()).isEqualTo(store.applied());
    }

    @Test
    void aLogThatCannotContinueTheIndexEndsItWithTheCause() throws Exception {
        var beyond = Position.at(EmbeddingsLog.TOPIC, 0, 99);
        store.commit(beyond, beyond);
        var closed = new CountDownLatch(1);
        var kafka =
                new MockConsumer<byte[], byte[]>("none") {
                    @Override
                    public synchronized void close() {
                        super.close();
                        closed.countDown();
                    }
                };
        var known = log.consumer();
        kafka.updatePartitions(EmbeddingsLog.TOPIC, known.partitionsFor(EmbeddingsLog.TOPIC));
        var consumer = consumer(kafka);

        consumer.start();
        closed.await();
        consumer.close();

        assertThat(consumer.failure()).isNotNull();
        assertThat(consumer.isReady()).isFalse();
    }

    @Test
    void isStartedOnce() {
        try (var consumer = consumer(log.consumer())) {
            consumer.start();

            assertThatThrownBy(consumer::start).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void closingWhatWasNeverStartedDoesNothing() {
        var consumer = consumer(log.consumer());

        consumer.close();

        assertThat(consumer.failure()).isNull();
    }

    @Test
    void wrongSettingsShowAtTheStart() {
        try (var consumer =
                new IndexingConsumer(
                        Map.of("bootstrap.servers", ""),
                        serdes,
                        store,
                        Embeddings.SITE,
                        INDEX,
                        InstantSource.system(),
                        meters)) {
            assertThatThrownBy(consumer::start).isInstanceOf(ConfigException.class);
        }
    }

    @Test
    void aBrokerThatIsNotThereIsWaitedForAndDoesNotHinderTheStop() {
        var nobody = Map.<String, Object>of("bootstrap.servers", "127.0.0.1:1");
        try (var consumer =
                new IndexingConsumer(
                        nobody,
                        serdes,
                        store,
                        Embeddings.SITE,
                        INDEX,
                        InstantSource.system(),
                        meters)) {
            consumer.start();

            assertThat(consumer.isReady()).isFalse();
            assertThat(consumer.failure()).isNull();
        }
    }

    @Test
    void waitsGrowToFiveSeconds() {
        var backoff = new Backoff();
        var last = Duration.ZERO;
        for (int i = 0; i < 20; i++) {
            var next = backoff.next();
            assertThat(next)
                    .isGreaterThanOrEqualTo(last)
                    .isBetween(Duration.ofMillis(100), Duration.ofSeconds(5));
            last = next;
        }
        assertThat(last).isEqualTo(Duration.ofSeconds(5));

        backoff.reset();

        assertThat(backoff.next()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void clientsThatAreOfNoMoreUseAreReplaced() throws Exception {
        var record = log.append(embedding(document("a"), 0, "mill", Embeddings.unit(1, 1, 1, 1)));
        var broken = log.consumer();
        broken.setPollException(new KafkaException("the producer id is not known any more"));
        var sound = log.consumer();
        var idle = new CountDownLatch(1);
        sound.schedulePollTask(() -> log.deliver(sound));
        sound.schedulePollTask(() -> {});
        sound.schedulePollTask(idle::countDown);
        var clients = new ArrayDeque<>(List.of(broken, sound));
        var consumer =
                new IndexingConsumer(
                        store, INDEX, stopping -> loop(clients.removeFirst(), stopping));

        consumer.start();
        idle.await();
        consumer.close();

        assertThat(broken.closed()).isTrue();
        assertThat(consumer.failure()).isNull();
        assertThat(consumer.applied())
                .isEqualTo(Position.at(record.topic(), record.partition(), record.offset()));
    }

    @Test
    void aRightThatIsMissingEndsItWithTheCause() throws Exception {
        var ended = new CountDownLatch(1);
        var kafka =
                new MockConsumer<byte[], byte[]>("none") {
                    @Override
                    public synchronized void close() {
                        super.close();
                        ended.countDown();
                    }
                };
        var known = log.consumer();
        kafka.updatePartitions(EmbeddingsLog.TOPIC, known.partitionsFor(EmbeddingsLog.TOPIC));
        kafka.updateBeginningOffsets(known.beginningOffsets(known.assignment()));
        kafka.setOffsetsException(new TopicAuthorizationException(EmbeddingsLog.TOPIC));
        var consumer = consumer(kafka);

        consumer.start();
        ended.await();
        consumer.close();

        assertThat(consumer.failure()).isInstanceOf(TopicAuthorizationException.class);
        assertThat(consumer.isReady()).isFalse();
    }

    @Test
    void whatIsPausedFromTheStartCanBeRead() {
        log.append(embedding(document("a"), 0, "mill", Embeddings.unit(1, 1, 1, 1)));
        var consumer = consumer(log.consumer());
        consumer.pause();

        consumer.start();

        assertThat(consumer.isReady()).isTrue();
        consumer.resume();
        consumer.close();
    }

    @Test
    void nothingIsReadWhilePaused() throws Exception {
        log.append(embedding(document("a"), 0, "mill", Embeddings.unit(1, 1, 1, 1)));
        var kafka = log.consumer();
        var idle = new CountDownLatch(1);
        kafka.schedulePollTask(() -> log.deliver(kafka));
        kafka.schedulePollTask(() -> {});
        kafka.schedulePollTask(idle::countDown);
        var consumer = consumer(kafka);
        consumer.pause();

        consumer.start();
        assertThat(consumer.applied()).isEqualTo(Position.START);
        consumer.resume();
        idle.await();

        assertThat(consumer.applied()).isNotEqualTo(Position.START);
        consumer.close();
    }

    private IndexingConsumer consumer(MockConsumer<byte[], byte[]> kafka) {
        return new IndexingConsumer(store, INDEX, stopping -> loop(kafka, stopping));
    }

    private IndexingLoop loop(MockConsumer<byte[], byte[]> kafka, BooleanSupplier stopping) {
        var producer =
                new MockProducer<byte[], byte[]>(
                        true, null, new ByteArraySerializer(), new ByteArraySerializer());
        return new IndexingLoop(
                kafka,
                new Sender(producer, stopping),
                serdes,
                store,
                new IndexReports(serdes, store, Embeddings.SITE, INDEX, InstantSource.system()),
                new IndexMeters(meters),
                System::nanoTime);
    }
}
