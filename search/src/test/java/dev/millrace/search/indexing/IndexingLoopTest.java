package dev.millrace.search.indexing;

import static dev.millrace.search.fixture.Embeddings.document;
import static dev.millrace.search.fixture.Embeddings.embedding;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.document.IndexReport;
import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.search.Model;
import dev.millrace.domain.search.Vector;
import dev.millrace.domain.view.Position;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.DeadLetters;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.search.fixture.Embeddings;
import dev.millrace.search.fixture.WordEmbedder;
import dev.millrace.search.lucene.LuceneStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexingLoopTest {

    private static final Vector VECTOR = Embeddings.unit(1, 2, 3, 4);
    private static final DocumentId FIRST = document("first");
    private static final String INDEX = "laptop";

    private static final int CRASHES = 4;

    @TempDir private Path folder;
    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());
    private final EmbeddingsLog log = new EmbeddingsLog(serdes);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicLong nanos = new AtomicLong();
    private final CrashingProducer producer = new CrashingProducer();
    private MockConsumer<byte[], byte[]> consumer = log.consumer();
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
    void whatIsReadBecomesSearchableAndIsReportedOnceADocument() throws Exception {
        log.append(chunk(FIRST, 0));
        log.append(chunk(FIRST, 1));
        var last = log.append(chunk(FIRST, 2));
        var loop = begun();

        runUntilIdle(loop);

        var applied = Position.at(EmbeddingsLog.TOPIC, last.partition(), last.offset());
        assertThat(store.applied()).isEqualTo(applied);
        assertThat(store.searchable(List.of(FIRST))).containsExactly(3);
        assertThat(loop.isCaughtUp()).isTrue();
        assertThat(meters.get("millrace.index.batch.size").summary().totalAmount()).isEqualTo(3);
        assertThat(meters.get("millrace.index.commit").timer().count()).isEqualTo(1);
        var reports = reports(producer.history());
        assertThat(reports)
                .extracting(Envelope::messageOrNull)
                .containsExactly(new IndexReport(FIRST, INDEX, 3, applied));
        var cause = Embeddings.envelope(Embeddings.TENANT, chunk(FIRST, 2));
        var report = reports.getFirst();
        assertThat(report.causation()).isEqualTo(cause.id());
        assertThat(report.correlation()).isEqualTo(cause.correlation());
        assertThat(report.labels()).isEqualTo(cause.labels());
        assertThat(report.actor()).isEqualTo(new Actor("search", Actor.Proof.WORKER));
        var sent = producer.history().getFirst();
        assertThat(sent.partition()).isEqualTo(last.partition());
        assertThat(sent.key()).asString().isEqualTo(FIRST.toString());
        assertThat(sent.headers().lastHeader("ce_id")).isNotNull();
    }

    @Test
    void reportsLostInACrashAreRepeatedWithTheSameId() throws Exception {
        log.append(chunk(FIRST, 0));
        log.append(chunk(document("second"), 0));
        var loop = begun();
        producer.crashAfter(1); // the commit is made and one of two reports is out
        assertThatThrownBy(() -> runUntilIdle(loop)).isInstanceOf(Crash.class);
        var before = reports(producer.history());
        producer.clear();
        producer.crashAfter(Integer.MAX_VALUE);

        killAndReopen();
        assertThat(store.searchable(List.of(FIRST))).containsExactly(1);
        runUntilIdle(begun());

        assertThat(before).hasSize(1);
        assertThat(reports(producer.history())).hasSize(2).containsAll(before);
    }

    @Test
    void aCleanStopLeavesNothingToRepeat() throws Exception {
        log.append(chunk(FIRST, 0));
        var loop = begun();
        runUntilIdle(loop);
        loop.finish();
        producer.clear();

        killAndReopen();
        var again = begun();
        runUntilIdle(again);

        assertThat(producer.history()).isEmpty();
        assertThat(again.isCaughtUp()).isTrue();
    }

    @Test
    void everyKindOfPoisonIsADeadLetter() throws Exception {
        var key = FIRST + "#0";
        log.appendBytes(key.getBytes(UTF_8), null);
        log.appendBytes(key.getBytes(UTF_8), new byte[0]);
        log.appendBytes(key.getBytes(UTF_8), new byte[2 << 20]);
        var sound = log.append(chunk(FIRST, 1));
        log.appendBytes(null, sound.value());
        log.appendBytes(new byte[8], sound.value());
        var last = log.append(chunk(FIRST, 2));

        runUntilIdle(begun());

        var letters = deadLetters(producer.history());
        assertThat(letters)
                .hasSize(5)
                .allSatisfy(letter -> {
                    assertThat(header(letter, DeadLetters.CODE)).isEqualTo("unreadable");
                    assertThat(header(letter, DeadLetters.CONSUMER)).isEqualTo("millrace-search");
                });
        assertThat(letters)
                .filteredOn(letter -> letter.headers().lastHeader(DeadLetters.CUT) != null)
                .singleElement()
                .satisfies(letter -> assertThat(letter.value()).hasSize(1 << 20));
        assertThat(store.searchable(List.of(FIRST))).containsExactly(2);
        assertThat(store.applied().offset(EmbeddingsLog.TOPIC, last.partition()))
                .isEqualTo(last.offset());
    }

    @Test
    void whatCannotBeReadOrIndexedIsADeadLetterAndTheRestGoesOn() throws Exception {
        var poison = log.appendPoison(FIRST + "#0");
        var narrow = log.append(embedding(FIRST, 1, "text", Embeddings.unit(1, 1)));
        var longer = log.append(embedding(FIRST, 2, "text", Vector.of(1, 1, 0, 0)));
        log.appendSealed(chunk(FIRST, 3));
        var foreign = log.append(of(new Model("words", "2", 4), chunk(FIRST, 5)));
        var last = log.append(chunk(FIRST, 4));

        runUntilIdle(begun());

        var letters = deadLetters(producer.history());
        assertThat(letters)
                .extracting(letter -> header(letter, DeadLetters.ORIGIN))
                .containsExactly(
                        "%s-%d@%d".formatted(poison.topic(), poison.partition(), poison.offset()),
                        "%s-%d@%d".formatted(narrow.topic(), narrow.partition(), narrow.offset()),
                        "%s-%d@%d".formatted(longer.topic(), longer.partition(), longer.offset()),
                        "%s-%d@%d"
                                .formatted(foreign.topic(), foreign.partition(), foreign.offset()));
        assertThat(letters)
                .extracting(letter -> header(letter, DeadLetters.CODE))
                .containsExactly("unreadable", "not_indexable", "not_indexable", "not_indexable");
        assertThat(letters.getFirst().value()).isEqualTo(poison.value());
        assertThat(header(letters.get(1), DeadLetters.DETAIL))
                .isEqualTo("vector: 2 dimensions (expected: 4)");
        assertThat(header(letters.getLast(), DeadLetters.DETAIL))
                .isEqualTo(
                        "model: words 2 of 4 dimensions"
                                + " (expected: words 1 of 4 dimensions, as in the index)");
        assertThat(store.searchable(List.of(FIRST))).containsExactly(1);
        assertThat(store.applied().offset(EmbeddingsLog.TOPIC, last.partition()))
                .isEqualTo(last.offset());
    }

    @Test
    void aBrokerThatIsAwayLosesNothing() throws Exception {
        log.append(chunk(FIRST, 0));
        log.appendPoison(FIRST + "#1");
        consumer.setOffsetsException(new TimeoutException("away"));
        var loop = loop();
        assertThatThrownBy(loop::step).isInstanceOf(TimeoutException.class);
        loop.step();
        log.deliver(consumer);
        producer.sendException = new TimeoutException("away");
        loop.step();
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(loop::step).isInstanceOf(TimeoutException.class);
            assertThat(store.applied()).isEqualTo(Position.START);
        }

        producer.sendException = null;
        runUntilIdle(loop);

        assertThat(reports(producer.history())).hasSize(1);
        assertThat(deadLetters(producer.history())).hasSize(1);
        assertThat(store.searchable(List.of(FIRST))).containsExactly(1);
    }

    @Test
    void anOldBatchIsCommittedThoughMoreIsWaiting() throws Exception {
        log.append(chunk(FIRST, 0));
        log.append(chunk(FIRST, 1));
        log.append(chunk(FIRST, 2));
        var loop = begun();
        consumer.setMaxPollRecords(1);

        loop.step();
        assertThat(store.searchable(List.of(FIRST))).containsExactly(0);
        nanos.addAndGet(IndexingLoop.MAX_AGE.toNanos());
        loop.step();

        assertThat(store.searchable(List.of(FIRST))).containsExactly(2);
    }

    @Test
    void aLargeBatchIsCommittedThoughMoreIsWaiting() throws Exception {
        for (int i = 0; i < IndexingLoop.MAX_BATCH; i++) {
            log.appendPoison(FIRST + "#" + i);
        }
        var loop = begun();

        loop.step();

        assertThat(deadLetters(producer.history())).hasSize(IndexingLoop.MAX_BATCH);
        assertThat(store.applied()).isNotEqualTo(Position.START);
    }

    @Test
    void aTopicThatIsNotThereYetIsWaitedFor() throws Exception {
        consumer = new MockConsumer<>("none");

        assertThat(loop().step()).isFalse();
    }

    @Test
    void anIndexThatTheLogCannotContinueIsRefused() throws Exception {
        var position = Position.at(EmbeddingsLog.TOPIC, 0, 4);
        store.commit(position, position);
        var first = new TopicPartition(EmbeddingsLog.TOPIC, 0);

        consumer.updateEndOffsets(Map.of(first, 4L));
        assertThatThrownBy(() -> loop().step())
                .isInstanceOf(LogMismatch.class)
                .hasMessageContaining("millrace.embeddings-0 up to offset 4")
                .hasMessageContaining("delete the index folder");

        consumer.updateBeginningOffsets(Map.of(first, 6L));
        consumer.updateEndOffsets(Map.of(first, 9L));
        assertThatThrownBy(() -> loop().step())
                .isInstanceOf(LogMismatch.class)
                .hasMessageContaining("from offset 5, but the log begins at 6");

        var elsewhere = Position.at(EmbeddingsLog.TOPIC, 7, 4);
        store.commit(elsewhere, elsewhere);
        assertThatThrownBy(() -> loop().step())
                .isInstanceOf(LogMismatch.class)
                .hasMessageContaining("millrace.embeddings-7");
    }

    /* Documents grow and repeat, poison comes between, and the process dies again and again. */
    @Test
    void whereverItCrashesNothingIsLostAndTheLastReportsAreTrue() throws Exception {
        for (long seed = 0; seed < 12; seed++) {
            var random = new SplittableRandom(seed);
            var story = new Story(random, new EmbeddingsLog(serdes));
            var here = Files.createDirectory(folder.resolve("seed-" + seed));
            var history = new ArrayList<ProducerRecord<byte[], byte[]>>();
            boolean lives = false;
            for (int run = 0; !lives; run++) {
                story.continueWith(run < CRASHES ? 8 : 0);
                producer.clear();
                producer.crashAfter(run < CRASHES ? random.nextInt(12) : Integer.MAX_VALUE);
                try (var own = LuceneStore.open(here, WordEmbedder.MODEL)) {
                    consumer = story.log.consumer();
                    var loop = loop(own);
                    loop.step();
                    story.log.deliver(consumer);
                    consumer.setMaxPollRecords(random.nextLong(1, 6));
                    for (int step = 0; step < 80; step++) {
                        nanos.addAndGet(random.nextLong(IndexingLoop.MAX_AGE.toNanos()));
                        loop.step();
                    }
                    assertThat(loop.isCaughtUp()).as("seed %d", seed).isTrue();
                    assertThat(counts(own, story.chunks.keySet()))
                            .as("seed %d", seed)
                            .isEqualTo(story.sizes());
                    lives = run >= CRASHES;
                } catch (Crash dead) {
                    assertThat(run).as("seed %d", seed).isLessThan(CRASHES);
                }
                history.addAll(producer.history());
            }
            var reported = new HashMap<DocumentId, Integer>();
            for (var report : reports(history)) {
                var said = requireNonNull(report.messageOrNull());
                reported.put(said.document(), said.searchable());
            }
            assertThat(reported).as("seed %d", seed).isEqualTo(story.sizes());
            var origins = new HashSet<String>();
            deadLetters(history).forEach(one -> origins.add(header(one, DeadLetters.ORIGIN)));
            assertThat(origins).as("seed %d", seed).isEqualTo(story.poisons);
        }
    }

    private static final class Story {
        final EmbeddingsLog log;
        final Map<DocumentId, Set<ChunkId>> chunks = new HashMap<>();
        final Set<String> poisons = new HashSet<>();
        private final SplittableRandom random;

        Story(SplittableRandom random, EmbeddingsLog log) {
            this.random = random;
            this.log = log;
        }

        void continueWith(int records) {
            for (int i = 0; i < records; i++) {
                var chunk = chunk(document("d" + random.nextInt(5)), random.nextInt(6));
                if (random.nextInt(6) == 0) {
                    var poison = log.appendPoison(chunk.chunk().toString());
                    poisons.add(
                            "%s-%d@%d"
                                    .formatted(
                                            poison.topic(), poison.partition(), poison.offset()));
                } else {
                    log.append(chunk);
                    chunks.computeIfAbsent(chunk.chunk().document(), _ -> new HashSet<>())
                            .add(chunk.chunk());
                }
            }
        }

        Map<DocumentId, Integer> sizes() {
            var sizes = new HashMap<DocumentId, Integer>();
            chunks.forEach((document, ids) -> sizes.put(document, ids.size()));
            return sizes;
        }
    }

    private static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /// Kafka's mock, which can also end the process before a record is sent.
    private static final class CrashingProducer extends MockProducer<byte[], byte[]> {
        private int left = Integer.MAX_VALUE;

        CrashingProducer() {
            super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        void crashAfter(int records) {
            left = records;
        }

        @Override
        public synchronized Future<RecordMetadata> send(
                ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
            if (left-- <= 0) {
                throw new Crash();
            }
            return super.send(record, callback);
        }
    }

    private IndexingLoop loop() {
        return loop(store);
    }

    private IndexingLoop loop(LuceneStore into) {
        return new IndexingLoop(
                consumer,
                new Sender(producer, () -> false),
                serdes,
                into,
                new IndexReports(
                        serdes, into, Embeddings.SITE, INDEX, InstantSource.fixed(Embeddings.NOON)),
                new IndexMeters(meters),
                nanos::get);
    }

    private IndexingLoop begun() throws Exception {
        consumer = log.consumer();
        var loop = loop();
        loop.step();
        log.deliver(consumer);
        return loop;
    }

    /* Closing a store drops what is not committed, as a death of the process does. */
    private void killAndReopen() throws IOException {
        store.close();
        store = LuceneStore.open(folder, WordEmbedder.MODEL);
    }

    private static void runUntilIdle(IndexingLoop loop) throws Exception {
        for (int i = 0; i < 5; i++) {
            loop.step();
        }
    }

    private static Embedding of(Model model, Embedding like) {
        return new Embedding(
                like.chunk(),
                like.passage(),
                like.vector(),
                model,
                like.worker(),
                like.inputDigest());
    }

    private static Embedding chunk(DocumentId document, int index) {
        return embedding(document, index, "text " + index, VECTOR);
    }

    private static Map<DocumentId, Integer> counts(LuceneStore store, Set<DocumentId> documents)
            throws IOException {
        var ordered = List.copyOf(documents);
        var found = store.searchable(ordered);
        var counts = new HashMap<DocumentId, Integer>();
        for (int i = 0; i < found.length; i++) {
            counts.put(ordered.get(i), found[i]);
        }
        return counts;
    }

    private List<Envelope<IndexReport>> reports(List<ProducerRecord<byte[], byte[]>> history) {
        var deserializer = serdes.of(Topics.INDEX_REPORTS).deserializer();
        return history.stream()
                .filter(record -> record.topic().equals(Topics.INDEX_REPORTS.name()))
                .map(record -> deserializer.deserialize(record.topic(), record.value()))
                .toList();
    }

    private static List<ProducerRecord<byte[], byte[]>> deadLetters(
            List<ProducerRecord<byte[], byte[]>> history) {
        return history.stream()
                .filter(record -> record.topic().equals(Topics.DEAD_LETTERS))
                .toList();
    }

    private static String header(ProducerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
