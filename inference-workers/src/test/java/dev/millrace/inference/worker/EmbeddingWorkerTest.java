package dev.millrace.inference.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class EmbeddingWorkerTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final FakeEmbedder embedder = new FakeEmbedder();
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

    @Test
    void joinsTheGroupOnlyOnceTheModelIsReady() throws Exception {
        embedder.becomeReadyAfter(3);
        var readyWhenJoining = new CompletableFuture<Boolean>();
        var worker =
                new EmbeddingWorker(
                        embedder,
                        "a",
                        () -> {
                            readyWhenJoining.complete(embedder.isReady());
                            return session();
                        });

        worker.start();

        assertThat(readyWhenJoining.get(10, TimeUnit.SECONDS)).isTrue();
        worker.close();
        assertThat(worker.stopped().toCompletableFuture()).isCompleted();
    }

    @Test
    void leavesTheGroupWhenClosed() {
        var worker = new EmbeddingWorker(embedder, "a", this::session);
        worker.start();

        worker.close();

        assertThat(worker.isReady()).isFalse();
        assertThat(worker.stopped().toCompletableFuture()).isCompleted();
    }

    @Test
    void closesWhatWasNeverStarted() {
        new EmbeddingWorker(embedder, "a", this::session).close();

        assertThat(consumer.closed()).isFalse();
    }

    @Test
    void startsOverAfterItWasFenced() throws Exception {
        var fenced =
                new MockProducer<>(
                        true, null, new ByteArraySerializer(), new ByteArraySerializer());
        fenced.initTransactionException = new ProducerFencedException("gone too long");
        var other = new MockConsumer<byte[], byte[]>("earliest");
        var attempts = new AtomicInteger();
        var joined = new CompletableFuture<Boolean>();
        var worker =
                new EmbeddingWorker(
                        embedder,
                        "a",
                        () -> {
                            if (attempts.incrementAndGet() == 1) {
                                return session(other, fenced);
                            }
                            joined.complete(true);
                            return session();
                        });

        worker.start();

        assertThat(joined.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(other.closed()).isTrue();
        assertThat(fenced.closed()).isTrue();
        worker.close();
        assertThat(worker.stopped().toCompletableFuture()).isCompleted();
    }

    @Test
    void aRightThatIsMissingEndsItWithTheCause() {
        var worker =
                new EmbeddingWorker(
                        embedder,
                        "a",
                        () -> {
                            throw new TransactionalIdAuthorizationException("not for you");
                        });

        worker.start();

        assertThat(worker.stopped().toCompletableFuture())
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(TransactionalIdAuthorizationException.class);
        worker.close();
    }

    @Test
    void startsOverAfterTheBrokerWasAway() throws Exception {
        var attempts = new AtomicInteger();
        var joined = new CompletableFuture<Boolean>();
        var worker =
                new EmbeddingWorker(
                        embedder,
                        "a",
                        () -> {
                            if (attempts.incrementAndGet() < 3) {
                                throw new KafkaException("no broker answers");
                            }
                            joined.complete(true);
                            return session();
                        });

        worker.start();

        assertThat(joined.get(10, TimeUnit.SECONDS)).isTrue();
        worker.close();
        assertThat(worker.stopped().toCompletableFuture()).isCompleted();
    }

    private Session session() {
        return session(consumer, producer);
    }

    private Session session(
            MockConsumer<byte[], byte[]> consumer, MockProducer<byte[], byte[]> producer) {
        var serdes = new EventSerdes(new InMemorySchemaStore());
        var transcription =
                new Transcription(
                        serdes,
                        embedder,
                        Chunks.SITE,
                        "a",
                        InstantSource.system(),
                        Duration.ofSeconds(10));
        return new Session(consumer, producer, transcription, new BatchMeters(meters));
    }
}
