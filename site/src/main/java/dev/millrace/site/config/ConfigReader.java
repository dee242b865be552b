package dev.millrace.site.config;

import dev.millrace.inference.kinds.http.HttpRules;
import dev.millrace.site.broker.BrokerConfig;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// Reads the settings of a site, once, and tells all that is wrong with them at once.
///
/// A later source wins: what is built in, the properties file, the environment, the flags. An
/// unknown name in the file or the flags is a fault. In the environment only one that looks like a
/// slip of the pen is: `MILLRACE_…` variables may be there for other reasons (the scripts have
/// some, and Kubernetes makes its own for a service of that name).
///
/// Used once, by one thread.
public final class ConfigReader {

    private static final String FLAGS = "the command line";
    private static final String ENVIRONMENT = "the environment";
    private static final int FILE_ORDINAL = 100;
    private static final int ENVIRONMENT_ORDINAL = 300;
    private static final int FLAGS_ORDINAL = 400;

    /// How many letters may be wrong in a name for it to be taken for another.
    private static final int SLIPS = 2;

    private final List<String> faults = new ArrayList<>();
    private final SmallRyeConfig merged;
    private final String fileName;

    private ConfigReader(
            Path file,
            boolean fileIsRequired,
            Map<String, String> environment,
            Map<String, String> flags) {
        this.fileName = file.toString();
        var inFile = load(file, fileIsRequired);
        inFile.keySet().forEach(name -> checkName(name, fileName));
        flags.keySet().forEach(name -> checkName(name, FLAGS));
        environment.keySet().forEach(this::checkVariable);
        var standards = new TreeMap<String, String>();
        Settings.ALL.forEach(setting -> standards.put(setting.name(), setting.standard()));
        this.merged =
                new SmallRyeConfigBuilder()
                        .withDefaultValues(standards)
                        .withSources(
                                new PropertiesConfigSource(inFile, fileName, FILE_ORDINAL),
                                new EnvConfigSource(environment, ENVIRONMENT_ORDINAL),
                                new PropertiesConfigSource(flags, FLAGS, FLAGS_ORDINAL))
                        .build();
    }

    /// The configuration of the site on a data folder.
    ///
    /// @param file a properties file; null for `millrace.properties` in the data folder, if there
    /// @param environment of the process
    /// @param flags value by full name, for instance `millrace.gateway.port` → `0`
    /// @throws InvalidConfig listing every fault there is
    public static SiteConfig read(
            Path data,
            @Nullable Path file,
            Map<String, String> environment,
            Map<String, String> flags)
            throws InvalidConfig {
        var reader =
                file == null
                        ? new ConfigReader(
                                data.resolve("millrace.properties"), false, environment, flags)
                        : new ConfigReader(file, true, environment, flags);
        return reader.read(data);
    }

    private SiteConfig read(Path data) throws InvalidConfig {
        Settings.ALL.forEach(this::valueOf);
        var client = KafkaProperties.read(valueOf(Settings.KAFKA_PROPERTIES), faults);
        if (!faults.isEmpty()) {
            throw new InvalidConfig(faults);
        }
        return new SiteConfig(
                data.toAbsolutePath().normalize(),
                valueOf(Settings.PARTITIONS),
                valueOf(Settings.MODEL),
                valueOf(Settings.INSTANCE),
                new SiteConfig.Shared(
                        valueOf(Settings.IDENTITY_FOLDER), valueOf(Settings.BLOBS_FOLDER)),
                new SiteConfig.Kafka(
                        valueOf(Settings.KAFKA_BOOTSTRAP_SERVERS),
                        client,
                        valueOf(Settings.KAFKA_REPLICATION_FACTOR),
                        valueOf(Settings.KAFKA_START_TIMEOUT)),
                new BrokerConfig(
                        valueOf(Settings.BROKER_PORT),
                        valueOf(Settings.BROKER_START_TIMEOUT),
                        valueOf(Settings.BROKER_STOP_TIMEOUT)),
                new SiteConfig.Registry(
                        valueOf(Settings.REGISTRY_PORT), valueOf(Settings.REGISTRY_URLS)),
                new SiteConfig.Gateway(
                        valueOf(Settings.GATEWAY_HOST),
                        valueOf(Settings.GATEWAY_PORT),
                        valueOf(Settings.GATEWAY_MAX_BODY_BYTES),
                        valueOf(Settings.GATEWAY_ALLOWED_HOSTS),
                        valueOf(Settings.GATEWAY_ALLOWED_ORIGINS),
                        valueOf(Settings.GATEWAY_OUTCOME_TIMEOUT),
                        valueOf(Settings.GATEWAY_MAX_PENDING),
                        valueOf(Settings.GATEWAY_TOKEN_FILE)),
                new SiteConfig.Peers(valueOf(Settings.VIEWS_URLS), valueOf(Settings.SEARCH_URLS)),
                new SiteConfig.Management(
                        valueOf(Settings.MANAGEMENT_HOST),
                        valueOf(Settings.MANAGEMENT_ADVERTISED_HOST)
                                .orElse(valueOf(Settings.MANAGEMENT_HOST)),
                        valueOf(Settings.MANAGEMENT_PORT)),
                new SiteConfig.Views(valueOf(Settings.VIEWS_STANDBYS)),
                new SiteConfig.Documents(valueOf(Settings.DOCUMENTS_THREADS)),
                new SiteConfig.Tasks(
                        valueOf(Settings.TASKS_REQUEUE_AFTER),
                        new HttpRules(
                                valueOf(Settings.TASKS_HTTP_ALLOWED_HOSTS),
                                valueOf(Settings.TASKS_HTTP_ALLOWED_ADDRESSES))),
                new SiteConfig.Audit(
                        valueOf(Settings.AUDIT_CHECKPOINT_EVERY),
                        valueOf(Settings.AUDIT_SCRUB_RATE),
                        valueOf(Settings.AUDIT_SCRUB_EVERY)),
                new SiteConfig.Disk(valueOf(Settings.DISK_RESERVE)));
    }

