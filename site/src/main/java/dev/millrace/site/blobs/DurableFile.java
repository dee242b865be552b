package dev.millrace.site.blobs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.UUID;

/// Writes whole files so that a crash leaves the old content or the new, never a part.
///
/// The content goes to a temporary file in the same file system, is flushed to the disk, takes the
/// target's name in one step, and the folder is flushed too (Pillai et al., OSDI 2014). Needs a
/// file system with POSIX permissions.
public final class DurableFile {

    /// Read and written by its owner only (600).
    public static final Set<PosixFilePermission> PRIVATE =
            PosixFilePermissions.fromString("rw-------");

    /// Read by everyone, written by its owner (644).
    public static final Set<PosixFilePermission> READABLE =
            PosixFilePermissions.fromString("rw-r--r--");

    /// Of a folder that only its owner may look into (700).
    public static final Set<PosixFilePermission> PRIVATE_FOLDER =
            PosixFilePermissions.fromString("rwx------");

    private DurableFile() {}

    /// Makes a folder, and those above it that are missing, for their owner only. When this
    /// returns, their names are durable. One that is there is left as it is.
    public static void makeFolder(Path folder) throws IOException {
        var missing = new ArrayDeque<Path>();
        for (var each = folder.toAbsolutePath();
                each != null && Files.notExists(each);
                each = each.getParent()) {
            missing.push(each);
        }
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PRIVATE_FOLDER));
        for (var made : missing) {
            flushFolder(folderOf(made));
        }
    }

    /// Gives `target` this content, in place of what it had. When this returns, the content is
    /// durable.
    public static void write(Path target, byte[] content, Set<PosixFilePermission> permissions)
            throws IOException {
        var folder = folderOf(target);
        var temporary = folder.resolve("." + target.getFileName() + "." + UUID.randomUUID());
        write(temporary, target, content, permissions);
    }

    /// Gives a file that is not there this content. Of several processes that do so at once one
    /// wins, and all find its content after this returns.
    public static void create(Path target, byte[] content, Set<PosixFilePermission> permissions)
            throws IOException {
        var folder = folderOf(target);
        var temporary = folder.resolve("." + target.getFileName() + "." + UUID.randomUUID());
        write(temporary, target, content, permissions, DurableFile::link);
    }

    /// The same as [#write(Path, byte[], Set)], with the temporary file's name given; it must not
    /// exist.
    static void write(
            Path temporary, Path target, byte[] content, Set<PosixFilePermission> permissions)
            throws IOException {
        write(
                temporary,
                target,
                content,
                permissions,
                (to, from) -> Files.move(from, to, StandardCopyOption.ATOMIC_MOVE));
    }

    private static void write(
            Path temporary,
            Path target,
            byte[] content,
            Set<PosixFilePermission> permissions,
            Naming naming)
            throws IOException {
        try {
            try (var file =
                    FileChannel.open(
                            temporary,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(permissions))) {
                var rest = ByteBuffer.wrap(content);
                while (rest.hasRemaining()) {
                    file.write(rest);
                }
                file.force(true);
            }
            naming.name(target, temporary);
        } catch (IOException | RuntimeException failed) {
            Files.deleteIfExists(temporary);
            throw failed;
        }
        flushFolder(folderOf(target));
    }

    /// Makes names created in, or removed from, a folder durable.
    public static void flushFolder(Path folder) throws IOException {
        try (var handle = FileChannel.open(folder, StandardOpenOption.READ)) {
            handle.force(true);
        }
    }

    private static void link(Path target, Path temporary) throws IOException {
        try {
            Files.createLink(target, temporary);
        } catch (FileAlreadyExistsException overtaken) {
            // Another process was first, and its content holds.
        }
        Files.delete(temporary);
    }

    private static Path folderOf(Path file) {
        var folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IllegalArgumentException("file: " + file + " (expected: a file in a folder)");
        }
        return folder;
    }

    /// How a finished file gets its name.
    private interface Naming {
        void name(Path target, Path temporary) throws IOException;
    }
}
