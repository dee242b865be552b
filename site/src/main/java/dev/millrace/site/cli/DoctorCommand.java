package dev.millrace.site.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.site.doctor.Doctor;
import dev.millrace.site.doctor.Finding;
import dev.millrace.site.doctor.Finding.Verdict;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `millrace doctor`: says what a site lacks, and what to do about it. Exit code 1 if it lacks
/// anything that it cannot run without.
@Command(
        name = "doctor",
        description = {
            "Look at the JDK, disk, ports, Kafka, registry and clock, and say what to do.",
            "Exit code 1 if something is found that a site cannot run with."
        })
final class DoctorCommand implements Callable<Integer> {

    @Mixin private ConfigOptions options = new ConfigOptions();
    @Mixin private Output output = new Output();

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        var findings = new Doctor(options.config(), InstantSource.system()).examine();
        var out =
                Objects.requireNonNull(spec, "picocli sets it before a command runs")
                        .commandLine()
                        .getOut();
        for (var finding : findings) {
            if (output.isJson()) {
                out.println(json(finding));
            } else {
                out.printf(
                        "%-4s  %-16s  %s%n",
                        finding.verdict(), finding.subject(), finding.detail());
                if (!finding.advice().isEmpty()) {
                    out.printf("      %-16s  → %s%n", "", finding.advice());
                }
            }
        }
        return findings.stream().map(Finding::verdict).anyMatch(Verdict.FAIL::equals)
                ? ExitCode.SOFTWARE
                : ExitCode.OK;
    }

    private static JsonNode json(Finding finding) {
        return ApiClient.object()
                .put("verdict", finding.verdict().toString())
                .put("subject", finding.subject())
                .put("detail", finding.detail())
                .put("advice", finding.advice());
    }
}
