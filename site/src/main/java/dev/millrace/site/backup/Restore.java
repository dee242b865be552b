package dev.millrace.site.backup;

import dev.millrace.site.blobs.DurableFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/// Makes a data folder from a [Backup].
///
/// Every file is checked against the manifest before the folder gets its name: it is all there, or
/// nothing is. The site's incarnation is left out, so that the next start makes a new one: others
/// can tell the restored site from the one that the backup was made of. Its signed history waits
/// for somebody to say whether it goes on: see [RestoredHistory].
public final class Restore {

    private static final String INCARNATION = "identity/incarnation";

    private Restore() {}

    /// Makes the folder.
    ///
    /// @param target must not exist, or be empty
    /// @throws InvalidBackup if the file is no backup, or damaged, or the folder holds something or
    ///   cannot be made; then nothing is left of it
    public static Manifest make(Path backup, Path target) throws InvalidBackup {
        if (!Files.isRegularFile(backup) || !Files.isReadable(backup)) {
            throw new InvalidBackup(
                    "backup: %s (expected: a file that `millrace backup` wrote, and this user may read)"
                            .formatted(backup));
        }
        var folder = target.toAbsolutePath().normalize();
        try {
            return unpack(backup, folder);
        } catch (ZipException | EOFException damaged) {
            throw new InvalidBackup(
                    "backup %s: damaged, or no backup: %s; take another one"
                            .formatted(backup, damaged.getMessage()),
                    damaged);
        } catch (DirectoryNotEmptyException raced) {
            throw notEmpty(folder);
        } catch (IOException refused) {
            throw InvalidBackup.of("data folder " + folder, refused);
        }
    }

    private static Manifest unpack(Path backup, Path folder) throws InvalidBackup, IOException {
        requireEmpty(folder);
        var parent = folder.getParent();
        if (parent == null) {
            throw new InvalidBackup("data folder: " + folder + " (expected: a folder in a folder)");
        }
        DurableFile.makeFolder(parent);
        var unfinished =
                Files.createTempDirectory(
                        parent,
                        "." + folder.getFileName() + "-restoring-",
                        PosixFilePermissions.asFileAttribute(DurableFile.PRIVATE_FOLDER));
        boolean isDone = false;
        try (var zip = new ZipFile(backup.toFile())) {
            var manifest = manifest(zip, backup);
            for (var item : manifest.files()) {
                extract(zip, item, unfinished, backup);
            }
            requireNothingElse(zip, manifest, backup);
            Files.deleteIfExists(unfinished.resolve(INCARNATION));
            RestoredHistory.mark(unfinished);
            Tree.of(unfinished).flush();
            Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
            isDone = true;
            DurableFile.flushFolder(parent);
            return manifest;
        } finally {
            if (!isDone) {
                Tree.of(unfinished).delete();
            }
        }
    }

    private static void requireEmpty(Path folder) throws InvalidBackup, IOException {
        if (!Files.exists(folder)) {
            return;
        }
        if (!Files.isDirectory(folder)) {
            throw new InvalidBackup(
                    "data folder: %s is a file (expected: a new folder; nothing is overwritten)"
                            .formatted(folder));
        }
        try (var entries = Files.list(folder)) {
            if (entries.findAny().isPresent()) {
                throw notEmpty(folder);
            }
        }
    }

    private static InvalidBackup notEmpty(Path folder) {
        return new InvalidBackup(
                "data folder: %s is not empty (expected: a new folder; nothing is overwritten)"
                        .formatted(folder));
    }

    private static Manifest manifest(ZipFile zip, Path backup) throws InvalidBackup, IOException {
        var entry = zip.getEntry(Manifest.NAME);
        if (entry == null) {
            throw new InvalidBackup(
                    "backup %s: has no %s (expected: a file that `millrace backup` wrote to its end)"
                            .formatted(backup, Manifest.NAME));
        }
        try (var content = zip.getInputStream(entry)) {
            return Manifest.parse(content.readAllBytes());
        }
    }

    private static void extract(ZipFile zip, Manifest.Item item, Path into, Path backup)
            throws InvalidBackup, IOException {
        var file = into.resolve(item.path()).normalize();
        if (!file.startsWith(into)) {
            throw new InvalidBackup(
                    "backup %s: %s (expected: names inside)".formatted(backup, item.path()));
        }
        var entry = zip.getEntry(item.path());
        if (entry == null) {
            throw new InvalidBackup("backup %s: %s is missing".formatted(backup, item.path()));
        }
        Files.createDirectories(
                file.getParent(), PosixFilePermissions.asFileAttribute(DurableFile.PRIVATE_FOLDER));
        String found;
        var permissions =
                PosixFilePermissions.asFileAttribute(
                        PosixFilePermissions.fromString(item.permissions()));
        try (var content = zip.getInputStream(entry);
                var to =
                        FileChannel.open(
                                file,
                                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                                permissions)) {
            found = Backup.copied(content, Channels.newOutputStream(to));
            to.force(true);
        }
        if (!found.equals(item.sha256())) {
            throw new InvalidBackup(
                    "backup %s: %s has the SHA-256 %s (expected: %s); it is damaged"
                            .formatted(backup, item.path(), found, item.sha256()));
        }
    }

    private static void requireNothingElse(ZipFile zip, Manifest manifest, Path backup)
            throws InvalidBackup {
        var known = new HashSet<String>();
        known.add(Manifest.NAME);
        manifest.files().forEach(item -> known.add(item.path()));
        var strange =
                zip.stream().map(ZipEntry::getName).filter(name -> !known.contains(name)).findAny();
        if (strange.isPresent()) {
            throw new InvalidBackup(
                    "backup %s: %s is not in its manifest".formatted(backup, strange.get()));
        }
    }
}
