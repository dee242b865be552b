package dev.millrace.site.doctor;

import dev.millrace.site.broker.DataFolder;
import dev.millrace.site.config.SiteConfig;
import dev.millrace.site.role.Role;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Looks at all that a site stands on: the JDK, the folders of data and blobs and their disks, who
/// may read the site's secrets, ports, Kafka and what it can do, the Schema Registry, the clock.
/// Changes nothing, and waits at most some ten seconds for whoever does not answer.
public final class Doctor {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final SiteConfig config;
    private final InstantSource clock;

    public Doctor(SiteConfig config, InstantSource clock) {
        this.config = config;
        this.clock = clock;
    }

    /// All findings, those that are as they should be too.
    public List<Finding> examine() throws InterruptedException {
        var findings = new ArrayList<Finding>();
        findings.add(Machine.java(Runtime.version()));
        findings.add(Machine.processors(Runtime.getRuntime().availableProcessors()));
        findings.addAll(Machine.folder(config));
        findings.addAll(Machine.blobs(config));
        findings.addAll(Secrecy.examine(config));
        findings.addAll(Ports.examine(config));
        var kafka = kafka();
        if (kafka == null) {
            findings.add(
                    Finding.doubtful(
                            "kafka",
                            "the site's own broker does not run",
                            "start it with `millrace dev`, and ask again"));
        } else {
            var client = new HashMap<String, Object>(config.kafka().client());
            client.put("bootstrap.servers", kafka);
            findings.addAll(new KafkaExam(client, config, PATIENCE).examine());
        }
        var registry = registry();
        if (registry == null) {
            findings.add(
                    Finding.doubtful(
                            "registry",
                            "the site's own Schema Registry does not run",
                            "start it with `millrace dev`, and ask again"));
        } else {
            findings.addAll(new RegistryExam(registry, PATIENCE, clock).examine());
        }
        return findings;
    }

    private @Nullable String kafka() {
        if (!config.kafka().isEmbedded()) {
            return String.join(",", config.kafka().bootstrapServers());
        }
        var running = address(Role.BROKER);
        return running != null || config.broker().port() == 0
                ? running
                : "127.0.0.1:" + config.broker().port();
    }

    private @Nullable URI registry() {
        if (!config.registry().urls().isEmpty()) {
            return config.registry().urls().getFirst();
        }
        var running = address(Role.REGISTRY);
        if (running != null) {
            return URI.create(running);
        }
        int port = config.registry().port();
        return port == 0 ? null : URI.create("http://127.0.0.1:" + port);
    }

    private @Nullable String address(Role role) {
        try {
            return DataFolder.addressOf(config.data(), role);
        } catch (IOException unreadable) {
            return null; // the finding about the folder says so
        }
    }
}
