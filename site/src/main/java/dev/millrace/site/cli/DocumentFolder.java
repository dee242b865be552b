package dev.millrace.site.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

    /// The longest name of a document, in characters.
    static final int LONGEST_NAME = 1024;

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

        /// The file's text. What it is now counts, not what it was when it was listed: never waits
        /// for a pipe, and holds no more in memory than a document may have.
        ///
        /// @throws Unreadable with the reason, for people
        String read() throws Unreadable {
            try {
                var now = attributes();
                var fault = fault(now);
                if (fault != null) {
                    throw new Unreadable(fault);
                }
                var text = decoded(bytes());
                if (text.isBlank()) {
                    throw new Unreadable("holds no text; write some, or remove it");
                }
                return text;
            } catch (Unreadable told) {
                throw told;
            } catch (IOException failure) {
                throw new Unreadable(reason(failure));
            }
        }

        private BasicFileAttributes attributes() throws IOException {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        }

        private byte[] bytes() throws IOException {
            try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                var bytes = in.readNBytes((int) MAX_DOCUMENT_BYTES + 1);
                if (bytes.length > MAX_DOCUMENT_BYTES) {
                    throw new Unreadable("has grown over 16 MiB; split it");
                }
                return bytes;
            }
        }

        private static String decoded(byte[] bytes) throws Unreadable {
            var decoder =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT);
            var in = ByteBuffer.wrap(bytes);
            var out = CharBuffer.allocate(bytes.length); // no byte makes more than one char
            if (decoder.decode(in, out, true).isError()) {
                throw new Unreadable(
                        "not UTF-8 text (byte %,d, counted from 0); convert it, for instance with"
                                        .formatted(in.position())
                                + " iconv");
            }
            var text = out.flip().toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        }
    }

    /// A file cannot be taken in; the message is the reason, for people.
    static final class Unreadable extends IOException {

        private static final long serialVersionUID = 1L;

        Unreadable(String reason) {
            super(reason);
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

    /// What is wrong with a file by its kind and size; null if nothing is.
    private static @Nullable String fault(BasicFileAttributes file) {
        if (file.isSymbolicLink()) {
            return "a link, which is not followed; put a copy of its target here";
        }
        if (file.isDirectory()) {
            return "a folder by now; run again to take in what is in it";
        }
        if (!file.isRegularFile()) {
            return "not a regular file but a pipe, a socket or a device; put its content into a"
                    + " file";
        }
        if (file.size() == 0) {
            return "empty; write something into it, or remove it";
        }
        if (file.size() > MAX_DOCUMENT_BYTES) {
            return "%,d bytes (expected: at most 16 MiB); split it".formatted(file.size());
        }
        return null;
    }

    private static @Nullable String faultOfName(String name) {
        if (name.length() > LONGEST_NAME) {
            return "its path has %,d characters (expected: at most 1,024); move it up"
                    .formatted(name.length());
        }
        return name.chars().anyMatch(Character::isISOControl)
                ? "its name holds control characters; rename it"
                : null;
    }

    /// A name that does no harm on a terminal.
    private static String printable(String name) {
        return name.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String reason(IOException failure) {
        return switch (failure) {
            case NoSuchFileException _ ->
                    "vanished after it was listed; run again if it should be there";
            case AccessDeniedException _ -> "may not be read; give this user the right to read it";
            default -> "cannot be read: %s; mend the disk or remove it".formatted(cause(failure));
        };
    }

    private static String cause(IOException failure) {
        var why = failure instanceof FileSystemException of ? of.getReason() : failure.getMessage();
        return why == null ? failure.getClass().getSimpleName() : why;
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
                        new Skipped(
                                printable(name),
                                "and all after it: over 100,000 files in one folder; take it in"
                                        + " in parts"));
                return FileVisitResult.TERMINATE;
            }
            var mediaType = MEDIA_TYPES.get(extension(name));
            var fault = fault(attributes);
            if (fault == null) {
                fault = faultOfName(name);
            }
            if (fault != null) {
                skipped.add(new Skipped(printable(name), fault));
            } else if (mediaType == null) {
                skipped.add(
                        new Skipped(
                                name,
                                "not text, Markdown or HTML by its name; if it is, name it .txt,"
                                        + " .md or .html"));
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
            skipped.add(new Skipped(printable(name(file)), reason(failure)));
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                throws IOException {
            if (failure != null && directory.equals(folder)) {
                throw failure;
            }
            if (failure != null) {
                skipped.add(new Skipped(printable(name(directory)), reason(failure)));
            }
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
