package dev.millrace.search.lucene;

import dev.millrace.domain.search.Model;
import dev.millrace.domain.view.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.store.Directory;

/// Opens an index whose process can be ended on the brink of a commit, and into which a fault can
/// be planted: the offsets beside the Lucene commit instead of inside.
public final class NotesUnderFire {

    private NotesUnderFire() {}

    /// An index as it should be.
    ///
    /// @param brink runs before each commit of something that was read
    public static LuceneStore sound(Path folder, Model model, Runnable brink) throws IOException {
        return LuceneStore.open(folder, model, new OnTheBrink(brink));
    }

    /// A planted fault: the offsets are in a file of their own, which is written just before the
    /// commit.
    ///
    /// @param brink runs between the two, for each commit of something that was read
    public static LuceneStore beside(Path folder, Model model, Runnable brink) throws IOException {
        return LuceneStore.open(folder, model, new Beside(folder.resolveSibling("offsets"), brink));
    }

    private record OnTheBrink(Runnable brink) implements CommitNotes {

        @Override
        public CommitNote read(Path folder, Directory directory) throws IOException {
            return IN_THE_COMMIT.read(folder, directory);
        }

        @Override
        public void commit(IndexWriter writer, CommitNote note) throws IOException {
            if (!note.applied().equals(Position.START)) {
                brink.run();
            }
            IN_THE_COMMIT.commit(writer, note);
        }
    }

    private record Beside(Path file, Runnable brink) implements CommitNotes {

        @Override
        public CommitNote read(Path folder, Directory directory) throws IOException {
            var entries = new Properties();
            try (var in = Files.newBufferedReader(file)) {
                entries.load(in);
            }
            return CommitNote.read(
                    folder,
                    entries.stringPropertyNames().stream()
                            .collect(Collectors.toMap(name -> name, entries::getProperty)));
        }

        @Override
        public void commit(IndexWriter writer, CommitNote note) throws IOException {
            write(note);
            if (!note.applied().equals(Position.START)) {
                brink.run();
            }
            IN_THE_COMMIT.commit(writer, note);
        }

        private void write(CommitNote note) throws IOException {
            var entries = new Properties();
            entries.putAll(note.entries());
            var next = file.resolveSibling("offsets.next");
            try (var out = Files.newBufferedWriter(next)) {
                entries.store(out, null);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
