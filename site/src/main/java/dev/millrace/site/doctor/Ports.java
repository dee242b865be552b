package dev.millrace.site.doctor;

import dev.millrace.site.broker.DataFolder;
import dev.millrace.site.config.SiteConfig;
import dev.millrace.site.role.Role;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/// Whether the ports that the configuration names can be had, where the site does not have them
/// already.
final class Ports {

    private static final String LOOPBACK = "127.0.0.1";
    private static final String MANAGEMENT = "management port";

    private Ports() {}

    static List<Finding> examine(SiteConfig config) {
        var findings = new ArrayList<Finding>();
        add(findings, config, Role.GATEWAY, config.gateway().host(), config.gateway().port());
        if (config.kafka().isEmbedded()) {
            add(findings, config, Role.BROKER, LOOPBACK, config.broker().port());
        }
        if (config.registry().urls().isEmpty()) {
            add(findings, config, Role.REGISTRY, LOOPBACK, config.registry().port());
        }
        findings.add(management(config));
        return findings;
    }

    private static Finding management(SiteConfig config) {
        var management = config.management();
        try (var probe = new ServerSocket()) {
            if (DataFolder.isInUse(config.data())) {
                return Finding.good(MANAGEMENT, "the site runs");
            }
            probe.bind(new InetSocketAddress(management.host(), management.port()));
            return Finding.good(MANAGEMENT, probe.getLocalPort() + " is free");
        } catch (IOException taken) {
            return Finding.bad(
                    MANAGEMENT,
                    "%s:%d: %s".formatted(management.host(), management.port(), taken.getMessage()),
                    "stop what listens there, or set millrace.management.port");
        }
    }

    private static void add(
            List<Finding> findings, SiteConfig config, Role role, String host, int port) {
        var subject = role + " port";
        try {
            var running = DataFolder.addressOf(config.data(), role);
            if (running != null) {
                findings.add(Finding.good(subject, "in use by this site: " + running));
                return;
            }
            if (port == 0) {
                findings.add(Finding.good(subject, "any free one"));
                return;
            }
            try (var probe = new ServerSocket()) {
                probe.bind(new InetSocketAddress(host, port));
                findings.add(Finding.good(subject, port + " is free"));
            }
        } catch (IOException taken) {
            findings.add(
                    Finding.bad(
                            subject,
                            "%s:%d: %s".formatted(host, port, taken.getMessage()),
                            "stop what listens there, or set millrace.%s.port".formatted(role)));
        }
    }
}
