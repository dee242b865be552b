package dev.millrace.site.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.site.cli.DocumentFolder.Skipped;
import dev.millrace.site.cli.DocumentFolder.Source;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentFolderTest {

    @TempDir private Path folder = Path.of(".");

    @Test
    void textMarkdownAndHtmlAreTakenInByRelativePath() throws IOException {
        write("b/Page.HTML", "<p>x</p>");
        write("a.md", "# x");
        write("notes.txt", "x");

        assertThat(DocumentFolder.scan(folder))
                .isEqualTo(
                        new DocumentFolder(
                                java.util.List.of(
                                        new Source("a.md", "text/markdown", folder.resolve("a.md")),
                                        new Source(
                                                "b/Page.HTML",
                                                "text/html",
                                                folder.resolve("b/Page.HTML")),
                                        new Source(
                                                "notes.txt",
                                                "text/plain",
                                                folder.resolve("notes.txt"))),
                                java.util.List.of()));
    }

    @Test
    void whatIsLeftOutIsNamedWithItsReason() throws IOException {
        write("image.png", "x");
        write("empty.md", "");
        Files.createSymbolicLink(folder.resolve("loop.md"), folder);
        try (var large = new RandomAccessFile(folder.resolve("large.txt").toFile(), "rw")) {
            large.setLength(DocumentFolder.MAX_DOCUMENT_BYTES + 1);
        }

        assertThat(DocumentFolder.scan(folder).skipped())
                .containsExactly(
                        new Skipped("empty.md", "empty"),
                        new Skipped("image.png", "not text, Markdown or HTML by its name"),
                        new Skipped("large.txt", "16,777,217 bytes (at most 16 MiB)"),
                        new Skipped("loop.md", "a link"));
    }

    @Test
    void hiddenAndBuiltFilesArePassedOverInSilence() throws IOException {
        write(".git/readme.md", "x");
        write("target/site.html", "x");
        write(".hidden.md", "x");

        assertThat(DocumentFolder.scan(folder))
                .isEqualTo(new DocumentFolder(java.util.List.of(), java.util.List.of()));
    }

    @Test
    void aByteOrderMarkIsNotPartOfTheText() throws IOException {
        write("a.txt", "\uFEFFtext");

        assertThat(DocumentFolder.scan(folder).documents().getFirst().read()).isEqualTo("text");
    }

    @Test
    void bytesThatAreNotUtf8AreNotGuessedAt() throws IOException {
        Files.write(folder.resolve("a.txt"), new byte[] {(byte) 0xFF, 'a'});
        var source = DocumentFolder.scan(folder).documents().getFirst();

        assertThatExceptionOfType(CharacterCodingException.class).isThrownBy(source::read);
    }

    private void write(String name, String text) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
