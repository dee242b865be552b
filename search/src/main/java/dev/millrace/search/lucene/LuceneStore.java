package dev.millrace.search.lucene;

import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.search.Model;
import dev.millrace.domain.search.SearchIndex.IndexCount;
import dev.millrace.domain.search.SearchIndex.Mode;
import dev.millrace.domain.search.SearchIndex.SearchResult;
import dev.millrace.domain.view.Position;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;

/// An index of chunks in a folder of its own.
///
/// What is put in becomes durable and findable at the next [#commit], together with the offsets up
/// to which it was read, or not at all: after a `kill -9` the folder holds exactly the last commit.
///
/// One thread writes ([#upsert], [#commit]); any thread may search and count.
public final class LuceneStore implements AutoCloseable {

    /// The most documents one count may name.
    static final int MAX_COUNTED_DOCUMENTS = 1_000;

    /* Segments are searched one after the other, and each costs a whole graph search, so few are
    kept. They are merged in the background, not while a commit is made: [#tidy] makes the result
    count. */
    private static final double FLOOR_SEGMENT_MB = 32;
    private static final double SEGMENTS_PER_TIER = 3;
    private static final double WRITE_BUFFER_MB = 64;

    private final Directory directory;
    private final IndexWriter writer;
    private final SearcherManager searchers;
    private final WordAnalyzer analyzer;
    private final Path folder;
    private final CommitNotes notes;
    private volatile CommitNote committed;

    private LuceneStore(
            Path folder,
            CommitNotes notes,
            Directory directory,
            IndexWriter writer,
            SearcherManager searchers,
            WordAnalyzer analyzer,
            CommitNote committed) {
        this.folder = folder;
        this.notes = notes;
        this.directory = directory;
        this.writer = writer;
        this.searchers = searchers;
        this.analyzer = analyzer;
        this.committed = committed;
    }

    /// Opens the index in a folder, or begins one there.
    ///
    /// @param model of the vectors; an index that holds others is refused
    /// @throws IndexUnusable if the index is damaged, of another version or model, or in use
    public static LuceneStore open(Path folder, Model model) throws IOException {
        return open(folder, model, CommitNotes.IN_THE_COMMIT);
    }

    static LuceneStore open(Path folder, Model model, CommitNotes notes) throws IOException {
        var analyzer = new WordAnalyzer();
        @Nullable Directory directory = null;
        @Nullable IndexWriter writer = null;
        @Nullable LuceneStore store = null;
        try {
            directory = FSDirectory.open(folder);
            @Nullable CommitNote found = read(folder, directory, model, notes);
            writer = new IndexWriter(directory, configuration(analyzer));
            if (found == null) {
                found = CommitNote.first(model);
                notes.commit(writer, found);
            }
            var searchers = new SearcherManager(directory, null);
            store = new LuceneStore(folder, notes, directory, writer, searchers, analyzer, found);
            return store;
        } catch (LockObtainFailedException inUse) {
            throw IndexUnusable.inUse(folder, inUse);
        } catch (CorruptIndexException
                | IndexFormatTooOldException
                | IndexFormatTooNewException
                | EOFException
                | FileNotFoundException
                | NoSuchFileException damaged) {
            throw IndexUnusable.rebuild(folder, "it is damaged or of another version", damaged);
        } catch (IllegalArgumentException unknownFormat) {
            throw IndexUnusable.rebuild(folder, "its format is unknown here", unknownFormat);
        } finally {
            if (store == null) {
                IOUtils.closeWhileHandlingException(writer, directory, analyzer);
            }
        }
    }

    private static @Nullable CommitNote read(
            Path folder, Directory directory, Model model, CommitNotes notes) throws IOException {
        if (!DirectoryReader.indexExists(directory)) {
            return null;
        }
        var note = notes.read(folder, directory);
        if (note.model().equals(model)) {
            return note;
        }
        if (!note.applied().equals(Position.START)) {
            throw IndexUnusable.rebuild(
                    folder,
                    "its vectors are of %s (expected: %s, as the site's)"
                            .formatted(note.model().text(), model.text()),
                    null);
        }
        return null; // nothing is in it yet, so it may begin anew
    }

