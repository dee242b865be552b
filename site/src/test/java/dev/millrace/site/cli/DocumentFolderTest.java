package dev.millrace.site.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.site.Unprivileged;
import dev.millrace.site.cli.DocumentFolder.Skipped;
import dev.millrace.site.cli.DocumentFolder.Source;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
    void whatIsLeftOutIsNamedWithItsReasonAndTheWayOut() throws Exception {
        write("good.md", "x");
        write("folder.md/inside.md", "x");
        write("image.png", "x");
        write("empty.md", "");
        write("odd\nname\u001b[2J.md", "x");
        write("weiß 水 'quoted' \u00a0.md", "x");
        Files.createSymbolicLink(folder.resolve("loop.md"), folder);
        Files.createSymbolicLink(folder.resolve("self.md"), folder.resolve("self.md"));
        Files.createSymbolicLink(folder.resolve("dangling.md"), folder.resolve("nowhere"));
        Files.createSymbolicLink(folder.resolve("null.md"), Path.of("/dev/null"));
        pipe("pipe.md");
        try (var large = new RandomAccessFile(folder.resolve("large.txt").toFile(), "rw")) {
            large.setLength(DocumentFolder.MAX_DOCUMENT_BYTES + 1);
        }
        var link = "a link, which is not followed; put a copy of its target here";

        var scanned = DocumentFolder.scan(folder);

        assertThat(scanned.skipped())
                .containsExactlyInAnyOrder(
                        new Skipped("empty.md", "empty; write something into it, or remove it"),
                        new Skipped(
                                "image.png",
                                "not text, Markdown or HTML by its name; if it is, name it .txt,"
                                        + " .md or .html"),
                        new Skipped(
                                "large.txt",
                                "16,777,217 bytes (expected: at most 16 MiB); split it"),
                        new Skipped("dangling.md", link),
                        new Skipped("loop.md", link),
                        new Skipped("null.md", link),
                        new Skipped("self.md", link),
                        new Skipped(
                                "odd?name?[2J.md", "its name holds control characters; rename it"),
                        new Skipped(
                                "pipe.md",
                                "not a regular file but a pipe, a socket or a device; put its"
                                        + " content into a file"));
        assertThat(scanned.documents())
                .extracting(Source::name)
                .containsExactlyInAnyOrder(
                        "good.md", "folder.md/inside.md", "weiß 水 'quoted' \u00a0.md");
    }

    @Test
    void hugeFileIsRefusedWithoutBeingRead() throws Exception {
        try (var huge = new RandomAccessFile(folder.resolve("huge.md").toFile(), "rw")) {
            huge.setLength(200L << 30); // sparse, and more than there is memory
        }

        assertThat(DocumentFolder.scan(folder).skipped())
                .containsExactly(
                        new Skipped(
                                "huge.md",
                                "214,748,364,800 bytes (expected: at most 16 MiB); split it"));
    }

    @Test
    void fileIsJudgedByWhatItIsWhenItIsRead() throws Exception {
        for (var name : new String[] {"gone", "grown", "pipe", "link", "folder", "emptied"}) {
            write(name + ".md", "x");
        }
        var sources = DocumentFolder.scan(folder).documents();
        assertThat(sources).hasSize(6);
        for (var source : sources) {
            Files.delete(source.file());
        }
        try (var grown = new RandomAccessFile(folder.resolve("grown.md").toFile(), "rw")) {
            grown.setLength(200L << 30);
        }
        pipe("pipe.md");
        Files.createSymbolicLink(folder.resolve("link.md"), Path.of("/dev/zero"));
        Files.createDirectory(folder.resolve("folder.md"));
        write("emptied.md", "");

        var reasons = new TreeMap<String, String>();
        for (var source : sources) {
            reasons.put(source.name(), reason(source));
        }

        assertThat(reasons)
                .isEqualTo(
                        Map.of(
                                "gone.md",
                                "vanished after it was listed; run again if it should be there",
                                "grown.md",
                                "214,748,364,800 bytes (expected: at most 16 MiB); split it",
                                "pipe.md",
                                "not a regular file but a pipe, a socket or a device; put its"
                                        + " content into a file",
                                "link.md",
                                "a link, which is not followed; put a copy of its target here",
                                "folder.md",
                                "a folder by now; run again to take in what is in it",
                                "emptied.md",
                                "empty; write something into it, or remove it"));
    }

    @Test
    void fileThatMayNotBeReadIsNamedSo() throws Exception {
        write("secret.md", "x");
        write("closed/inside.md", "x");
        write("good.md", "x");
        Files.setPosixFilePermissions(folder.resolve("secret.md"), Set.of());
        Files.setPosixFilePermissions(folder.resolve("closed"), Set.of());
        try {
            var scanned = Unprivileged.call(() -> DocumentFolder.scan(folder));

            var reason = "may not be read; give this user the right to read it";
            assertThat(scanned.skipped()).containsExactly(new Skipped("closed", reason));
            assertThat(scanned.documents())
                    .extracting(Source::name)
                    .containsExactly("good.md", "secret.md");
            assertThat(Unprivileged.call(() -> reason(scanned.documents().getLast())))
                    .isEqualTo(reason);
        } finally {
            Files.setPosixFilePermissions(
                    folder.resolve("closed"), PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void pathThatIsTooLongForANameIsLeftOut() throws Exception {
        var deep = "d".repeat(200);
        write(String.join("/", deep, deep, deep, deep, deep, deep, "a.md"), "x");
        write("good.md", "x");

        var scanned = DocumentFolder.scan(folder);

        assertThat(scanned.documents()).extracting(Source::name).containsExactly("good.md");
        assertThat(scanned.skipped())
                .singleElement()
                .extracting(Skipped::reason)
                .isEqualTo("its path has 1,210 characters (expected: at most 1,024); move it up");
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
        for (var bytes :
                new byte[][] {
                    {'a', (byte) 0xFF, 'a'}, {'a', (byte) 0xC0, (byte) 0x80}, {'a', (byte) 0xE6}
                }) {
            Files.write(folder.resolve("a.txt"), bytes);

            assertThat(reason(DocumentFolder.scan(folder).documents().getFirst()))
                    .isEqualTo(
                            "not UTF-8 text (byte 1, counted from 0); convert it, for instance"
                                    + " with iconv");
        }
    }

    @Test
    void blankFileHoldsNoText() throws IOException {
        write("a.txt", " \n\t");

        assertThat(reason(DocumentFolder.scan(folder).documents().getFirst()))
                .isEqualTo("holds no text; write some, or remove it");
    }

    private static String reason(Source source) {
        try {
            return "read: " + source.read();
        } catch (DocumentFolder.Unreadable left) {
            return String.valueOf(left.getMessage());
        }
    }

    private void pipe(String name) throws Exception {
        var made = new ProcessBuilder("mkfifo", folder.resolve(name).toString()).start();
        assertThat(made.waitFor()).isZero();
    }

    private void write(String name, String text) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
