package dev.millrace.site;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// A data folder that an earlier version left behind, kept as a ZIP file.
///
/// Left out are `models/`, which each version unpacks out of itself, and what only people read: the
/// logs of the process and of RocksDB. Of a file that ends in more than 4 KiB of zeros, as Kafka
/// makes its indexes in advance, these are left out too; the comment of its entry says how long it
/// was.
final class KeptFolder {

    private KeptFolder() {}

    /// Lays the folder out as it was, for its owner only.
    static void unpack(Path kept, Path folder) throws IOException {
        var owner = PosixFilePermissions.fromString("rwx------");
        Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(owner));
        try (var zip = new ZipFile(kept.toFile())) {
            for (var entry : zip.stream().toList()) {
                var path = folder.resolve(entry.getName()).normalize();
                if (!path.startsWith(folder)) {
                    throw new IOException(entry.getName() + ": outside of the folder");
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else {
                    unpack(zip, entry, path);
                }
            }
        }
    }

    private static void unpack(ZipFile zip, ZipEntry entry, Path path) throws IOException {
        try (var content = zip.getInputStream(entry)) {
            Files.copy(content, path);
        }
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        if (entry.getComment() != null) {
            try (var file = new RandomAccessFile(path.toFile(), "rw")) {
                file.setLength(Long.parseLong(entry.getComment()));
            }
        }
    }
}
