package dev.millrace.inference.export;

import dev.millrace.inference.embed.BuiltInModel;
import dev.millrace.inference.embed.NativeLibraries;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.Comparator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Makes the models' archives, but for those that are there already and were made of the same
/// things.
///
/// Arguments: the folder of the archives, that of what they are made of, one to work in, the
/// version of TensorFlow.
final class ExportModels {

    private static final LocalDateTime ANY_TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

    private final Path archives;
    private final Path workFolder;

    private ExportModels(Path archives, Path workFolder) {
        this.archives = archives;
        this.workFolder = workFolder;
    }

    public static void main(String[] arguments) throws IOException {
        var export = new ExportModels(Path.of(arguments[0]), Path.of(arguments[2]));
        for (var model : BuiltInModel.values()) {
            export.run(ModelSource.of(model, Path.of(arguments[1])), arguments[3]);
        }
    }

    private void run(ModelSource source, String tensorflow) throws IOException {
        var name = source.model().archiveName();
        var archive = archives.resolve(name + ".zip");
        var fingerprint = source.fingerprint(tensorflow);
        var fingerprintFile = workFolder.resolve(name + ".fingerprint");
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
        source.export(model);
        zip(model, archive);
        deleteTree(model);
        Files.writeString(fingerprintFile, fingerprint);
        System.out.println("model: " + name + ", " + Files.size(archive) / 1024 + " KiB");
    }

    private void zip(Path folder, Path archive) throws IOException {
        Files.createDirectories(archives);
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
