package dev.millrace.site.audit;

import dev.millrace.domain.document.ChunkId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/// What the last commit of a search index holds, read from its folder as any Lucene would.
///
/// @param entries how many entries each chunk has
/// @param vectors how many of them have a vector
record IndexCopy(Map<ChunkId, Integer> entries, Map<ChunkId, Integer> vectors) {

    private static final String CHUNK = "chunk";
    private static final String VECTOR = "vector";

    static IndexCopy of(Path folder) throws IOException {
        var copy = new IndexCopy(new TreeMap<>(), new TreeMap<>());
        try (var directory = FSDirectory.open(folder);
                var reader = DirectoryReader.open(directory)) {
            for (var segment : reader.leaves()) {
                copy.add(segment.reader());
            }
        }
        return copy;
    }

    private void add(LeafReader segment) throws IOException {
        var terms = segment.terms(CHUNK);
        if (terms == null) {
            return;
        }
        var withVector = withVector(segment);
        var live = segment.getLiveDocs();
        var each = terms.iterator();
        @Nullable PostingsEnum postings = null;
        for (var term = each.next(); term != null; term = each.next()) {
            var chunk = ChunkId.parse(term.utf8ToString());
            postings = each.postings(postings, PostingsEnum.NONE);
            for (int document = postings.nextDoc();
                    document != DocIdSetIterator.NO_MORE_DOCS;
                    document = postings.nextDoc()) {
                if (live == null || live.get(document)) {
                    entries.merge(chunk, 1, Integer::sum);
                    if (withVector.get(document)) {
                        vectors.merge(chunk, 1, Integer::sum);
                    }
                }
            }
        }
    }

    private static FixedBitSet withVector(LeafReader segment) throws IOException {
        var documents = new FixedBitSet(segment.maxDoc());
        var vectors = segment.getFloatVectorValues(VECTOR);
        if (vectors != null) {
            var each = vectors.iterator();
            for (int document = each.nextDoc();
                    document != DocIdSetIterator.NO_MORE_DOCS;
                    document = each.nextDoc()) {
                documents.set(document);
            }
        }
        return documents;
    }
}
