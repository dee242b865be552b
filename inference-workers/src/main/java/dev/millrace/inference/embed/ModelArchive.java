package dev.millrace.inference.embed;

import dev.millrace.domain.event.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.zip.ZipInputStream;

/// A SavedModel that travels as an archive inside our jar. TensorFlow reads folders only.
final class ModelArchive {

    private static final int SHOWN_DIGITS = 16;

    private final String resource;
    private final String name;

    /// @param resource where in the class path the archive is
    /// @param name what its folder is called, before its digest
    ModelArchive(String resource, String name) {
        this.resource = resource;
        this.name = name;
    }

    /// The folder with the model in it, below `parent`. It is unpacked once, made whole under
    /// another name first: if it is there, it is complete.
    Path unpack(Path parent) throws IOException {
        var bytes = read();
        var folder = parent.resolve(name + "-" + Digest.of(bytes).hex().substring(0, SHOWN_DIGITS));
        if (Files.isDirectory(folder)) {
            return folder;
        }
        Files.createDirectories(parent);
        var unfinished = Files.createTempDirectory(parent, name + "-unfinished-");
        try {
            unzip(bytes, unfinished);
            Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException failed) {
            deleteTree(unfinished);
            // An atomic move tells in general terms that another process was first.
            if (!Files.isDirectory(folder)) {
                throw failed;
            }
        }
        return folder;
    }

    private byte[] read() throws IOException {
        try (var stream = ModelArchive.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IOException("model: " + resource + " (expected: on the class path)");
            }
            return stream.readAllBytes();
        }
    }

    private static void unzip(byte[] archive, Path into) throws IOException {
        try (var zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                var file = into.resolve(entry.getName()).normalize();
                if (!file.startsWith(into)) {
                    throw new IOException(
                            "model: entry " + entry.getName() + " (expected: inside)");
                }
                Files.createDirectories(file.getParent());
                Files.copy(zip, file);
                try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
            }
        }
    }

    private static void deleteTree(Path root) throws IOException {
        try (var files = Files.walk(root)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
