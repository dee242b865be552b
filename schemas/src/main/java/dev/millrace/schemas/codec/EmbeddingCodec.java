package dev.millrace.schemas.codec;

import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.search.Model;
import dev.millrace.domain.search.Vector;
import dev.millrace.schemas.record.ChunkEmbeddedRecord;
import dev.millrace.schemas.record.EmbeddingRecord;
import dev.millrace.schemas.record.ModelRecord;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.PrimitivesArrays.FloatArray;
import org.apache.avro.specific.SpecificRecord;

/// `embedding.avsc`. A vector crosses as Avro's array of primitive floats, never boxed.
final class EmbeddingCodec implements PayloadCodec<Embedding> {

    private static final Schema VECTOR =
            ChunkEmbeddedRecord.getClassSchema().getField("vector").schema();

    @Override
    public Class<Embedding> vocabulary() {
        return Embedding.class;
    }

    @Override
    public SpecificRecord newRecord() {
        return new EmbeddingRecord();
    }

    @Override
    public SpecificRecord toRecord(Embedding message) {
        var model = message.model();
        return new ChunkEmbeddedRecord(
                message.chunk().document().value(),
                message.chunk().index(),
                SharedCodec.record(message.passage()),
                components(message.vector()),
                new ModelRecord(model.name(), model.version(), model.dimensions()),
                message.worker(),
                SharedCodec.record(message.inputDigest()));
    }

    @Override
    public Embedding toMessage(Object branch) {
        return switch (branch) {
            case ChunkEmbeddedRecord embedded -> embedding(embedded);
            default -> throw PayloadCodec.foreign(branch);
        };
    }

    private static Embedding embedding(ChunkEmbeddedRecord record) {
        var model = record.getModel();
        return new Embedding(
                new ChunkId(new DocumentId(record.getDocument()), record.getIndex()),
                SharedCodec.passage(record.getPassage()),
                vector(record.getVector()),
                new Model(model.getName(), model.getVersion(), model.getDimensions()),
                record.getWorker(),
                SharedCodec.digest(record.getInputDigest()));
    }

    private static FloatArray components(Vector vector) {
        var components = new FloatArray(vector.dimensions(), VECTOR);
        for (int i = 0; i < vector.dimensions(); i++) {
            components.add(i, vector.component(i));
        }
        return components;
    }

    private static Vector vector(List<Float> components) {
        var values = new float[components.size()];
        if (components instanceof FloatArray primitive) {
            for (int i = 0; i < values.length; i++) {
                values[i] = primitive.getFloat(i);
            }
        } else {
            for (int i = 0; i < values.length; i++) {
                values[i] = components.get(i);
            }
        }
        return Vector.of(values);
    }
}
