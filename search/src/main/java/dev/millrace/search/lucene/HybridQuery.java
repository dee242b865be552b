package dev.millrace.search.lucene;

import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.search.SearchIndex.Hit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.RescoreTopNQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopFieldDocs;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/// One search: by words (BM25), by vector (HNSW, rescored with the full vectors), or by both, fused
/// by reciprocal ranks (Cormack et al. 2009, k = 60).
///
/// The words are those the analyser finds in the text, joined by "or"; the text is never parsed as
/// a query. Equal scores are ordered by chunk id, so an answer does not depend on how segments lie.
///
/// @param words at most [#MAX_WORDS]
/// @param vector null to search by words alone
record HybridQuery(String tenant, Set<String> words, @Nullable QueryVector vector, int limit) {

    /// Later words of a longer text are ignored by BM25.
    static final int MAX_WORDS = 64;

    private static final int MIN_CANDIDATES = 100;
    private static final int RANK_CONSTANT = 60;

    private static final Sort BEST_FIRST =
            new Sort(
                    SortField.FIELD_SCORE,
                    new SortField(ChunkFields.DOCUMENT_KEY, SortField.Type.STRING),
                    new SortField(ChunkFields.INDEX, SortField.Type.LONG));

    private record Ranked(int luceneDocument, ChunkId chunk, double score) {}

    List<Hit> run(IndexSearcher searcher) throws IOException {
        int candidates = Math.max(MIN_CANDIDATES, limit);
        var ranked =
                vector == null
                        ? rank(searcher.search(byWords(), limit, BEST_FIRST))
                        : fuse(
                                searcher.search(byWords(), candidates, BEST_FIRST),
                                nearest(searcher, vector, candidates));
        var stored = searcher.storedFields();
        var hits = new ArrayList<Hit>(ranked.size());
        for (var one : ranked) {
            var passage = ChunkFields.passage(stored, one.luceneDocument);
            hits.add(new Hit(one.chunk, passage, one.score));
        }
        return hits;
    }

    private Query byWords() {
        var anyWord = new BooleanQuery.Builder();
        for (var word : words) {
            anyWord.add(new TermQuery(new Term(ChunkFields.TEXT, word)), Occur.SHOULD);
        }
        return new BooleanQuery.Builder()
                .add(anyWord.build(), Occur.MUST)
                .add(ofTenant(), Occur.FILTER)
                .build();
    }

    /* Lucene cannot rescore nothing, so the graph is searched first and asked what it found. */
    private TopFieldDocs nearest(IndexSearcher searcher, QueryVector query, int candidates)
            throws IOException {
        var model = new Term(ChunkFields.MODEL, ChunkFields.modelTerm(query.model()));
        var comparable =
                new BooleanQuery.Builder()
                        .add(ofTenant(), Occur.FILTER)
                        .add(new TermQuery(model), Occur.FILTER)
                        .build();
        var target = query.vector().toArray();
        var found =
                searcher.rewrite(
                        new KnnFloatVectorQuery(
                                ChunkFields.VECTOR, target, candidates, comparable));
        var rescored =
                found instanceof MatchNoDocsQuery
                        ? found
                        : RescoreTopNQuery.createFullPrecisionRescorerQuery(
                                found, target, ChunkFields.VECTOR, candidates);
        return searcher.search(rescored, candidates, BEST_FIRST);
    }

    private Query ofTenant() {
        return new TermQuery(new Term(ChunkFields.TENANT, tenant));
    }

    private static List<Ranked> rank(TopFieldDocs found) {
        var ranked = new ArrayList<Ranked>(found.scoreDocs.length);
        for (var one : found.scoreDocs) {
            ranked.add(new Ranked(one.doc, chunkOf(one), (Float) ((FieldDoc) one).fields[0]));
        }
        return ranked;
    }

    /* Lucene's fusion cuts before it could know of chunk ids, so all candidates are fused, ordered
    and only then cut. */
    private List<Ranked> fuse(TopFieldDocs byWords, TopFieldDocs byVector) {
        Map<Integer, ChunkId> chunks = new HashMap<>();
        for (var found : List.of(byWords, byVector)) {
            for (var one : found.scoreDocs) {
                chunks.put(one.doc, chunkOf(one));
            }
        }
        if (chunks.isEmpty()) {
            return List.of();
        }
        var fused =
                TopDocs.rrf(chunks.size(), RANK_CONSTANT, new TopDocs[] {byWords, byVector})
                        .scoreDocs;
        var ranked = new ArrayList<Ranked>(fused.length);
        for (var one : fused) {
            var chunk = chunks.get(one.doc);
            if (chunk != null) {
                ranked.add(new Ranked(one.doc, chunk, one.score));
            }
        }
        ranked.sort(
                Comparator.comparingDouble(Ranked::score).reversed().thenComparing(Ranked::chunk));
        return ranked.subList(0, Math.min(limit, ranked.size()));
    }

    private static ChunkId chunkOf(ScoreDoc found) {
        var keys = ((FieldDoc) found).fields;
        return new ChunkId(
                ChunkFields.documentOf((BytesRef) keys[1]), Math.toIntExact((Long) keys[2]));
    }
}