    /// The value of a setting; if it is faulty, that is noted, and the answer is what is built in.
    private <T> T valueOf(Setting<T> setting) {
        var found = merged.getConfigValue(setting.name());
        var text = found.getValue() == null ? "" : found.getValue();
        try {
            return setting.kind().read(text);
        } catch (IllegalArgumentException | ArithmeticException wrong) {
            faults.add(
                    "%s: %s (expected: %s), set in %s"
                            .formatted(
                                    setting.shortName(),
                                    shown(text),
                                    setting.kind().expected(),
                                    sourceOf(found.getConfigSourceOrdinal())));
            return setting.kind().read(setting.standard());
        }
    }

    /// A faulty value as it may stand in a message: what comes before an @ may be a password.
    private static String shown(String text) {
        if (text.isBlank()) {
            return "empty";
        }
        return text.contains("@") ? "***" : text;
    }

    private String sourceOf(int ordinal) {
        return switch (ordinal) {
            case FLAGS_ORDINAL -> FLAGS;
            case ENVIRONMENT_ORDINAL -> ENVIRONMENT;
            default -> fileName;
        };
    }

    private Map<String, String> load(Path file, boolean isRequired) {
        var properties = new Properties();
        if (isRequired || Files.exists(file)) {
            try (var text = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                properties.load(text);
            } catch (IOException | IllegalArgumentException unreadable) {
                faults.add("%s: cannot be read: %s".formatted(file, unreadable));
            }
        }
        var values = new TreeMap<String, String>();
        properties.forEach((name, value) -> values.put((String) name, (String) value));
        return values;
    }

    private void checkName(String name, String source) {
        var known = new TreeSet<String>();
        Settings.ALL.forEach(setting -> known.add(setting.name()));
        if (!known.contains(name)) {
            var near = nearest(name, known);
            faults.add(
                    near == null
                            ? "%s: unknown, set in %s (expected: a name of docs/configuration.md)"
                                    .formatted(name, source)
                            : "%s: unknown, set in %s (did you mean %s?)"
                                    .formatted(name, source, near));
        }
    }

    private void checkVariable(String variable) {
        if (!variable.startsWith(Setting.variable(Setting.PREFIX))) {
            return;
        }
        var known = new TreeSet<String>();
        Settings.ALL.forEach(setting -> known.add(setting.variable()));
        if (!known.contains(variable)) {
            var near = nearest(variable, known);
            if (near != null) {
                faults.add(
                        "%s: unknown, set in %s (did you mean %s?)"
                                .formatted(variable, ENVIRONMENT, near));
            }
        }
    }

    private static @Nullable String nearest(String name, Collection<String> known) {
        var full = name.startsWith(Setting.PREFIX) ? name : Setting.PREFIX + name;
        ToIntFunction<String> slips =
                candidate -> Math.min(slips(name, candidate), slips(full, candidate));
        var nearest = Collections.min(known, Comparator.comparingInt(slips));
        return slips.applyAsInt(nearest) <= SLIPS ? nearest : null;
    }

    /// Levenshtein's distance: letters to change, add or leave out.
    private static int slips(String one, String other) {
        var before = new int[other.length() + 1];
        Arrays.setAll(before, j -> j);
        for (int i = 1; i <= one.length(); i++) {
            var row = new int[other.length() + 1];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(before[j - 1] + change, 1 + Math.min(before[j], row[j - 1]));
            }
            before = row;
        }
        return before[other.length()];
    }
}
