package dev.millrace.site.cli;

import dev.millrace.domain.audit.Checkpoint;
import dev.millrace.domain.audit.bundle.Bundle;
import dev.millrace.domain.audit.bundle.BundleVerifier;
import dev.millrace.domain.audit.bundle.Verdict;
import dev.millrace.domain.audit.note.SignedNote;
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

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            description =
                    "A checkpoint that you hold, the signed text as `audit checkpoints -o json` or"
                            + " `audit/log/checkpoint` gave it: the evidence has to be of the same"
                            + " history. May be repeated.")
    private List<Path> held = new ArrayList<>();

    @Mixin private Output output = new Output();

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws ApiProblem {
        var trusted = trusted();
        var verdict = new BundleVerifier(trusted).verify(content());
        for (var checkpoint : held) {
            verdict = heldAgainst(checkpoint, trusted, verdict);
        }
        var report = new VerdictReport(file.toString(), verdict);
        var out = spec().commandLine().getOut();
        if (output.isJson()) {
            out.println(report.json());
        } else {
            out.print(report.text());
        }
        return verdict instanceof Verdict.Proved ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    /// The same verdict, or that the evidence is not of the history that somebody holds a
    /// checkpoint of.
    private Verdict heldAgainst(Path checkpoint, TrustedKeys trusted, Verdict verdict)
            throws ApiProblem {
        if (!(verdict instanceof Verdict.Proved proved)) {
            return verdict;
        }
        try {
            var note = SignedNote.parse(Files.readAllBytes(checkpoint));
            var _ = trusted.check(note);
            var mine = Checkpoint.parse(note.text());
            for (var seen : List.of(proved.now(), before(proved))) {
                if (seen.size() == mine.size()) {
                    return seen.root().equals(mine.root())
                            ? verdict
                            : new Verdict.Refused(
                                    List.of(
                                            new Verdict.Flaw(
                                                    checkpoint.toString(),
                                                    "of size %d, like one in the evidence, and of"
                                                                    .formatted(mine.size())
                                                            + " another history: the site has"
                                                            + " signed two")));
                }
            }
            throw new ApiProblem(
                    0,
                    "%s is of size %d, and the evidence compares %d with %d; have it exported again with --since %d (a site compares with its newest 1,024 checkpoints, and every 256th before)"
                            .formatted(
                                    checkpoint,
                                    mine.size(),
                                    proved.now().size(),
                                    before(proved).size(),
                                    mine.size()));
        } catch (IOException | IllegalArgumentException unusable) {
            throw new ApiProblem(
                    0, "%s is no checkpoint of this site: %s".formatted(checkpoint, unusable));
        }
    }

    private static Verdict.Seen before(Verdict.Proved proved) {
        var before = proved.before();
        return before == null ? proved.now() : before;
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
