package dev.millrace.site.config;

import dev.millrace.site.role.Role;
import java.util.ArrayList;
import java.util.Set;

/// What a process must be told because other processes have the roles that it needs.
public final class RoleChecks {

    private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::");

    private RoleChecks() {}

    /// Finds what is missing for some roles.
    ///
    /// @throws InvalidConfig listing all of it
    public static void check(SiteConfig config, Set<Role> roles) throws InvalidConfig {
        var faults = new ArrayList<String>();
        if (!roles.contains(Role.BROKER)
                && config.kafka().isEmbedded()
                && config.broker().port() == 0) {
            faults.add(
                    "kafka.bootstrap-servers: empty (expected: where Kafka is, or the broker.port of"
                            + " the process on this machine that runs broker)");
        }
        // A broker alone knows nothing of schemas.
        if (!roles.contains(Role.REGISTRY)
                && !roles.equals(Set.of(Role.BROKER))
                && config.registry().urls().isEmpty()
                && config.registry().port() == 0) {
            faults.add(
                    "registry.urls: empty (expected: where the Schema Registry is, or the"
                            + " registry.port of the process on this machine that runs registry)");
        }
        if (roles.contains(Role.VIEWS)
                && !roles.equals(Role.ALL)
                && WILDCARDS.contains(config.management().advertisedHost())) {
            faults.add(
                    "management.advertised-host: %s (expected: the name by which other processes"
                                    .formatted(config.management().advertisedHost())
                            + " reach this one)");
        }
        if (roles.contains(Role.GATEWAY)) {
            if (!roles.contains(Role.VIEWS) && config.peers().views().isEmpty()) {
                faults.add(
                        "views.urls: empty (expected: the management addresses of the processes that"
                                + " run views)");
            }
            if (!roles.contains(Role.SEARCH) && config.peers().search().isEmpty()) {
                faults.add(
                        "search.urls: empty (expected: the management addresses of the processes"
                                + " that run search)");
            }
        }
        if (!faults.isEmpty()) {
            throw new InvalidConfig(faults);
        }
    }
}
