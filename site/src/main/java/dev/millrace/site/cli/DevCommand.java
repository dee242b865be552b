package dev.millrace.site.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/// `millrace dev`: runs a site of one machine until it is stopped.
@Command(name = "dev", description = "Run a whole site on this machine until Ctrl-C.")
final class DevCommand implements Callable<Integer> {

    @Mixin private LaunchOptions launch = new LaunchOptions();

    @Override
    public Integer call() throws Exception {
        try (var site = launch.start(line -> System.err.println(line))) {
            System.out.println("Gateway ready: " + site.gateway());
            System.out.flush();
            System.err.println("  Data and token: " + launch.data().toAbsolutePath().normalize());
            System.err.println("  Metrics and health: " + site.management());
            System.err.println("  Stop with Ctrl-C; what was accepted is kept.");
            site.awaitClose();
        }
        return ExitCode.OK;
    }
}
