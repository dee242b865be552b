package dev.millrace.site.blobs;

import dev.millrace.domain.blob.BlobLost;
import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.blob.StorageFull;
import dev.millrace.domain.event.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/// Blobs in a folder of one machine: `ab/cd/abcd…`, named by their SHA-256. They are for their
/// owner only (folders 700, files 600), so processes that share a store run as the same user.
///
/// A blob is written once and never changes. Putting content whose file was damaged repairs it.
/// Safe for use by many threads and processes. What a process left half-written in `incoming` is
/// removed by one that opens the store a day later.
public final class FolderBlobStore implements BlobStore {

    /// The most bytes a blob may have: twice the largest document, since what is derived from one
    /// (markup, escaping) may be longer.
    public static final int MAX_BYTES = 32 * 1024 * 1024;

    private static final FileAttribute<?> PRIVATE_FOLDER =
            PosixFilePermissions.asFileAttribute(DurableFile.PRIVATE_FOLDER);

    private static final Duration OLD = Duration.ofDays(1);

    private final Path folder;
    private final Path incoming;
    private final int maxBytes;

    private final Writing writing;

    private FolderBlobStore(Path folder, int maxBytes, Writing writing) {
        this.writing = writing;
        this.folder = folder;
        this.incoming = folder.resolve("incoming");
        this.maxBytes = maxBytes;
    }

    /// The store in a folder, which is made if it is not there.
    public static FolderBlobStore open(Path folder) throws IOException {
        return open(folder, MAX_BYTES, DurableFile::write);
    }

    static FolderBlobStore open(Path folder, int maxBytes, Writing writing) throws IOException {
        var store = new FolderBlobStore(folder, maxBytes, writing);
        DurableFile.makeFolder(store.incoming);
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
        try {
            store(content, digest);
        } catch (IOException fault) {
            throw isFull(content.length, fault) ? new StorageFull(content.length, fault) : fault;
        }
        return digest;
    }

    private void store(byte[] content, Digest digest) throws IOException {
        var file = fileOf(digest);
        if (!isIntact(file, digest)) {
            Files.createDirectories(file.getParent(), PRIVATE_FOLDER);
            var temporary = incoming.resolve(UUID.randomUUID().toString());
            writing.write(temporary, file, content, DurableFile.PRIVATE);
        }
        /* Also when the file was there: whoever is writing it may not have come this far. */
        for (var made = file.getParent();
                made != null && made.startsWith(folder);
                made = made.getParent()) {
            DurableFile.flushFolder(made);
        }
    }

    /// The words are the C library's for ENOSPC and EDQUOT; where they are in another language, the
    /// space that is left tells.
    private boolean isFull(int bytes, IOException fault) {
        var words = String.valueOf(fault.getMessage());
        if (words.contains("No space left on device") || words.contains("quota exceeded")) {
            return true;
        }
        try {
            return Files.getFileStore(folder).getUsableSpace() < bytes;
        } catch (IOException unknown) {
            return false;
        }
    }

    @Override
    public byte[] get(Digest digest) throws IOException {
        var file = fileOf(digest);
        byte[] content;
        try {
            long size = Files.size(file);
            if (size > maxBytes) {
                throw new BlobLost(
                        digest,
                        "its file holds %d bytes (expected: 0..%d)".formatted(size, maxBytes));
            }
            content = Files.readAllBytes(file);
        } catch (NoSuchFileException missing) {
            if (!Files.isDirectory(incoming)) {
                throw missing; // the whole store is away, a disk that is not there for instance
            }
            throw new BlobLost(digest, "there is none");
        }
        var found = Digest.of(content);
        if (!found.equals(digest)) {
            throw new BlobLost(digest, "its file is damaged and has the digest " + found);
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

    /// How a file comes to be, whole or not at all.
    interface Writing {

        void write(
                Path temporary, Path target, byte[] content, Set<PosixFilePermission> permissions)
                throws IOException;
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
