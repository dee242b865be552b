package dev.millrace.site.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.domain.audit.bundle.BundleVerifier;
import dev.millrace.domain.audit.bundle.Verdict;
import dev.millrace.domain.audit.note.TrustedKeys;
import dev.millrace.domain.audit.note.VerifierKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `millrace audit export`: gets evidence of a site, as many files as it takes.
@Command(
        name = "export",
        description = {
            "Write evidence into a file: the records of a task, of a range of offsets, of a time, or of"
                    + " a person, with what proves them in the newest checkpoint.",
            "Who has the site's public key can check it with `millrace audit verify`, without the site."
                    + " Ends with 1 if it would be refused."
        })
final class AuditExportCommand implements Callable<Integer> {

    private static final int MOST_FILES = 1_000;

    @Mixin private SiteOptions site = new SiteOptions();

    @Option(names = "--task", paramLabel = "TASK", description = "All records of a task.")
    private @Nullable String task;

    @Option(
            names = "--subject",
            paramLabel = "SUBJECT",
            description =
                    "All records of a person's data, at any time or from --from to --to. What does not"
                            + " fit into one file goes into FILE.2, FILE.3 and so on.")
    private @Nullable String subject;

    @Option(
            names = "--actor",
            paramLabel = "ACTOR",
            description = "The same of what a person caused, by the id of the actor.")
    private @Nullable String actor;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            description = "Records of a topic; with --partition, --from and --to.")
    private @Nullable String topic;

    @Option(names = "--partition", paramLabel = "N", description = "Of that topic.")
    private @Nullable Integer partition;

    @Option(
            names = "--from",
            paramLabel = "FROM",
            description =
                    "The first offset; or a time, as in 2026-11-27T09:00:00Z, for all topics.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TO", description = "The end, not included.")
    private @Nullable String to;

    @Option(
            names = "--since",
            paramLabel = "SIZE",
            description =
                    "Also prove that nothing was changed since the checkpoint of this size (default:"
                            + " the first).")
    private @Nullable Long since;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE",
            required = true,
            description = "The file to write; it must not exist.")
    private Path file = Path.of("");

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws ApiProblem {
        var scope = scope();
        requireNew(file);
        var api = site.connect();
        var keys = api.get("/v1/audit/key", Map.of());
        var operator = VerifierKey.parse(keys.path("operator").asText());
        int code = ExitCode.OK;
        var next = file;
        for (int number = 2; ; number++) {
            var answer = api.postForBytes("/v1/audit/bundles", scope);
            write(next, answer.body());
            code = Math.max(code, told(next, answer.body(), operator));
            var rest = answer.headers().firstValue("Millrace-Next").orElse(null);
            if (rest == null) {
                return code;
            }
            if (number > MOST_FILES) {
                throw new ApiProblem(
                        0,
                        "more than %d files; ask for shorter times with --from and --to"
                                .formatted(MOST_FILES));
            }
            scope.put("after", rest);
            next = Path.of(file + "." + number);
            requireNew(next);
        }
    }

    private ObjectNode scope() {
        var scope = ApiClient.object();
        put("task", task, scope);
        put("subject", subject, scope);
        put("actor", actor, scope);
        put("topic", topic, scope);
        if (partition != null) {
            scope.put("partition", partition);
        }
        putEnd("from", from, scope);
        putEnd("to", to, scope);
        if (since != null) {
            scope.put("since", since);
        }
        return scope;
    }

    private static void put(String field, @Nullable String text, ObjectNode scope) {
        if (text != null) {
            scope.put(field, text);
        }
    }

    /// Offsets of a topic, else times.
    private void putEnd(String field, @Nullable String text, ObjectNode scope) {
        if (text == null || topic == null) {
            put(field, text, scope);
            return;
        }
        try {
            scope.put(field, Long.parseLong(text));
        } catch (NumberFormatException notNumber) {
            throw new ParameterException(
                    spec().commandLine(), "--%s: %s (expected: an offset)".formatted(field, text));
        }
    }

    private static void requireNew(Path file) throws ApiProblem {
        if (Files.exists(file)) {
            throw new ApiProblem(0, file + " exists (expected: the name of a new file)");
        }
    }

    private void write(Path to, byte[] bundle) throws ApiProblem {
        try {
            // It shows what records hold, so it is nobody else's to read.
            Files.createFile(
                    to,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.write(to, bundle);
        } catch (IOException refused) {
            throw new ApiProblem(0, to + " cannot be written: " + refused.getMessage());
        }
        spec().commandLine().getOut().printf("%s: %d bytes%n", to, bundle.length);
    }

    /// Whoever hands evidence over is to know before if it proves nothing.
    private int told(Path of, byte[] bundle, VerifierKey operator) {
        var trusted = new TrustedKeys(List.of(operator), List.of(), 0);
        if (new BundleVerifier(trusted).verify(bundle) instanceof Verdict.Refused(var flaws)) {
            var err = spec().commandLine().getErr();
            err.printf("millrace: %s proves nothing, as the log is not what was signed:%n", of);
            flaws.forEach(flaw -> err.println("  " + flaw));
            return ExitCode.SOFTWARE;
        }
        return ExitCode.OK;
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(spec, "picocli sets it before a command runs");
    }
}
