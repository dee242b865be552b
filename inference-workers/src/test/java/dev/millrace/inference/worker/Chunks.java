package dev.millrace.inference.worker;

import dev.millrace.domain.document.Chunk;
import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.Passage;
import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Bytes;
import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Payload;
import dev.millrace.domain.event.Sensitivity;
import dev.millrace.domain.event.Site;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// Chunk records to embed.
record Chunks(EventSerdes serdes) {

    static final Site SITE = new Site("12D3KooWSite", new UUID(1, 2));
    static final DocumentId DOCUMENT = DocumentId.of("default", "river.md", Digest.of("the river"));

    static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final Labels LABELS = Labels.of(Sensitivity.RESTRICTED, List.of("region=eu"));

    Envelope<Chunk> envelope(int index, String text) {
        var chunk =
                new Chunk(
                        new ChunkId(DOCUMENT, index),
                        new Passage("river.md", 0, text.length(), text),
                        List.of("Rivers", "Mills"),
                        Digest.of(text));
        return Envelope.first(
                DerivedId.of("chunk-event", chunk.id().toString()),
                NOON,
                "tenant-a",
                LABELS,
                new Actor("documents", Actor.Proof.WORKER),
                SITE,
                chunk);
    }

    Envelope<Chunk> sealed(int index) {
        var open = envelope(index, "secret");
        return new Envelope<>(
                open.id(),
                open.type(),
                open.time(),
                open.tenant(),
                open.subject(),
                open.labels(),
                open.actor(),
                open.site(),
                open.causation(),
                open.correlation(),
                open.trace(),
                new Payload.Sealed<>(
                        "key-1",
                        "A256GCM",
                        Bytes.copyOf(new byte[12]),
                        Bytes.copyOf(new byte[] {1, 2, 3})));
    }

    ConsumerRecord<byte[], byte[]> record(long offset, Envelope<Chunk> envelope) {
        var topic = Topics.CHUNKS.name();
        return bytes(offset, serdes.of(Topics.CHUNKS).serializer().serialize(topic, envelope));
    }

    ConsumerRecord<byte[], byte[]> record(long offset, String text) {
        return record(offset, envelope((int) offset, text));
    }

    /// A chunk under a key of another kind.
    ConsumerRecord<byte[], byte[]> keyed(long offset, byte @Nullable [] key) {
        var value = record(offset, "a chunk").value();
        return new ConsumerRecord<>(Topics.CHUNKS.name(), 0, offset, key, value);
    }

    ConsumerRecord<byte[], byte[]> bytes(long offset, byte @Nullable [] value) {
        var key = new ChunkId(DOCUMENT, (int) offset).toString().getBytes(StandardCharsets.UTF_8);
        return new ConsumerRecord<>(Topics.CHUNKS.name(), 0, offset, key, value);
    }
}
