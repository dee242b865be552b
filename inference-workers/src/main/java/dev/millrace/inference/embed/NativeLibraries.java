package dev.millrace.inference.embed;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;
import org.tensorflow.internal.c_api.global.tensorflow;

/// TensorFlow's native libraries, unpacked from the class path into javacpp's cache folder
/// (`~/.javacpp` unless the system property `org.bytedeco.javacpp.cachedir` names another): some
/// 600 MB, once for a user. Nothing is ever downloaded.
///
/// Safe for use by many threads and processes: javacpp locks its cache.
public final class NativeLibraries {

    private static final String FOLDER = "/org/tensorflow/internal/c_api/";
    private static final long WATCH_INTERVAL_MILLIS = 100;

    private NativeLibraries() {}

    /// How far the unpacking is.
    ///
    /// @param unpackedBytes 0 to `totalBytes`
    public record Progress(long unpackedBytes, long totalBytes) {}

    /// Loads the libraries into this JVM, and tells DJL where they are and to stay off the network.
    ///
    /// @param progress told about ten times a second while libraries are being unpacked, from
    ///   another thread, and once at the end from this one
    /// @throws IOException if the class path has no libraries for this machine, or they cannot be
    ///   unpacked or loaded
    public static void load(Consumer<Progress> progress) throws IOException {
        tellDjlAndJavacpp();
        var platform = Loader.getPlatform();
        var library = FOLDER + platform + "/" + System.mapLibraryName("jnitensorflow");
        var url = tensorflow.class.getResource(library);
        if (url == null) {
            throw new IOException(
                    ("TensorFlow: no libraries for this machine in the build (expected: built with"
                                    + " -Dtensorflow.classifier=%s)")
                            .formatted(platform));
        }
        var libraries = librariesBeside(url);
        var loaded = libraries == null ? load() : loadWatched(libraries, progress);
        System.setProperty("TENSORFLOW_LIBRARY_PATH", loaded.toString());
    }

    /// Both read their settings from the system properties and have no other way in. javacpp would
    /// refuse to allocate once the process, with all of RocksDB in it, outgrows twice its heap.
    private static void tellDjlAndJavacpp() {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("org.bytedeco.javacpp.maxBytes", "0");
        System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    }

    private static Path load() throws IOException {
        try {
            var library = Path.of(Loader.load(tensorflow.class)).toAbsolutePath();
            return Objects.requireNonNull(library.getParent(), "a library lies in a folder");
        } catch (LinkageError unloadable) {
            throw new IOException("TensorFlow: " + unloadable.getMessage(), unloadable);
        }
    }

    private static Path loadWatched(Libraries libraries, Consumer<Progress> progress)
            throws IOException {
        var watcher =
                Thread.ofPlatform()
                        .name("tensorflow-unpacking")
                        .daemon()
                        .unstarted(() -> watch(libraries, progress));
        if (unpackedBytes(libraries.unpackedTo()) < libraries.totalBytes()) {
            watcher.start();
        }
        try {
            var loaded = load();
            progress.accept(new Progress(libraries.totalBytes(), libraries.totalBytes()));
            return loaded;
        } finally {
            watcher.interrupt();
        }
    }

    private static void watch(Libraries libraries, Consumer<Progress> progress) {
        try {
            while (true) {
                long unpacked = unpackedBytes(libraries.unpackedTo());
                long total = libraries.totalBytes();
                progress.accept(new Progress(Math.min(unpacked, total), total));
                Thread.sleep(WATCH_INTERVAL_MILLIS);
            }
        } catch (InterruptedException done) {
            // Only the end of the unpacking interrupts this thread, which ends here.
        } catch (IOException unreadable) {
            // Progress is a courtesy: whatever is wrong with the folder, the unpacking itself says.
        }
    }

    private static long unpackedBytes(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (var files = Files.list(folder)) {
            long bytes = 0;
            for (var file : files.toList()) {
                bytes += Files.isRegularFile(file) ? Files.size(file) : 0;
            }
            return bytes;
        }
    }

    private static @Nullable Libraries librariesBeside(URL library) throws IOException {
        if (!(library.openConnection() instanceof JarURLConnection connection)) {
            return null;
        }
        connection.setUseCaches(false);
        try (var jar = connection.getJarFile()) {
            var entry = connection.getEntryName();
            var folder = entry.substring(0, entry.lastIndexOf('/') + 1);
            long total =
                    jar.stream()
                            .filter(each -> each.getName().startsWith(folder))
                            .filter(each -> isLibrary(each.getName()))
                            .mapToLong(each -> each.getSize())
                            .sum();
            var unpackedTo =
                    Loader.getCacheDir()
                            .toPath()
                            .resolve(Path.of(jar.getName()).getFileName())
                            .resolve(folder);
            return new Libraries(unpackedTo, total);
        }
    }

    private static boolean isLibrary(String entry) {
        var name = entry.substring(entry.lastIndexOf('/') + 1);
        return name.contains(".so") || name.contains(".dylib") || name.endsWith(".dll");
    }

    private record Libraries(Path unpackedTo, long totalBytes) {}
}
