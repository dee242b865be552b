package dev.millrace.search.lucene;

import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.document.Passage;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.search.Model;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.UUID;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.LongField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.BytesRef;

/// One chunk as a Lucene document: the names and kinds of its fields. A change here is a new schema
/// in [CommitNote].
final class ChunkFields {

    static final String CHUNK = "chunk";
    static final String DOCUMENT = "document";
    static final String DOCUMENT_KEY = "document_key";
    static final String INDEX = "index";
    static final String TENANT = "tenant";
    static final String NAME = "name";
    static final String START = "start";
    static final String END = "end";
    static final String TEXT = "text";
    static final String VECTOR = "vector";
    static final String MODEL = "model";
    static final String SENSITIVITY = "sensitivity";
    static final String TAG = "tag";
    static final String CREATED = "created";

    private static final Set<String> PASSAGE = Set.of(NAME, START, END, TEXT);

    private ChunkFields() {}

    static Document of(Envelope<Embedding> envelope, Embedding embedding) {
        var chunk = embedding.chunk();
        var passage = embedding.passage();
        var document = new Document();
        document.add(new StringField(CHUNK, chunk.toString(), Store.NO));
        document.add(new StringField(DOCUMENT, chunk.document().toString(), Store.NO));
        document.add(new SortedDocValuesField(DOCUMENT_KEY, sortable(chunk.document())));
        document.add(new NumericDocValuesField(INDEX, chunk.index()));
        document.add(new StringField(TENANT, envelope.tenant(), Store.NO));
        document.add(new StoredField(NAME, passage.name()));
        document.add(new StoredField(START, passage.start()));
        document.add(new StoredField(END, passage.end()));
        document.add(new TextField(TEXT, passage.text(), Store.YES));
        document.add(
                new KnnFloatVectorField(
                        VECTOR,
                        embedding.vector().toArray(),
                        VectorSimilarityFunction.DOT_PRODUCT));
        document.add(new StringField(MODEL, modelTerm(embedding.model()), Store.NO));
        var labels = envelope.labels();
        document.add(new StringField(SENSITIVITY, labels.sensitivity().wireName(), Store.NO));
        for (var tag : labels.tags()) {
            document.add(new StringField(TAG, tag, Store.NO));
        }
        document.add(
                new LongField(
                        CREATED,
                        ChronoUnit.MICROS.between(Instant.EPOCH, envelope.time()),
                        Store.NO));
        return document;
    }

    static Term identity(ChunkId chunk) {
        return new Term(CHUNK, chunk.toString());
    }

    /// One term for one version of a model: vectors of different models cannot be compared.
    static String modelTerm(Model model) {
        return model.name() + "@" + model.version();
    }

    static Passage passage(StoredFields stored, int luceneDocument) throws IOException {
        var fields = stored.document(luceneDocument, PASSAGE);
        return new Passage(
                fields.get(NAME),
                fields.getField(START).numericValue().intValue(),
                fields.getField(END).numericValue().intValue(),
                fields.get(TEXT));
    }

    /// Sixteen bytes whose unsigned order is that of [DocumentId#compareTo], which is signed.
    private static BytesRef sortable(DocumentId document) {
        var bits = document.value();
        return new BytesRef(
                ByteBuffer.allocate(2 * Long.BYTES)
                        .putLong(bits.getMostSignificantBits() ^ Long.MIN_VALUE)
                        .putLong(bits.getLeastSignificantBits() ^ Long.MIN_VALUE)
                        .array());
    }

    /// Reads what [#sortable] wrote.
    static DocumentId documentOf(BytesRef sortable) {
        var bits = ByteBuffer.wrap(sortable.bytes, sortable.offset, sortable.length);
        long high = bits.getLong() ^ Long.MIN_VALUE;
        long low = bits.getLong() ^ Long.MIN_VALUE;
        return new DocumentId(new UUID(high, low));
    }
}
