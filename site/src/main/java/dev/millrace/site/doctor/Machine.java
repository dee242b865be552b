package dev.millrace.site.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What the machine itself offers.
final class Machine {

    private static final int JAVA = 25;
    private static final int CORES = 2;
    private static final long LEAST_FREE = 1L << 30;
    private static final long SCARCE = 10L << 30;
    private static final Set<PosixFilePermission> OTHERS =
            Set.of(
                    PosixFilePermission.GROUP_READ,
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE);

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

    /// The data folder: who may read its secrets, and the room on its disk.
    static List<Finding> folder(Path data) {
        var findings = new ArrayList<Finding>();
        try {
            var existing = data;
            while (!Files.exists(existing)) {
                existing = existing.resolveSibling("..").normalize();
            }
            if (!Files.isWritable(existing)) {
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
            for (var secret : List.of("token", "identity/key.pem")) {
                var file = data.resolve(secret);
                if (Files.exists(file)
                        && Files.getPosixFilePermissions(file).stream()
                                .anyMatch(OTHERS::contains)) {
                    findings.add(
                            Finding.bad(
                                    secret,
                                    "others than its owner may read it",
                                    "chmod 600 " + file + ", and make a new one if they did"));
                }
            }
            findings.add(disk(Files.getFileStore(existing).getUsableSpace()));
        } catch (IOException | UnsupportedOperationException unreadable) {
            findings.add(
                    Finding.bad(
                            "data folder",
                            data + ": " + unreadable.getMessage(),
                            "name a folder on a POSIX file system with --data"));
        }
        return findings;
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
