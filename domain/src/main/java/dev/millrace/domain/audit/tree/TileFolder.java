package dev.millrace.domain.audit.tree;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Tiles as files below a folder, which any web server can show as they are.
public final class TileFolder implements TileStore {

    /// Files written and not yet flushed to the disk; more of them are flushed before.
    private static final int MOST_UNSYNCED = 1024;

    /// Files that are flushed side by side.
    private static final int FLUSHERS = 8;

    private final Path root;
    private final List<Path> unsynced = new ArrayList<>();
    private final Set<Path> unsyncedFolders = new LinkedHashSet<>();

    /// @param root made when it is first written to
    public TileFolder(Path root) {
        this.root = root.toAbsolutePath();
    }

    @Override
    public byte @Nullable [] read(String path) throws IOException {
        try {
            return Files.readAllBytes(root.resolve(path));
        } catch (NoSuchFileException _) {
            return null;
        }
    }

    @Override
    public void write(String path, byte[] content) throws IOException {
        var file = root.resolve(path);
        put(file, content);
        unsynced.add(file);
        if (unsynced.size() >= MOST_UNSYNCED) {
            sync();
        }
    }

    @Override
    public void sync() throws IOException {
        flush(unsynced, StandardOpenOption.WRITE);
        unsynced.clear();
        flush(unsyncedFolders, StandardOpenOption.READ);
        unsyncedFolders.clear();
    }

    /// Side by side: file systems write their journal once for all who wait for it.
    private static void flush(Collection<Path> paths, StandardOpenOption option)
            throws IOException {
        if (paths.size() < 2) {
            for (var path : paths) {
                flush(path, option);
            }
            return;
        }
        try (var threads = Executors.newFixedThreadPool(Math.min(FLUSHERS, paths.size()))) {
            var flushing = new ArrayList<Future<?>>();
            for (var path : paths) {
                flushing.add(
                        threads.submit(() -> {
                            flush(path, option);
                            return null;
                        }));
            }
            for (var each : flushing) {
                var _ = each.get();
            }
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException refused
                    ? refused
                    : new IOException("files cannot be flushed to the disk", failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("files were being flushed to the disk");
        }
    }

    @Override
    public void replace(String path, byte[] content) throws IOException {
        var file = root.resolve(path);
        var next = file.resolveSibling(file.getFileName() + ".next");
        put(next, content);
        flush(next, StandardOpenOption.WRITE);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        sync();
    }

    @Override
    public void delete(String path) throws IOException {
        var top = root.resolve(path);
        if (Files.isDirectory(top)) {
            try (Stream<Path> all = Files.walk(top)) {
                for (var each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        } else {
            Files.deleteIfExists(top);
        }
    }

    private void put(Path file, byte[] content) throws IOException {
        var folder = folderOf(file);
        try {
            fill(file, content);
        } catch (NoSuchFileException _) {
            makeFolder(folder);
            fill(file, content);
        }
        unsyncedFolders.add(folder);
    }

    private static void fill(Path file, byte[] content) throws IOException {
        try (var channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            var rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        }
    }

    /// The names of new folders are as much to be flushed as those of new files.
    private void makeFolder(Path folder) throws IOException {
        for (var each = folder; Files.notExists(each); each = folderOf(each)) {
            unsyncedFolders.add(folderOf(each));
        }
        Files.createDirectories(folder);
    }

    private static void flush(Path path, StandardOpenOption option) throws IOException {
        try (var channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }

    private static Path folderOf(Path path) {
        var folder = path.getParent();
        if (folder == null) {
            throw new IllegalArgumentException("path: " + path + " (expected: in a folder)");
        }
        return folder;
    }
}
