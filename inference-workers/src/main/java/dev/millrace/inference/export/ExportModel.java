package dev.millrace.inference.export;

import dev.millrace.domain.event.Digest;
import dev.millrace.inference.embed.NativeLibraries;
import dev.millrace.inference.hashing.SignTable;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Makes the model's archive, unless it is there already and was made of the same things.
///
/// Arguments: the archive to write, a folder to work in, the version of TensorFlow.
final class ExportModel {

    private static final LocalDateTime ANY_TIME = LocalDateTime.of(1980, 2, 1, 0, 0);
    private static final List<String> MADE_OF =
            List.of("export/HashedNgramsGraph", "hashing/SignTable", "hashing/Mixing");

    private final Path archive;
    private final Path workFolder;
    private final String tensorflow;

    private ExportModel(Path archive, Path workFolder, String tensorflow) {
        this.archive = archive;
        this.workFolder = workFolder;
        this.tensorflow = tensorflow;
    }

    public static void main(String[] arguments) throws IOException {
        new ExportModel(Path.of(arguments[0]), Path.of(arguments[1]), arguments[2]).run();
    }

    private void run() throws IOException {
        var fingerprint = fingerprint();
        var fingerprintFile = workFolder.resolve("fingerprint");
        if (Files.exists(archive)
                && Files.exists(fingerprintFile)
                && Files.readString(fingerprintFile).equals(fingerprint)) {
            return;
        }
        System.out.println("model: making it (TensorFlow is unpacked first, once for a user)");
        NativeLibraries.load(new PercentLines()::accept);
        var model = workFolder.resolve("saved-model");
        deleteTree(model);
        Files.createDirectories(workFolder);
        HashedNgramsGraph.export(model);
        zip(model);
        deleteTree(model);
        Files.writeString(fingerprintFile, fingerprint);
        System.out.println("model: " + Files.size(archive) / 1024 + " KiB");
    }

    private String fingerprint() throws IOException {
        var digest = Digest.sha256();
        digest.update(tensorflow.getBytes(StandardCharsets.UTF_8));
        for (var name : MADE_OF) {
            var resource = "/dev/millrace/inference/" + name + ".class";
            try (var bytes = SignTable.class.getResourceAsStream(resource)) {
                if (bytes == null) {
                    throw new IOException("class: " + resource + " (expected: on the class path)");
                }
                digest.update(bytes.readAllBytes());
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private void zip(Path folder) throws IOException {
        Files.createDirectories(archive.toAbsolutePath().getParent());
        var unfinished = workFolder.resolve("archive.unfinished");
        try (var files = Files.walk(folder);
                var zip =
                        new ZipOutputStream(
                                new BufferedOutputStream(Files.newOutputStream(unfinished)))) {
            for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
                var entry = new ZipEntry(folder.relativize(file).toString().replace('\\', '/'));
                entry.setTimeLocal(ANY_TIME);
                zip.putNextEntry(entry);
                Files.copy(file, zip);
                zip.closeEntry();
            }
        }
        Files.move(unfinished, archive, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (var files = Files.walk(root)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
