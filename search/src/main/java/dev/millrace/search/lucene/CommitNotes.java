package dev.millrace.search.lucene;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.Directory;

/// How a commit and its note become durable: there is one right way, and a test that shows what
/// becomes of an index without it.
interface CommitNotes {

    /// The note is in the commit itself, so neither can be there without the other.
    CommitNotes IN_THE_COMMIT =
            new CommitNotes() {
                @Override
                public CommitNote read(Path folder, Directory directory) throws IOException {
                    return CommitNote.read(
                            folder, SegmentInfos.readLatestCommit(directory).getUserData());
                }

                @Override
                public void commit(IndexWriter writer, CommitNote note) throws IOException {
                    writer.setLiveCommitData(note.entries().entrySet());
                    writer.commit();
                }
            };

    /// The note of the last commit.
    ///
    /// @param folder for messages
    CommitNote read(Path folder, Directory directory) throws IOException;

    /// Commits all that was put in, with its note.
    void commit(IndexWriter writer, CommitNote note) throws IOException;
}
