package dev.millrace.site.backup;

import dev.millrace.domain.event.Digest;
import dev.millrace.site.broker.DataFolder;
import dev.millrace.site.broker.FolderInUse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Writes all that a one-machine site cannot make again into one file: its key and token, its
/// settings, the log and the blobs. Views, index and models are folds and copies, and left out.
///
/// The site is stopped meanwhile, and cannot be started: so the copy is of one moment. The file is
/// a ZIP archive with a [Manifest]; it holds secrets, and only its owner may read it.
public final class Backup {

    private static final List<String> PARTS =
            List.of("identity", "token", "millrace.properties", "broker", "blobs");

    private Backup() {}

    /// Makes a backup.
    ///
    /// @param target a file that does not exist yet
    /// @param version of Millrace
    /// @throws FolderInUse if the site runs
    /// @throws InvalidBackup if there is no log in the folder, or the file exists
    public static Manifest make(Path data, Path target, String version, Instant now)
            throws FolderInUse, InvalidBackup, IOException {
        if (!Files.isDirectory(data.resolve("broker"))) {
            throw new InvalidBackup(
                    "data folder %s: holds no log (expected: that of a one-machine site; an external"
                                    .formatted(data)
                            + " Kafka is backed up by its own means)");
        }
        var unfinished = target.resolveSibling(target.getFileName() + ".unfinished");
        try (var _ = DataFolder.alone(data)) {
            if (Files.exists(target)) {
                throw new InvalidBackup(
                        "backup: " + target + " exists (expected: the name of a new file)");
            }
            var manifest = write(data, unfinished, version, now);
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
            return manifest;
        } catch (FileAlreadyExistsException another) {
            throw new InvalidBackup(
                    "backup: %s exists; another backup is being made, or remove it"
                            .formatted(unfinished),
                    another);
        } catch (FolderInUse | InvalidBackup refused) {
            throw refused;
        } catch (IOException failed) {
            Files.deleteIfExists(unfinished);
            throw failed;
        }
    }

    private static Manifest write(Path data, Path target, String version, Instant now)
            throws IOException {
        var items = new ArrayList<Manifest.Item>();
        var owner =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (var file =
                        FileChannel.open(
                                target,
                                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                                owner);
                var zip = new ZipOutputStream(java.nio.channels.Channels.newOutputStream(file))) {
            for (var path : files(data)) {
                var name = data.relativize(path).toString().replace('\\', '/');
                zip.putNextEntry(new ZipEntry(name));
                items.add(copy(path, name, zip));
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

    private static List<Path> files(Path data) throws IOException {
        var files = new ArrayList<Path>();
        for (var part : PARTS) {
            var root = data.resolve(part);
            if (Files.exists(root)) {
                try (var below = Files.walk(root)) {
                    below.filter(Files::isRegularFile).sorted().forEach(files::add);
                }
            }
        }
        return files;
    }

    /// The SHA-256 of a stream's content while it is copied, in hexadecimal.
    static String copied(InputStream from, OutputStream to) throws IOException {
        var sha256 = Digest.sha256();
        new DigestInputStream(from, sha256).transferTo(to);
        return HexFormat.of().formatHex(sha256.digest());
    }
}
