package dev.millrace.schemas.codec;

import dev.millrace.domain.document.Chunk;
import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.schemas.record.ChunkCutRecord;
import dev.millrace.schemas.record.ChunkRecord;
import org.apache.avro.specific.SpecificRecord;

/// `chunk.avsc`.
final class ChunkCodec implements PayloadCodec<Chunk> {

    @Override
    public Class<Chunk> vocabulary() {
        return Chunk.class;
    }

    @Override
    public SpecificRecord newRecord() {
        return new ChunkRecord();
    }

    @Override
    public SpecificRecord toRecord(Chunk message) {
        return new ChunkCutRecord(
                message.id().document().value(),
                message.id().index(),
                SharedCodec.record(message.passage()),
                message.headings(),
                SharedCodec.record(message.digest()));
    }

    @Override
    public Chunk toMessage(Object branch) {
        return switch (branch) {
            case ChunkCutRecord cut ->
                    new Chunk(
                            new ChunkId(new DocumentId(cut.getDocument()), cut.getIndex()),
                            SharedCodec.passage(cut.getPassage()),
                            cut.getHeadings(),
                            SharedCodec.digest(cut.getDigest()));
            default -> throw PayloadCodec.foreign(branch);
        };
    }
}