    private static IndexWriterConfig configuration(WordAnalyzer analyzer) {
        return new IndexWriterConfig(analyzer)
                .setOpenMode(IndexWriterConfig.OpenMode.CREATE_OR_APPEND)
                .setCodec(new QuantizedCodec())
                .setSimilarity(new BM25Similarity())
                .setRAMBufferSizeMB(WRITE_BUFFER_MB)
                .setMergePolicy(
                        new TieredMergePolicy()
                                .setFloorSegmentMB(FLOOR_SEGMENT_MB)
                                .setSegmentsPerTier(SEGMENTS_PER_TIER))
                .setMaxFullFlushMergeWaitMillis(0)
                .setCommitOnClose(false);
    }

    /// Puts a chunk in, in place of the one of the same id if there is one.
    ///
    /// @throws IllegalArgumentException if Lucene cannot hold it; the index is as before
    public void upsert(Envelope<Embedding> envelope, Embedding embedding) throws IOException {
        writer.updateDocument(
                ChunkFields.identity(embedding.chunk()), ChunkFields.of(envelope, embedding));
    }

    /// Makes what was put in durable and findable; takes about 0.1 s, so commit in batches.
    ///
    /// @param applied how far of `embeddings` all that was put in reaches
    /// @param reported how far the reports of earlier commits are known to be written
    public void commit(Position applied, Position reported) throws IOException {
        var note = committed.at(applied, reported);
        notes.commit(writer, note);
        committed = note;
        searchers.maybeRefreshBlocking();
    }

    /// Lets searches use what was merged since the last commit; does nothing if nothing was. For
    /// the writing thread, when nothing is put in that is not committed.
    public void tidy() throws IOException {
        if (writer.hasUncommittedChanges()) {
            commit(committed.applied(), committed.reported());
        }
    }

    /// How far of `embeddings` the last commit holds.
    public Position applied() {
        return committed.applied();
    }

    /// How far the last commit knows its predecessors to be reported. Records between here and
    /// [#applied] may still have to be.
    public Position reported() {
        return committed.reported();
    }

    /// What made every vector in it.
    public Model model() {
        return committed.model();
    }

    /// Where the index lies.
    public Path folder() {
        return folder;
    }

    /// How many chunks of each document a search can find, in the order asked, from one commit.
    public int[] searchable(Collection<DocumentId> documents) throws IOException {
        var searcher = searchers.acquire();
        try {
            var counts = new int[documents.size()];
            int next = 0;
            for (var document : documents) {
                var chunks = new TermQuery(new Term(ChunkFields.DOCUMENT, document.toString()));
                counts[next++] = searcher.count(chunks);
            }
            return counts;
        } finally {
            searchers.release(searcher);
        }
    }

    SearchResult search(String tenant, String text, @Nullable QueryVector vector, int limit)
            throws IOException {
        var words = analyzer.distinctWords(text, HybridQuery.MAX_WORDS);
        var query = new HybridQuery(tenant, words, vector, limit);
        var searcher = searchers.acquire();
        try {
            return new SearchResult(
                    query.run(searcher),
                    vector == null ? Mode.TEXT : Mode.HYBRID,
                    positionOf(searcher));
        } finally {
            searchers.release(searcher);
        }
    }

    /// @param documents at most [#MAX_COUNTED_DOCUMENTS]; none for all of the tenant's
    IndexCount count(String tenant, Collection<DocumentId> documents) throws IOException {
        var chunks = new BooleanQuery.Builder();
        chunks.add(new TermQuery(new Term(ChunkFields.TENANT, tenant)), Occur.FILTER);
        if (!documents.isEmpty()) {
            var terms = documents.stream().map(one -> new BytesRef(one.toString())).toList();
            chunks.add(new TermInSetQuery(ChunkFields.DOCUMENT, terms), Occur.FILTER);
        }
        var query = chunks.build();
        var searcher = searchers.acquire();
        try {
            return new IndexCount(
                    searcher.count(query),
                    DistinctDocuments.count(searcher, query),
                    positionOf(searcher));
        } finally {
            searchers.release(searcher);
        }
    }

    /* A search must say the position of the commit it saw, which may not be the last one. */
    private Position positionOf(IndexSearcher searcher) throws IOException {
        var reader = (DirectoryReader) searcher.getIndexReader();
        return CommitNote.read(folder, reader.getIndexCommit().getUserData()).applied();
    }

    /// Drops what is not committed, stops merges and frees the folder.
    @Override
    public void close() throws IOException {
        IOUtils.close(searchers, writer, directory, analyzer);
    }
}
