package dev.millrace.site.doctor;

import dev.millrace.site.config.SiteConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Who may read what a site keeps to itself, wherever its settings have put it.
final class Secrecy {

    private static final Set<PosixFilePermission> OTHERS =
            Set.of(
                    PosixFilePermission.GROUP_READ,
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE);

    private Secrecy() {}

    /// What others than the owner may read; empty if that is nothing.
    static List<Finding> examine(SiteConfig config) {
        var data = config.data();
        var identity = config.shared().identity().orElse(data.resolve("identity"));
        var findings = new ArrayList<Finding>();
        secret("token", config.gateway().tokenFile().orElse(data.resolve("token")), findings);
        secret("identity/key.pem", identity.resolve("key.pem"), findings);
        for (var key : List.of("operator.pem", "witness-1.pem", "witness-2.pem")) {
            secret("audit-keys/" + key, data.resolve("audit-keys").resolve(key), findings);
        }
        folder("data folder", data, findings);
        var blobs = config.shared().blobs().orElse(data.resolve("blobs"));
        if (!isBehind(blobs, data)) {
            folder("blobs", blobs, findings);
        }
        return findings;
    }

    private static void secret(String subject, Path file, List<Finding> findings) {
        try {
            if (Files.exists(file) && isOpen(file)) {
                findings.add(
                        Finding.bad(
                                subject,
                                "others than its owner may read it",
                                "chmod 600 " + file + ", and make a new one if they did"));
            }
        } catch (IOException | UnsupportedOperationException unknown) {
            findings.add(untold(subject, file, unknown));
        }
    }

    private static void folder(String subject, Path folder, List<Finding> findings) {
        try {
            if (Files.exists(folder) && isOpen(folder)) {
                findings.add(
                        Finding.doubtful(
                                subject,
                                "others than its owner may look into it",
                                "chmod 700 " + folder));
            }
        } catch (IOException | UnsupportedOperationException unknown) {
            findings.add(untold(subject, folder, unknown));
        }
    }

    /// Whether a folder cannot be reached but through one that is for its owner only.
    private static boolean isBehind(Path folder, Path closed) {
        try {
            return folder.toRealPath().startsWith(closed.toRealPath()) && !isOpen(closed);
        } catch (IOException | UnsupportedOperationException unknown) {
            return false; // then it is looked at for itself
        }
    }

    private static boolean isOpen(Path path) throws IOException {
        return Files.getPosixFilePermissions(path).stream().anyMatch(OTHERS::contains);
    }

    private static Finding untold(String subject, Path path, Exception cause) {
        return Finding.bad(
                subject,
                path + ": who may read it cannot be told: " + cause.getMessage(),
                "put it on a POSIX file system that this user may look at");
    }
}
