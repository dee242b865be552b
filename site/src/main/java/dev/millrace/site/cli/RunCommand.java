package dev.millrace.site.cli;

import dev.millrace.site.role.Role;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `millrace run`: runs some roles of a site in this process until it is stopped.
@Command(
        name = "run",
        description = {
            "Run some roles of a site in this process until Ctrl-C.",
            "All of them in one process is `millrace dev`. The others are found by the same"
                    + " configuration: kafka.bootstrap-servers, registry.urls, views.urls, search.urls."
        })
final class RunCommand implements Callable<Integer> {

    @Parameters(
            arity = "1..*",
            paramLabel = "ROLE",
            description =
                    "broker, registry, decide, views, documents, worker, search or gateway; several"
                            + " share the process.")
    private List<Role> roles = List.of();

    @Mixin private LaunchOptions launch = new LaunchOptions();

    @Override
    public Integer call() throws Exception {
        var chosen = EnumSet.copyOf(roles);
        try (var site = launch.start(chosen, line -> System.err.println(line))) {
            var names = chosen.stream().map(Role::text).collect(Collectors.joining(", "));
            System.out.println("Ready: " + names + "; management: " + site.management());
            if (chosen.contains(Role.GATEWAY)) {
                System.out.println("Gateway ready: " + site.gateway());
            }
            System.out.flush();
            site.awaitClose();
        }
        return ExitCode.OK;
    }
}
