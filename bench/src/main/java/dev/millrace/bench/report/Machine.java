package dev.millrace.bench.report;

import dev.millrace.bench.site.JavaCommand;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// Where and with what something was measured.
///
/// @param commit of the sources; `unknown` where there are none, with `+` if they were changed
/// @param loadBefore how many threads wanted a processor in the minute before
public record Machine(
        String time,
        String commit,
        int cores,
        String cpu,
        long memoryMiB,
        String kernel,
        String jvm,
        List<String> jvmFlags,
        double loadBefore) {

    public Machine {
        jvmFlags = List.copyOf(jvmFlags);
    }

    /// This machine, now.
    public static Machine here() throws IOException, InterruptedException {
        var system = ManagementFactory.getOperatingSystemMXBean();
        return new Machine(
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                commitHere(),
                Runtime.getRuntime().availableProcessors(),
                field("/proc/cpuinfo", "model name"),
                Long.parseLong(field("/proc/meminfo", "MemTotal").replaceAll("\\D", "")) / 1024,
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                JavaCommand.flags().stream()
                        // A path of somebody's machine says nothing to others.
                        .filter(flag -> !flag.startsWith("-Dmillrace.home"))
                        .toList(),
                system.getSystemLoadAverage());
    }

    /// One line for people.
    public String line() {
        return "%d cores (%s), %.1f GiB, %s, %s; load before: %.1f"
                .formatted(cores, cpu, memoryMiB / 1024.0, kernel, jvm, loadBefore);
    }

    private static String field(String file, String name) throws IOException {
        return Files.readAllLines(Path.of(file)).stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }

    private static String commitHere() throws IOException, InterruptedException {
        var id = git("rev-parse", "--short", "HEAD");
        if (id.isEmpty()) {
            return "unknown";
        }
        return git("status", "--porcelain", "--untracked-files=no").isEmpty() ? id : id + "+";
    }

    private static String git(String... arguments) throws InterruptedException {
        var line = new java.util.ArrayList<>(List.of("git"));
        line.addAll(List.of(arguments));
        try {
            var process =
                    new ProcessBuilder(line)
                            .directory(Path.of(System.getProperty("millrace.home", ".")).toFile())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            var answer =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? answer.strip() : "";
        } catch (IOException _) {
            return ""; // no git here
        }
    }
}
