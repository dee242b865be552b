package dev.millrace.search.lucene;

import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;

/// Lucene's own codec with vectors in an HNSW graph over 8-bit components.
///
/// The graph has 16 links a node, built with a beam of 100. The float vectors are kept beside the
/// bytes, to rescore what the graph finds. It keeps the name of its parent, and the format's name
/// is in each segment, so any Lucene of this version can read the index.
final class QuantizedCodec extends Lucene104Codec {

    private static final int LINKS = 16;
    private static final int BEAM = 100;

    private final KnnVectorsFormat vectors =
            new Lucene104HnswScalarQuantizedVectorsFormat(
                    ScalarEncoding.UNSIGNED_BYTE, LINKS, BEAM);

    @Override
    public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
        return vectors;
    }
}
