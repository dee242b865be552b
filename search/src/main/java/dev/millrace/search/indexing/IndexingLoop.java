package dev.millrace.search.indexing;

import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.view.Position;
import dev.millrace.schemas.serde.DeadLetters;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.serde.SchemaUnreachable;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.search.lucene.LuceneStore;
import dev.millrace.search.lucene.UnitLength;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/// The steps of reading `embeddings` into the index, without threads or waits of its own.
///
/// ```
/// read ──▶ apply ──▶ dead letters acknowledged ──▶ commit ──▶ reports acknowledged ──▶ read …
/// ```
///
/// Every arrow holds: a batch is begun only when the reports of the one before it are acknowledged,
/// and each commit notes, beside how far it has applied, how far was reported before it. So after a
/// `kill -9` at any point the records between the two are exactly those whose reports may be
/// missing, at most one batch. The next start reads them again, does not index those again that the
/// commit holds, and reports their documents. Reports and dead letters may thus repeat (reports
/// with the same id); none is lost.
///
/// A step that fails with a transient error can be taken again: what it had done is kept.
///
/// Confined to one thread, but for [#isCaughtUp] and [#wakeup].
final class IndexingLoop implements AutoCloseable {

    /// A batch is committed when it has so many records, one poll more or less,
    static final int MAX_BATCH = 5_000;

    /// or when it is so old,
    static final Duration MAX_AGE = Duration.ofSeconds(1);

    /// or when no more records come for so long.
    private static final Duration MORE_SOON = Duration.ofMillis(50);

    /// Who passed over a record, in its dead letter.
    static final String CONSUMER = "millrace-search";

    private static final Duration IDLE_POLL = Duration.ofMillis(500);
    private static final String TOPIC = Topics.EMBEDDINGS.name();

    private final Consumer<byte[], byte[]> consumer;
    private final Sender sender;
    private final Deserializer<String> keys;
    private final Deserializer<Envelope<Embedding>> embeddings;
    private final IndexReports reports;
    private final LuceneStore store;
    private final IndexMeters meters;
    private final LongSupplier nanoClock;

    /* Empty until the topic was found. */
    private Map<TopicPartition, Long> endAtStart = Map.of();
    /* What the index held at the start: read again for its reports only. */
    private Position recovered = Position.START;
    private Position read = Position.START;
    private Position reported = Position.START;
    private volatile boolean caughtUp;

    private final ArrayDeque<ConsumerRecord<byte[], byte[]>> polled = new ArrayDeque<>();
    private final List<ProducerRecord<byte[], byte[]>> deadLetters = new ArrayList<>();
    private final Map<DocumentId, Envelope<Embedding>> touched = new LinkedHashMap<>();
    private int batchSize;
    private long batchBegan;
    private boolean settling;

    IndexingLoop(
            Consumer<byte[], byte[]> consumer,
            Sender sender,
            EventSerdes serdes,
            LuceneStore store,
            IndexReports reports,
            IndexMeters meters,
            LongSupplier nanoClock) {
        this.consumer = consumer;
        this.sender = sender;
        this.keys = serdes.keysOf(Topics.EMBEDDINGS);
        this.embeddings = serdes.valuesOf(Topics.EMBEDDINGS);
        this.store = store;
        this.reports = reports;
        this.meters = meters;
        this.nanoClock = nanoClock;
    }

    /// Does the next thing there is to do; waits for at most half a second when there is none.
    ///
    /// @return whether it could: false while the topic does not exist
    /// @throws org.apache.kafka.common.errors.RetriableException if trying again may help
    /// @throws SchemaUnreachable if trying again may help
    /// @throws LogMismatch if the log cannot continue the index
    /// @throws IOException if the index cannot be written
    boolean step() throws IOException, LogMismatch {
        if (endAtStart.isEmpty()) {
            return begin();
        }
        if (settling) {
            settle();
            return true;
        }
        boolean more = poll();
        if (batchSize > 0 && (!more || batchSize >= MAX_BATCH || isOld())) {
            settling = true;
            settle();
        }
        if (!more && batchSize == 0) {
            store.tidy();
        }
        if (!caughtUp && batchSize == 0) {
            caughtUp =
                    endAtStart.entrySet().stream()
                            .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
        }
        return true;
    }

    private boolean begin() throws LogMismatch {
        var partitions =
                consumer.partitionsFor(TOPIC).stream()
                        .map(one -> new TopicPartition(TOPIC, one.partition()))
                        .toList();
        if (partitions.isEmpty()) {
            return false;
        }
        consumer.assign(partitions);
        var end = consumer.endOffsets(partitions);
        var first = consumer.beginningOffsets(partitions);
        StartingOffsets.of(store.applied(), store.reported(), first, end).forEach(consumer::seek);
        recovered = store.applied();
        reported = store.reported();
        read = reported;
        endAtStart = Map.copyOf(end);
        return true;
    }

