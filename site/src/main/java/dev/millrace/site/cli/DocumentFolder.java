package dev.millrace.site.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The documents of a folder: its text, Markdown and HTML files, and why the others are not.
///
/// Hidden files and folders, and the folders a build fills (`target`, `node_modules`), are passed
/// over in silence; links are not followed.
///
/// @param documents by relative path
/// @param skipped what was looked at and left out
record DocumentFolder(List<Source> documents, List<Skipped> skipped) {

    /// The largest document taken in, in bytes.
    static final long MAX_DOCUMENT_BYTES = 16L * 1024 * 1024;

    /// The most files looked at in one folder.
    static final int MAX_FILES = 100_000;

    private static final Map<String, String> MEDIA_TYPES =
            Map.of(
                    "txt", "text/plain",
                    "text", "text/plain",
                    "rst", "text/plain",
                    "adoc", "text/plain",
                    "md", "text/markdown",
                    "markdown", "text/markdown",
                    "html", "text/html",
                    "htm", "text/html");

    private static final List<String> BUILT = List.of("target", "node_modules");

    /// A file to take in.
    ///
    /// @param name its path relative to the folder, with forward slashes
    record Source(String name, String mediaType, Path file) {

        /// The file's text.
        ///
        /// @throws CharacterCodingException if it is not UTF-8
        String read() throws IOException {
            var decoder =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT);
            var text = decoder.decode(ByteBuffer.wrap(Files.readAllBytes(file))).toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        }
    }

    /// A file left out, and why.
    record Skipped(String name, String reason) {}

    DocumentFolder {
        documents = List.copyOf(documents);
        skipped = List.copyOf(skipped);
    }

    /// Looks through a folder and all below it.
    ///
    /// @throws IOException if the folder itself cannot be read
    static DocumentFolder scan(Path folder) throws IOException {
        var documents = new ArrayList<Source>();
        var skipped = new ArrayList<Skipped>();
        Files.walkFileTree(folder, new Visitor(folder, documents, skipped));
        documents.sort(Comparator.comparing(Source::name));
        skipped.sort(Comparator.comparing(Skipped::name));
        return new DocumentFolder(documents, skipped);
    }

    private static final class Visitor extends SimpleFileVisitor<Path> {

        private final Path folder;
        private final List<Source> documents;
        private final List<Skipped> skipped;

        Visitor(Path folder, List<Source> documents, List<Skipped> skipped) {
            this.folder = folder;
            this.documents = documents;
            this.skipped = skipped;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            if (directory.equals(folder)) {
                return FileVisitResult.CONTINUE;
            }
            var name = directory.getFileName().toString();
            return name.startsWith(".") || BUILT.contains(name)
                    ? FileVisitResult.SKIP_SUBTREE
                    : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.getFileName().toString().startsWith(".")) {
                return FileVisitResult.CONTINUE;
            }
            var name = name(file);
            if (documents.size() + skipped.size() >= MAX_FILES) {
                skipped.add(
                        new Skipped(name, "and all after it: over 100,000 files in one folder"));
                return FileVisitResult.TERMINATE;
            }
            var mediaType = MEDIA_TYPES.get(extension(name));
            if (attributes.isSymbolicLink()) {
                skipped.add(new Skipped(name, "a link"));
            } else if (!attributes.isRegularFile()) {
                skipped.add(new Skipped(name, "not a regular file"));
            } else if (mediaType == null) {
                skipped.add(new Skipped(name, "not text, Markdown or HTML by its name"));
            } else if (attributes.size() == 0) {
                skipped.add(new Skipped(name, "empty"));
            } else if (attributes.size() > MAX_DOCUMENT_BYTES) {
                skipped.add(
                        new Skipped(
                                name, "%,d bytes (at most 16 MiB)".formatted(attributes.size())));
            } else {
                documents.add(new Source(name, mediaType, file));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (file.equals(folder)) {
                throw failure;
            }
            skipped.add(new Skipped(name(file), "cannot be read"));
            return FileVisitResult.CONTINUE;
        }

        private String name(Path file) {
            return folder.relativize(file).toString().replace('\\', '/');
        }

        private static String extension(String name) {
            return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        }
    }
}
