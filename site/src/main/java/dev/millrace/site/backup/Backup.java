package dev.millrace.site.backup;

import dev.millrace.domain.event.Digest;
import dev.millrace.site.blobs.DurableFile;
import dev.millrace.site.broker.DataFolder;
import dev.millrace.site.broker.FolderInUse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Writes all that a one-machine site cannot make again into one file: its keys and token, its
/// settings, the log with its signed history, and the blobs. Views, index and models are folds and
/// copies, and left out.
///
/// The site is stopped meanwhile, and cannot be started: so the copy is of one moment. The file is
/// a ZIP archive with a [Manifest]; it holds secrets, and only its owner may read it. It gets its
/// name when it is whole and durable; if that fails, nothing is left of it.
public final class Backup {

    private Backup() {}

    /// Makes a backup.
    ///
    /// @param target a file that does not exist yet, in a folder that does
    /// @param version of Millrace
    /// @throws FolderInUse if the site runs
    /// @throws InvalidBackup if there is no log in the folder, something of the site is missing or
    ///   cannot be copied, the file exists, or cannot be written
    public static Manifest make(SiteFiles site, Path target, String version, Instant now)
            throws FolderInUse, InvalidBackup {
        if (!Files.isDirectory(site.data().resolve("broker"))) {
            throw new InvalidBackup(
                    "data folder %s: holds no log (expected: that of a one-machine site; an external"
                                    .formatted(site.data())
                            + " Kafka is backed up by its own means)");
        }
        var file = target.toAbsolutePath().normalize();
        var folder = file.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new InvalidBackup(
                    "backup: %s (expected: a new file in a folder that is there); make the folder"
                            .formatted(file));
        }
        var unfinished = folder.resolve(file.getFileName() + ".unfinished");
        try (var _ = DataFolder.alone(site.data())) {
            if (Files.exists(file)) {
                throw new InvalidBackup(
                        "backup: " + file + " exists (expected: the name of a new file)");
            }
            var files = site.list();
            var manifest = write(files, unfinished, file, version, now);
            DurableFile.flushFolder(folder);
            return manifest;
        } catch (FileAlreadyExistsException another) {
            throw new InvalidBackup(
                    "backup: %s exists; another backup is being made, or remove it"
                            .formatted(unfinished),
                    another);
        } catch (IOException refused) {
            throw InvalidBackup.of("backup " + file, refused);
        }
    }

    private static Manifest write(
            Map<String, Path> files, Path unfinished, Path target, String version, Instant now)
            throws IOException {
        var owner = PosixFilePermissions.asFileAttribute(DurableFile.PRIVATE);
        try (var file =
                FileChannel.open(
                        unfinished,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        owner)) {
            boolean isDone = false;
            try {
                var manifest = fill(file, files, version, now);
                Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
                isDone = true;
                return manifest;
            } finally {
                if (!isDone) {
                    Files.deleteIfExists(unfinished);
                }
            }
        }
    }

    private static Manifest fill(
            FileChannel file, Map<String, Path> files, String version, Instant now)
            throws IOException {
        try (var zip = new ZipOutputStream(Channels.newOutputStream(file))) {
            var items = new ArrayList<Manifest.Item>();
            for (var each : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(each.getKey()));
                items.add(copy(each.getValue(), each.getKey(), zip));
                zip.closeEntry();
            }
            var manifest = new Manifest(version, now, items);
            zip.putNextEntry(new ZipEntry(Manifest.NAME));
            zip.write(manifest.json());
            zip.closeEntry();
            zip.finish();
            file.force(true);
            return manifest;
        }
    }

    private static Manifest.Item copy(Path path, String name, OutputStream to) throws IOException {
        var sha256 = Digest.sha256();
        try (var content = new DigestInputStream(Files.newInputStream(path), sha256)) {
            long bytes = content.transferTo(to);
            return new Manifest.Item(
                    name,
                    bytes,
                    HexFormat.of().formatHex(sha256.digest()),
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        }
    }

    /// The SHA-256 of a stream's content while it is copied, in hexadecimal.
    static String copied(InputStream from, OutputStream to) throws IOException {
        var sha256 = Digest.sha256();
        new DigestInputStream(from, sha256).transferTo(to);
        return HexFormat.of().formatHex(sha256.digest());
    }
}
