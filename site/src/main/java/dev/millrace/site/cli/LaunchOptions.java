package dev.millrace.site.cli;

import dev.millrace.site.config.InvalidConfig;
import dev.millrace.site.config.RoleChecks;
import dev.millrace.site.role.Role;
import dev.millrace.site.runtime.Site;
import dev.millrace.site.runtime.SiteNotStarted;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;

/// How a command starts a site of its own.
final class LaunchOptions {

    @Mixin private ConfigOptions options = new ConfigOptions();

    Path data() {
        return options.data();
    }

    /// Starts some roles of the site and returns when they are ready.
    Site start(Set<Role> roles, Consumer<String> listener)
            throws InvalidConfig, SiteNotStarted, InterruptedException {
        var config = options.config();
        RoleChecks.check(config, roles);
        return Site.start(config, roles, step -> listener.accept("  " + step));
    }

    /// Starts the site and returns when it is ready.
    ///
    /// @param listener told in a line for people what comes along, by one thread at a time; after
    ///   the start, too
    Site start(Consumer<String> listener)
            throws InvalidConfig, SiteNotStarted, InterruptedException {
        return Site.start(options.config(), step -> listener.accept("  " + step));
    }
}
