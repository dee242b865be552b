package dev.millrace.site.doctor;

import dev.millrace.site.config.SiteConfig;
import dev.millrace.site.disk.DiskGuard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What the machine itself offers.
final class Machine {

    private static final int JAVA = 25;
    private static final int CORES = 2;
    private static final double GIB = 1L << 30;
    private static final long SCARCE = 10L << 30;

    private Machine() {}

    static Finding java(Runtime.Version version) {
        return version.feature() >= JAVA
                ? Finding.good("java", version.toString())
                : Finding.bad(
                        "java",
                        version.toString(),
                        "install a JDK %d or later, or set MILLRACE_JAVA_HOME to one"
                                .formatted(JAVA));
    }

    static Finding processors(int cores) {
        return cores >= CORES
                ? Finding.good("processors", cores + " cores")
                : Finding.doubtful(
                        "processors",
                        cores + " core",
                        "a whole site starts slowly on less than %d cores".formatted(CORES));
    }

    /// The data folder: whether it can be made and written, and the room on its disk.
    static List<Finding> folder(SiteConfig config) {
        return folder(
                "data folder",
                "disk",
                config.data(),
                "--data",
                () -> DiskGuard.floor(config.data(), config.disk().reserveBytes()));
    }

    /// The same of a folder of blobs outside of it. Its disk is not guarded: it fills up, and then
    /// takes no more.
    static List<Finding> blobs(SiteConfig config) {
        return config.shared()
                .blobs()
                .map(folder ->
                        folder(
                                "blobs folder",
                                "blobs disk",
                                folder,
                                "millrace.blobs.folder",
                                config.disk()::reserveBytes))
                .orElse(List.of());
    }

    /// @param setting what names the folder
    /// @param floor how much of its disk is not to be used
    private static List<Finding> folder(
            String subject, String disk, Path folder, String setting, Floor floor) {
        var findings = new ArrayList<Finding>();
        try {
            var existing = existing(folder);
            if (!Files.isDirectory(existing)) {
                findings.add(
                        Finding.bad(
                                subject,
                                existing + " is no folder",
                                "name another with %s, or move that out of the way"
                                        .formatted(setting)));
            } else if (!Files.isWritable(existing)) {
                findings.add(
                        Finding.bad(
                                subject,
                                existing + " cannot be written",
                                "name another with %s, or make it writable for this user"
                                        .formatted(setting)));
            } else {
                findings.add(
                        Finding.good(
                                subject,
                                existing.equals(folder)
                                        ? folder.toString()
                                        : folder + ", still to be made"));
            }
            long free = Files.getFileStore(existing).getUsableSpace();
            findings.add(disk(disk, free, floor.bytes()));
        } catch (IOException unreadable) {
            findings.add(
                    Finding.bad(
                            subject,
                            folder + ": " + unreadable.getMessage(),
                            "name a folder with %s whose disk can be read".formatted(setting)));
        }
        return findings;
    }

    /// What is there of a path: itself, or the nearest above it.
    static Path existing(Path path) {
        var existing = path.toAbsolutePath();
        for (var above = existing.getParent();
                above != null && !Files.exists(existing, LinkOption.NOFOLLOW_LINKS);
                above = above.getParent()) {
            existing = above;
        }
        return existing;
    }

    /// @param floor how much of it is not to be used
    static Finding disk(String subject, long free, long floor) {
        var detail = "%.1f GiB free".formatted(free / GIB);
        if (free < floor) {
            return Finding.bad(
                    subject,
                    detail,
                    "free some, or lower millrace.disk.reserve: the site writes nothing below"
                            + " %.1f GiB".formatted(floor / GIB));
        }
        return free - floor < SCARCE
                ? Finding.doubtful(subject, detail, "the log is kept for ever: plan for its growth")
                : Finding.good(subject, detail);
    }

    /// How much of a disk is not to be used, in bytes.
    private interface Floor {
        long bytes() throws IOException;
    }
}
