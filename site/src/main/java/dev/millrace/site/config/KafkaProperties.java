package dev.millrace.site.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/// The file that says how Kafka's clients prove who they are: the one that Kafka's own tools take
/// as `--command-config`, less what a site decides itself.
final class KafkaProperties {

    private static final List<String> PREFIXES = List.of("sasl.", "ssl.");
    private static final Set<String> NAMES =
            Set.of(
                    "security.protocol",
                    "security.providers",
                    "client.dns.lookup",
                    "client.rack",
                    "reconnect.backoff.ms",
                    "reconnect.backoff.max.ms",
                    "socket.connection.setup.timeout.ms",
                    "socket.connection.setup.timeout.max.ms");

    private KafkaProperties() {}

    /// What the file says; what is wrong with it is added to the faults. A value is never told.
    static Map<String, String> read(Optional<Path> file, List<String> faults) {
        var values = new TreeMap<String, String>();
        if (file.isPresent()) {
            var properties = new Properties();
            try (var text = Files.newBufferedReader(file.get(), StandardCharsets.UTF_8)) {
                properties.load(text);
            } catch (IOException | IllegalArgumentException unreadable) {
                faults.add(
                        "kafka.properties: %s cannot be read: %s (expected: a properties file)"
                                .formatted(file.get(), unreadable.getClass().getSimpleName()));
            }
            for (var name : properties.stringPropertyNames()) {
                if (!NAMES.contains(name) && PREFIXES.stream().noneMatch(name::startsWith)) {
                    faults.add(
                            "kafka.properties: %s in %s (expected: %s, or a name of %s)"
                                    .formatted(
                                            name,
                                            file.get(),
                                            "sasl.… or ssl.…",
                                            NAMES.stream().sorted().toList()));
                }
                values.put(name, properties.getProperty(name));
            }
        }
        return values;
    }
}
