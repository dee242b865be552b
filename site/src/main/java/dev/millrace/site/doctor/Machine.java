package dev.millrace.site.doctor;

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
    private static final long LEAST_FREE = 1L << 30;
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
    static List<Finding> folder(Path data) {
        var findings = new ArrayList<Finding>();
        try {
            var existing = existing(data);
            if (!Files.isDirectory(existing)) {
                findings.add(
                        Finding.bad(
                                "data folder",
                                existing + " is no folder",
                                "name another with --data, or move that out of the way"));
            } else if (!Files.isWritable(existing)) {
                findings.add(
                        Finding.bad(
                                "data folder",
                                existing + " cannot be written",
                                "name another with --data, or make it writable for this user"));
            } else {
                findings.add(
                        Finding.good(
                                "data folder",
                                existing.equals(data)
                                        ? data.toString()
                                        : data + ", still to be made"));
            }
            findings.add(disk(Files.getFileStore(existing).getUsableSpace()));
        } catch (IOException unreadable) {
            findings.add(
                    Finding.bad(
                            "data folder",
                            data + ": " + unreadable.getMessage(),
                            "name a folder with --data whose disk can be read"));
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

    static Finding disk(long free) {
        var detail = "%.1f GiB free".formatted(free / (double) (1L << 30));
        if (free < LEAST_FREE) {
            return Finding.bad(
                    "disk", detail, "free some: below 1 GiB a site may have to stop writing");
        }
        return free < SCARCE
                ? Finding.doubtful("disk", detail, "the log is kept for ever: plan for its growth")
                : Finding.good("disk", detail);
    }
}
