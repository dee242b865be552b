package dev.millrace.bench.capacity;

import dev.millrace.streams.decide.DecideSettings;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Predicate;

/// What a site that is stopped has on the disk, in MiB. Kafka's indexes, which are made larger than
/// they are, are left out.
///
/// @param stores `decide`'s state directory
/// @param changelogs the topics that it can be restored from
/// @param all that the site has
record DiskUse(double stores, double changelogs, double all) {

    private static final double MIB = 1 << 20;

    static DiskUse of(Path data) throws IOException {
        return new DiskUse(
                mib(stores(data), _ -> true),
                mib(data.resolve("broker"), DiskUse::isOfChangelog),
                mib(data, _ -> true));
    }

    /// Where `decide` has its stores.
    static Path stores(Path data) {
        return data.resolve("streams").resolve(DecideSettings.APPLICATION_ID);
    }

    /// Whether a file is of a partition, which has a folder of its own, of a changelog.
    private static boolean isOfChangelog(Path file) {
        var partition = file.getName(file.getNameCount() - 2).toString();
        return partition.startsWith(DecideSettings.APPLICATION_ID + "-")
                && partition.matches(".*-changelog-\\d+");
    }

    private static double mib(Path folder, Predicate<Path> which) throws IOException {
        var sum =
                new SimpleFileVisitor<Path>() {
                    private long bytes;

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (!file.toString().endsWith("index") && which.test(file)) {
                            bytes += attributes.size();
                        }
                        return FileVisitResult.CONTINUE;
                    }
                };
        Files.walkFileTree(folder, sum);
        return sum.bytes / MIB;
    }
}
