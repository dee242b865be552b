package dev.millrace.site.broker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/// The folder that holds all of a site, held by one process at a time.
///
/// ```
/// lock          held while a site runs; names its process
/// token         the bearer token of this machine
/// gateway.url   where the gateway listens; there only while the site runs
/// identity/     the site's key and incarnation
/// broker/       Kafka's log: the truth
/// blobs/        content too large for the log
/// streams/ index/   folds of the log; they can be thrown away
/// models/       unpacked from the program; they can be thrown away
/// logs/         what the site says of itself
/// ```
///
/// The lock is the operating system's: it ends with the process, however that ends.
public final class DataFolder implements AutoCloseable {

    private static final String GATEWAY_URL = "gateway.url";

    private final Path path;
    private final FileChannel lockFile;
    private final FileLock lock;

    private DataFolder(Path path, FileChannel lockFile, FileLock lock) {
        this.path = path;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /// Takes a folder for this process; creates it, for its owner only, if it is not there.
    ///
    /// @throws FolderInUse if a site runs on it already
    /// @throws IOException if it cannot be created or written
    public static DataFolder open(Path folder) throws FolderInUse, IOException {
        var path = folder.toAbsolutePath().normalize();
        Files.createDirectories(
                path,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        var lockFile =
                FileChannel.open(
                        path.resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        try {
            var lock = tryLock(lockFile);
            if (lock == null) {
                throw new FolderInUse(path, holder(lockFile));
            }
            lockFile.truncate(0);
            lockFile.write(
                    ByteBuffer.wrap(
                            (ProcessHandle.current().pid() + "\n")
                                    .getBytes(StandardCharsets.US_ASCII)),
                    0);
            // Left by a site that was killed: somebody else may listen there by now.
            Files.deleteIfExists(path.resolve(GATEWAY_URL));
            return new DataFolder(path, lockFile, lock);
        } catch (FolderInUse | IOException refused) {
            lockFile.close();
            throw refused;
        }
    }

    public Path path() {
        return path;
    }

    public Path token() {
        return path.resolve("token");
    }

    public Path gatewayUrl() {
        return path.resolve(GATEWAY_URL);
    }

    public Path identity() {
        return path.resolve("identity");
    }

    public Path broker() {
        return path.resolve("broker");
    }

    public Path blobs() {
        return path.resolve("blobs");
    }

    public Path streams() {
        return path.resolve("streams");
    }

    public Path logs() {
        return path.resolve("logs");
    }

    public Path models() {
        return path.resolve("models");
    }

    public Path index() {
        return path.resolve("index");
    }

    /// Whether a site runs on a folder just now, in this process or another.
    public static boolean isInUse(Path folder) throws IOException {
        try (var lockFile = FileChannel.open(folder.resolve("lock"), StandardOpenOption.WRITE);
                var lock = tryLock(lockFile)) {
            return lock == null;
        } catch (NoSuchFileException never) {
            return false;
        }
    }

    /// Gives the folder up.
    @Override
    public void close() throws IOException {
        try (lockFile) {
            lock.release();
        }
    }

    private static @Nullable FileLock tryLock(FileChannel lockFile) throws IOException {
        try {
            return lockFile.tryLock();
        } catch (OverlappingFileLockException _) {
            return null; // held by this very process
        }
    }

    private static String holder(FileChannel lockFile) throws IOException {
        var pid = ByteBuffer.allocate(20);
        lockFile.read(pid, 0);
        return new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII).strip();
    }
}
