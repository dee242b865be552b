package dev.millrace.inference.worker;

import dev.millrace.domain.document.Chunk;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.search.Embedder;
import dev.millrace.domain.task.Failure;
import dev.millrace.inference.worker.Isolation.Outcome;
import dev.millrace.schemas.serde.DeadLetters;
import dev.millrace.schemas.serde.EventProducerRecords;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.serde.SchemaUnreachable;
import dev.millrace.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/// Turns a batch of chunk records into the embedding records and dead letters that follow from it.
///
/// An embedding's id follows from its chunk's event and the model, so the same chunk names the same
/// embedding however often; its time is when it was made.
final class Transcription {

    private static final Actor EMBEDDER = new Actor("embedder", Actor.Proof.WORKER);

    private final Deserializer<String> keys;
    private final Deserializer<Envelope<Chunk>> chunks;
    private final Serializer<Envelope<Embedding>> embeddings;
    private final Embedder embedder;
    private final Isolation isolation;
    private final Site site;
    private final String instance;
    private final InstantSource clock;

    /// @param timeout longest wait for one answer of the embedder
    Transcription(
            EventSerdes serdes,
            Embedder embedder,
            Site site,
            String instance,
            InstantSource clock,
            Duration timeout) {
        this.keys = serdes.keysOf(Topics.CHUNKS);
        this.chunks = serdes.valuesOf(Topics.CHUNKS);
        this.embeddings = serdes.of(Topics.EMBEDDINGS).serializer();
        this.embedder = embedder;
        this.isolation = new Isolation(embedder, timeout);
        this.site = site;
        this.instance = instance;
        this.clock = clock;
    }

    /// What follows from the records.
    ///
    /// @param partitions how many partitions `embeddings` has
    /// @throws Postponed if the registry or the embedder cannot answer now
    Transcript of(Iterable<ConsumerRecord<byte[], byte[]>> records, int partitions)
            throws Postponed, InterruptedException {
        var deadLetters = new ArrayList<ProducerRecord<byte[], byte[]>>();
        var readable = new ArrayList<Source>();
        int skipped = 0;
        for (var record : records) {
            try {
                keys.deserialize(record.topic(), record.key());
                var envelope = chunks.deserialize(record.topic(), record.value());
                var chunk = envelope.messageOrNull();
                if (chunk == null) {
                    skipped++;
                } else {
                    readable.add(new Source(record, envelope, chunk, EmbeddingInput.of(chunk)));
                }
            } catch (SchemaUnreachable unreachable) {
                throw new Postponed(unreachable.toString(), unreachable);
            } catch (SerializationException unreadable) {
                deadLetters.add(letter(record, new Failure("unreadable", unreadable.toString())));
            }
        }
        var outcomes = isolation.embed(readable.stream().map(Source::text).toList());
        var embedded = new ArrayList<ProducerRecord<byte[], byte[]>>();
        for (int i = 0; i < readable.size(); i++) {
            var source = readable.get(i);
            switch (outcomes.get(i)) {
                case Outcome.Embedded(var vector) ->
                        embedded.add(
                                record(
                                        source,
                                        new Embedding(
                                                source.chunk().id(),
                                                source.chunk().passage(),
                                                vector,
                                                embedder.model(),
                                                instance,
                                                Digest.of(source.text())),
                                        partitions));
                case Outcome.Refused(String why) ->
                        deadLetters.add(
                                letter(source.record(), new Failure("not_embeddable", why)));
            }
        }
        return new Transcript(embedded, deadLetters, skipped);
    }

    private static ProducerRecord<byte[], byte[]> letter(
            ConsumerRecord<byte[], byte[]> poison, Failure cause) {
        return DeadLetters.of(poison, cause, KafkaClients.GROUP);
    }

    private ProducerRecord<byte[], byte[]> record(
            Source source, Embedding embedding, int partitions) throws Postponed {
        var model = embedding.model();
        var cause = source.envelope();
        var id = DerivedId.of("embed", cause.id().toString(), model.name(), model.version());
        var envelope = cause.following(id, clock.instant(), EMBEDDER, site, embedding);
        var key = embedding.chunk().toString();
        var typed = EventProducerRecords.record(Topics.EMBEDDINGS, partitions, key, envelope);
        var headers = new RecordHeaders();
        try {
            return new ProducerRecord<>(
                    typed.topic(),
                    typed.partition(),
                    key.getBytes(StandardCharsets.UTF_8),
                    embeddings.serialize(typed.topic(), headers, envelope),
                    headers);
        } catch (SchemaUnreachable unreachable) {
            throw new Postponed(unreachable.toString(), unreachable);
        }
    }

    /// What follows from a batch.
    ///
    /// @param skipped records that say nothing to us and go no further
    record Transcript(
            List<ProducerRecord<byte[], byte[]>> embeddings,
            List<ProducerRecord<byte[], byte[]>> deadLetters,
            int skipped) {}

    private record Source(
            ConsumerRecord<byte[], byte[]> record,
            Envelope<Chunk> envelope,
            Chunk chunk,
            String text) {}
}
