package dev.millrace.site.broker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/// A lock of the operating system on a file that names its holder. It ends with the process.
///
/// Such a lock is a process's: it ends when the process closes the file, by whichever channel, and
/// a second one is refused. So a process keeps a list of those it has, and opens no file of them.
final class FolderLock implements AutoCloseable {

    private static final Map<Path, Held> HELD = new HashMap<>();

    private final Path file;

    private FolderLock(Path file) {
        this.file = file;
    }

    /// Takes a lock that nobody else may have.
    ///
    /// @param folder what it is a lock of, for the message
    static FolderLock exclusive(Path file, Path folder) throws FolderInUse, IOException {
        synchronized (HELD) {
            if (HELD.containsKey(file)) {
                throw new FolderInUse(folder, ownPid());
            }
            HELD.put(file, new Held(locked(file, folder, false), false, 1));
            return new FolderLock(file);
        }
    }

    /// Takes a lock that others may share, but nobody may have alone.
    static FolderLock shared(Path file, Path folder) throws FolderInUse, IOException {
        synchronized (HELD) {
            var held = HELD.get(file);
            if (held != null && !held.isShared) {
                throw new FolderInUse(folder, ownPid());
            }
            HELD.put(
                    file,
                    held == null
                            ? new Held(locked(file, folder, true), true, 1)
                            : new Held(held.channel, true, held.times + 1));
            return new FolderLock(file);
        }
    }

    /// Whether anybody has a lock on the file, this process included.
    static boolean isHeld(Path file) throws IOException {
        synchronized (HELD) {
            if (HELD.containsKey(file)) {
                return true;
            }
            try (var channel = FileChannel.open(file, StandardOpenOption.WRITE);
                    var lock = channel.tryLock()) {
                return lock == null;
            } catch (NoSuchFileException never) {
                return false;
            }
        }
    }

    /// Gives it up. Called once.
    @Override
    public void close() throws IOException {
        synchronized (HELD) {
            var held = HELD.remove(file);
            if (held != null && held.times > 1) {
                HELD.put(file, new Held(held.channel, true, held.times - 1));
            } else if (held != null) {
                held.channel.close();
            }
        }
    }

    private static FileChannel locked(Path file, Path folder, boolean isShared)
            throws FolderInUse, IOException {
        var channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        boolean isLocked = false;
        try {
            isLocked = channel.tryLock(0, Long.MAX_VALUE, isShared) != null;
            if (!isLocked) {
                throw new FolderInUse(folder, holder(channel));
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(ownPid().getBytes(StandardCharsets.US_ASCII)), 0);
            return channel;
        } finally {
            if (!isLocked) {
                channel.close();
            }
        }
    }

    private static String ownPid() {
        return Long.toString(ProcessHandle.current().pid());
    }

    private static String holder(FileChannel channel) throws IOException {
        var pid = ByteBuffer.allocate(20);
        channel.read(pid, 0);
        return new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII).strip();
    }

    private record Held(FileChannel channel, boolean isShared, int times) {}
}
