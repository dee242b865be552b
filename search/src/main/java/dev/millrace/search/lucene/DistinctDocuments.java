package dev.millrace.search.lucene;

import java.io.IOException;
import org.apache.lucene.index.MultiDocValues;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/// Counts the different documents among the chunks that a query matches, with one bit for each
/// document of the index.
final class DistinctDocuments {

    private DistinctDocuments() {}

    static long count(IndexSearcher searcher, Query chunks) throws IOException {
        var reader = searcher.getIndexReader();
        @Nullable SortedDocValues documents =
                MultiDocValues.getSortedValues(reader, ChunkFields.DOCUMENT_KEY);
        if (documents == null) {
            return 0;
        }
        var seen = new FixedBitSet(documents.getValueCount());
        var weight =
                searcher.createWeight(searcher.rewrite(chunks), ScoreMode.COMPLETE_NO_SCORES, 1);
        // Segments and their documents come in order, as doc values must be read.
        for (var segment : reader.leaves()) {
            var scorer = weight.scorer(segment);
            if (scorer == null) {
                continue;
            }
            var live = segment.reader().getLiveDocs();
            var matches = scorer.iterator();
            for (int chunk = matches.nextDoc();
                    chunk != DocIdSetIterator.NO_MORE_DOCS;
                    chunk = matches.nextDoc()) {
                boolean isLive = live == null || live.get(chunk);
                if (isLive && documents.advanceExact(segment.docBase + chunk)) {
                    seen.set(documents.ordValue());
                }
            }
        }
        return seen.cardinality();
    }
}
