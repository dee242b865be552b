package dev.millrace.site.backup;

import dev.millrace.site.config.SiteConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// All that a one-machine site cannot make again, where it lies: in the data folder, or where the
/// settings say.
///
/// In a backup, and in the data folder made from it, each part has the name that it has in a data
/// folder if nothing is set.
public final class SiteFiles {

    private final Path data;
    private final List<Part> parts;

    private SiteFiles(Path data, List<Part> parts) {
        this.data = data;
        this.parts = List.copyOf(parts);
    }

    /// Those of a site as it is configured.
    ///
    /// @param settings the properties file that the configuration was read from, if there
    /// @throws InvalidBackup if the site's log is in a Kafka that is not its own
    public static SiteFiles of(SiteConfig config, Path settings) throws InvalidBackup {
        if (!config.kafka().isEmbedded()) {
            throw new InvalidBackup(
                    "kafka.bootstrap-servers: %s (expected: none; an external Kafka is backed up by"
                                    .formatted(String.join(",", config.kafka().bootstrapServers()))
                            + " its own means; if that is the site's own broker, add"
                            + " --set millrace.kafka.bootstrap-servers=)");
        }
        return new SiteFiles(config.data(), parts(config, settings.toAbsolutePath().normalize()));
    }

    /// What a site with this configuration would not look for in its data folder, where a restore
    /// puts it: a line for people each.
    public static List<String> elsewhere(SiteConfig config) {
        var lines = new ArrayList<String>();
        if (!config.kafka().isEmbedded()) {
            lines.add(
                    "millrace.kafka.bootstrap-servers is %s, but the log was restored to %s; remove"
                                    .formatted(
                                            String.join(",", config.kafka().bootstrapServers()),
                                            config.data().resolve("broker"))
                            + " the setting");
        }
        for (var part : parts(config, config.data().resolve("millrace.properties"))) {
            if (part.isElsewhere(config.data())) {
                lines.add(
                        "%s is %s, but what was restored is %s; remove the setting, or let it name that"
                                .formatted(
                                        part.setting, part.root, config.data().resolve(part.name)));
            }
        }
        return lines;
    }

    private static List<Part> parts(SiteConfig config, Path settings) {
        var data = config.data();
        return List.of(
                new Part(
                        "identity",
                        "millrace.identity.folder",
                        config.shared().identity().orElse(data.resolve("identity"))),
                new Part(
                        "token",
                        "millrace.gateway.token-file",
                        config.gateway().tokenFile().orElse(data.resolve("token"))),
                new Part("millrace.properties", "--config", settings),
                new Part("broker", "--data", data.resolve("broker")),
                new Part("audit-keys", "--data", data.resolve("audit-keys")),
                new Part("audit", "--data", data.resolve("audit")),
                new Part(
                        "blobs",
                        "millrace.blobs.folder",
                        config.shared().blobs().orElse(data.resolve("blobs"))));
    }

    /// The data folder, absolute.
    Path data() {
        return data;
    }

    /// Every file by its name in a backup, in the order of the parts.
    ///
    /// @throws InvalidBackup if something is missing that no site is without, or is neither file
    ///   nor folder: a backup without it would be found out when it is needed
    /// @throws IOException if something cannot be read
    Map<String, Path> list() throws InvalidBackup, IOException {
        var files = new LinkedHashMap<String, Path>();
        for (var part : parts) {
            part.list(data, files);
        }
        for (var needed : List.of("broker/meta.properties", "identity/key.pem")) {
            if (!files.containsKey(needed)) {
                throw new InvalidBackup(
                        "data folder %s: holds no %s (expected: the folder of a one-machine site that"
                                        .formatted(data, needed)
                                + " has been started once)");
            }
        }
        return files;
    }

    /// One part.
    ///
    /// @param name in a data folder
    /// @param setting what says that it lies elsewhere
    /// @param root the file or folder, absolute, or a link to it
    private record Part(String name, String setting, Path root) {

        Part {
            root = root.toAbsolutePath().normalize();
        }

        boolean isElsewhere(Path data) {
            return !root.equals(data.resolve(name));
        }

        void list(Path data, Map<String, Path> files) throws InvalidBackup, IOException {
            /* A walk does not follow a link at its root, so that is resolved before: a folder on
             * another disk is part of the site. */
            Path real;
            try {
                real = root.toRealPath();
            } catch (NoSuchFileException absent) {
                if (isElsewhere(data) || Files.isSymbolicLink(root)) {
                    throw new InvalidBackup(
                            "%s: %s is not there (expected: the site's own; is its disk mounted?)"
                                    .formatted(isElsewhere(data) ? setting : name, root),
                            absent);
                }
                return;
            }
            requireStore(real, data);
            var tree = Tree.of(real);
            if (!tree.others().isEmpty()) {
                throw new InvalidBackup(
                        "%s: %s is a link or a device (expected: files and folders only); put in its"
                                        .formatted(name, tree.others().getFirst())
                                + " place what it stands for, or remove it");
            }
            for (var file : tree.files()) {
                var below = real.relativize(file).toString().replace('\\', '/');
                files.put(below.isEmpty() ? name : name + "/" + below, file);
            }
        }

        /* An empty mount point looks like a store without a blob. One that a site has opened has
         * this folder; one just restored has not, but lies in the data folder. */
        private void requireStore(Path real, Path data) throws InvalidBackup, IOException {
            if (name.equals("blobs")
                    && !real.startsWith(data.toRealPath())
                    && !Files.isDirectory(real.resolve("incoming"))) {
                throw new InvalidBackup(
                        "%s: %s is no store of blobs (expected: one that the site has opened; is its"
                                        .formatted(setting, root)
                                + " disk mounted?)");
            }
        }
    }
}
