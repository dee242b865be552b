package dev.millrace.site.cli;

import dev.millrace.domain.audit.bundle.Bundle;
import dev.millrace.domain.audit.bundle.BundleVerifier;
import dev.millrace.domain.audit.bundle.Verdict;
import dev.millrace.domain.audit.note.TrustedKeys;
import dev.millrace.domain.audit.note.VerifierKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `millrace audit verify FILE`: checks evidence with no more than the keys that it is told.
@Command(
        name = "verify",
        description = {
            "Check evidence that `audit export` wrote, without a site: only the keys named here are"
                    + " trusted.",
            "Prints what is proved and what is not, and ends with 1 if anything in the file is not"
                    + " what it says."
        })
final class AuditVerifyCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "The evidence.")
    private Path file = Path.of("");

    @Option(
            names = "--key",
            paramLabel = "KEY",
            required = true,
            description =
                    "The site's public key, as `audit key` shows it: got before, by a way that you"
                            + " trust. Several if the site has changed it.")
    private List<String> keys = new ArrayList<>();

    @Option(
            names = "--witness",
            paramLabel = "KEY",
            description = "The public key of a witness that you trust; may be repeated.")
    private List<String> witnesses = new ArrayList<>();

    @Option(
            names = "--quorum",
            paramLabel = "N",
            description = "How many of these must have countersigned (default: all).")
    private @Nullable Integer quorum;

    @Mixin private Output output = new Output();

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws ApiProblem {
        var verdict = new BundleVerifier(trusted()).verify(content());
        var report = new VerdictReport(file.toString(), verdict);
        var out = spec().commandLine().getOut();
        if (output.isJson()) {
            out.println(report.json());
        } else {
            out.print(report.text());
        }
        return verdict instanceof Verdict.Proved ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private TrustedKeys trusted() {
        try {
            var countersigning = witnesses.stream().map(VerifierKey::parse).toList();
            long names = countersigning.stream().map(VerifierKey::name).distinct().count();
            return new TrustedKeys(
                    keys.stream().map(VerifierKey::parse).toList(),
                    countersigning,
                    quorum == null ? (int) names : quorum);
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec().commandLine(), String.valueOf(wrong.getMessage()));
        }
    }

    private byte[] content() throws ApiProblem {
        try {
            if (Files.size(file) > Bundle.MAX_BYTES) {
                throw new ApiProblem(
                        0,
                        "%s: %d bytes (expected: at most %d)"
                                .formatted(file, Files.size(file), Bundle.MAX_BYTES));
            }
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw new ApiProblem(0, "%s cannot be read: %s".formatted(file, unreadable));
        }
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(spec, "picocli sets it before a command runs");
    }
}