    private boolean poll() throws IOException, LogMismatch {
        if (polled.isEmpty()) {
            try {
                consumer.poll(batchSize == 0 ? IDLE_POLL : MORE_SOON).forEach(polled::add);
            } catch (OffsetOutOfRangeException gone) {
                throw LogMismatch.outOfRange(gone.partitions(), gone);
            }
        }
        boolean any = !polled.isEmpty();
        while (!polled.isEmpty()) {
            apply(polled.element()); // stays first if this fails
            polled.remove();
        }
        return any;
    }

    private boolean isOld() {
        return nanoClock.getAsLong() - batchBegan >= MAX_AGE.toNanos();
    }

    private void apply(ConsumerRecord<byte[], byte[]> record) throws IOException {
        boolean isNew = record.offset() > recovered.offset(record.topic(), record.partition());
        @Nullable Failure fault = applyOrFault(record, isNew);
        if (fault != null && isNew) {
            deadLetters.add(DeadLetters.of(record, fault, CONSUMER));
        }
        if (batchSize++ == 0) {
            batchBegan = nanoClock.getAsLong();
        }
        read = read.with(record.topic(), record.partition(), record.offset());
    }

    private @Nullable Failure applyOrFault(ConsumerRecord<byte[], byte[]> record, boolean isNew)
            throws IOException {
        Envelope<Embedding> envelope;
        try {
            keys.deserialize(record.topic(), record.key());
            envelope = embeddings.deserialize(record.topic(), record.value());
        } catch (SchemaUnreachable notItsFault) {
            throw notItsFault;
        } catch (SerializationException unreadable) {
            return new Failure("unreadable", unreadable.toString());
        }
        var embedding = envelope.messageOrNull();
        if (embedding == null) {
            return null; // sealed, or of a newer version: not for this index
        }
        var fault = faultOf(embedding);
        if (fault == null && isNew) {
            fault = upsertOrFault(envelope, embedding);
        }
        if (fault == null) {
            touched.put(embedding.chunk().document(), envelope);
        }
        return fault;
    }

    private @Nullable Failure upsertOrFault(Envelope<Embedding> envelope, Embedding embedding)
            throws IOException {
        try {
            store.upsert(envelope, embedding);
            return null;
        } catch (IllegalArgumentException refused) {
            return new Failure("not_indexable", refused.toString());
        }
    }

    /// Vectors of two models cannot be compared, so an index has those of one.
    private @Nullable Failure faultOf(Embedding embedding) {
        var vector = embedding.vector();
        var model = store.model();
        if (!embedding.model().equals(model)) {
            return new Failure(
                    "not_indexable",
                    "model: %s (expected: %s, as in the index)"
                            .formatted(embedding.model().text(), model.text()));
        }
        if (vector.dimensions() != model.dimensions()) {
            return new Failure(
                    "not_indexable",
                    "vector: %d dimensions (expected: %d)"
                            .formatted(vector.dimensions(), model.dimensions()));
        }
        if (!UnitLength.isUnit(vector)) {
            return new Failure(
                    "not_indexable",
                    "vector: length " + UnitLength.lengthOf(vector) + " (expected: 1 ± 0.001)");
        }
        return null;
    }

    /* Each line may fail for now and be reached again; those before it then have nothing to do. */
    private void settle() throws IOException {
        sender.deliver(deadLetters);
        deadLetters.clear();
        var applied = store.applied().join(read);
        if (!applied.equals(store.applied())) {
            long began = nanoClock.getAsLong();
            store.commit(applied, reported);
            meters.committed(nanoClock.getAsLong() - began);
        }
        sender.deliver(reports.of(touched, endAtStart.size()));
        touched.clear();
        reported = read;
        meters.settled(batchSize, nanoClock.getAsLong() - batchBegan);
        batchSize = 0;
        settling = false;
    }

    /// Notes that all is reported, so that the next start need not report again. Only a batch that
    /// is not complete is dropped: the log still has it.
    void finish() throws IOException {
        if (batchSize == 0 && !endAtStart.isEmpty() && !reported.equals(store.reported())) {
            store.commit(store.applied(), reported);
        }
    }

    /// Whether what the log held at the start has been searchable once.
    boolean isCaughtUp() {
        return caughtUp;
    }

    /// Ends a wait under way, or else the next one, with a `WakeupException`. For any thread.
    void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        try (sender) {
            consumer.close();
        }
    }
}
