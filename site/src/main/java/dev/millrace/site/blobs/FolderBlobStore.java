package dev.millrace.site.blobs;

import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.event.Digest;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/// Blobs in a folder of one machine: `ab/cd/abcd…`, named by their SHA-256.
///
/// A blob is written once and never changes. Putting content whose file was damaged repairs it.
/// Safe for use by many threads and processes. What a process left half-written in `incoming` is
/// removed by one that opens the store a day later.
public final class FolderBlobStore implements BlobStore {

    /// The most bytes a blob may have: twice the largest document, since what is derived from one
    /// (markup, escaping) may be longer.
    public static final int MAX_BYTES = 32 * 1024 * 1024;

    private static final Duration OLD = Duration.ofDays(1);

    private final Path folder;
    private final Path incoming;
    private final int maxBytes;

    private FolderBlobStore(Path folder, int maxBytes) {
        this.folder = folder;
        this.incoming = folder.resolve("incoming");
        this.maxBytes = maxBytes;
    }

    /// The store in a folder, which is created if it is not there.
    public static FolderBlobStore open(Path folder) throws IOException {
        return open(folder, MAX_BYTES);
    }

    static FolderBlobStore open(Path folder, int maxBytes) throws IOException {
        var store = new FolderBlobStore(folder, maxBytes);
        Files.createDirectories(store.incoming);
        try (var leftovers = Files.newDirectoryStream(store.incoming)) {
            for (var leftover : leftovers) {
                if (isOld(leftover)) {
                    Files.deleteIfExists(leftover);
                }
            }
        }
        return store;
    }

    /// @throws IllegalArgumentException if the content is over the limit
    @Override
    public Digest put(byte[] content) throws IOException {
        if (content.length > maxBytes) {
            throw new IllegalArgumentException(
                    "blob: %d bytes (expected: 0..%d)".formatted(content.length, maxBytes));
        }
        var digest = Digest.of(content);
        var file = fileOf(digest);
        if (!isIntact(file, digest)) {
            Files.createDirectories(file.getParent());
            var temporary = incoming.resolve(UUID.randomUUID().toString());
            DurableFile.write(temporary, file, content, DurableFile.READABLE);
        }
        /* Also when the file was there: whoever is writing it may not have come this far. */
        for (var made = file.getParent();
                made != null && made.startsWith(folder);
                made = made.getParent()) {
            DurableFile.flushFolder(made);
        }
        return digest;
    }

    @Override
    public byte[] get(Digest digest) throws IOException {
        var file = fileOf(digest);
        byte[] content;
        try {
            long size = Files.size(file);
            if (size > maxBytes) {
                throw new IOException(
                        "blob %s: %d bytes (expected: 0..%d)".formatted(digest, size, maxBytes));
            }
            content = Files.readAllBytes(file);
        } catch (NoSuchFileException missing) {
            var notFound = new FileNotFoundException("blob " + digest + ": there is none");
            notFound.initCause(missing);
            throw notFound;
        }
        var found = Digest.of(content);
        if (!found.equals(digest)) {
            throw new IOException(
                    "blob %s: its content has the digest %s; the file %s is damaged"
                            .formatted(digest, found, file));
        }
        return content;
    }

    /// Whether no process can be writing it any more.
    private static boolean isOld(Path leftover) throws IOException {
        try {
            var written = Files.getLastModifiedTime(leftover).toInstant();
            return written.isBefore(Instant.now().minus(OLD));
        } catch (NoSuchFileException finished) {
            return false;
        }
    }

    private boolean isIntact(Path file, Digest digest) throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        return Files.size(file) <= maxBytes && Digest.of(Files.readAllBytes(file)).equals(digest);
    }

    private Path fileOf(Digest digest) {
        var hex = digest.hex();
        return folder.resolve(hex.substring(0, 2)).resolve(hex.substring(2, 4)).resolve(hex);
    }
}
