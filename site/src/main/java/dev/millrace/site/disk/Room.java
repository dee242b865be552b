package dev.millrace.site.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/// How much room there is on a disk, and how much may be taken without anybody asking for it.
interface Room {

    /// The bytes that this process may still write.
    long freeBytes() throws IOException;

    /// The bytes of what is compacted behind the scenes: while Lucene merges segments, or RocksDB
    /// files, the old and the new exist side by side.
    long rewrittenBytes() throws IOException;

    /// The room on the disk of a folder.
    ///
    /// @param rewritten the folders that are compacted; they need not exist
    static Room of(Path folder, List<Path> rewritten) throws IOException {
        var disk = Files.getFileStore(folder);
        return new Room() {
            @Override
            public long freeBytes() throws IOException {
                return disk.getUsableSpace();
            }

            @Override
            public long rewrittenBytes() throws IOException {
                return sizeOf(rewritten);
            }
        };
    }

    /// The bytes in some folders, which need not exist.
    static long sizeOf(List<Path> folders) throws IOException {
        long bytes = 0;
        for (var one : folders) {
            bytes += sizeOf(one);
        }
        return bytes;
    }

    /// Files come and go while they are counted: what is gone takes up nothing.
    private static long sizeOf(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.mapToLong(Room::sizeOfFile).sum();
        } catch (NoSuchFileException gone) {
            return 0;
        } catch (UncheckedIOException walking) {
            if (walking.getCause() instanceof NoSuchFileException) {
                return 0;
            }
            throw walking.getCause();
        }
    }

    private static long sizeOfFile(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (IOException gone) {
            return 0;
        }
    }
}
