package dev.millrace.site.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `millrace task submit`: one task, or one a line of a file.
///
/// With `--wait` the exit code is 0 only if the task succeeded; with `--file` only if no line was
/// refused.
@Command(name = "submit", description = "Publish a task, or one a line of a file.")
final class TaskSubmitCommand implements Callable<Integer> {

    private static final String STANDARD_INPUT = "-";
    private static final String FOREVER = "0";
    private static final Duration LONGEST_WAIT = Duration.ofDays(365);

    @Spec private @Nullable CommandSpec spec;
    @Mixin private SiteOptions site = new SiteOptions();
    @Mixin private Output output = new Output();

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            description = "The kind of task, for instance ingest.")
    private @Nullable String kind;

    @Option(
            names = "--input",
            paramLabel = "JSON",
            description =
                    "The input, a JSON object; @FILE reads it from a file, - from standard input.")
    private @Nullable String input;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description =
                    "Publish a task a line: a JSON object with kind, input and whatever else"
                            + " POST /v1/tasks takes, and perhaps idempotency_key; - reads standard"
                            + " input. The other options hold for lines that do not say otherwise.")
    private @Nullable String file;

    @Option(
            names = "--idempotency-key",
            paramLabel = "KEY",
            description = "Submitting again with this key does nothing again.")
    private @Nullable String key;

    @Option(
            names = "--priority",
            paramLabel = "P",
            description = "high, normal or low (default: normal).")
    private @Nullable String priority;

    @Option(
            names = "--after",
            paramLabel = "TASK",
            split = ",",
            description = "Tasks that are to succeed before it begins.")
    private List<String> after = List.of();

    @Option(
            names = "--not-before",
            paramLabel = "TIME",
            description =
                    "When the first attempt may begin, for instance 2026-11-22T10:00:00Z (default: at"
                            + " once).")
    private @Nullable String notBefore;

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            description = "When the task expires if it has not ended (default: never).")
    private @Nullable String deadline;

    @Option(
            names = "--max-attempts",
            paramLabel = "N",
            description = "1 for never again (default: 3).")
    private @Nullable Integer maxAttempts;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            arity = "0..1",
            fallbackValue = FOREVER,
            description =
                    "Wait until the task has ended, so many seconds at most (default: as long as it"
                            + " takes), and fail unless it succeeded.")
    private @Nullable Long wait;

    @Override
    public Integer call() throws ApiProblem, InterruptedException {
        if (file != null) {
            return submitLines(file);
        }
        if (kind == null || input == null) {
            throw misused("Missing required options: --kind and --input, or --file");
        }
        var body = terms();
        body.set("input", parse(input));
        // The client asks again after a 503; under a key, even a fresh one, that submits only once.
        var once = key == null ? UUID.randomUUID().toString() : key;
        var api = site.connect();
        if (wait == null) {
            output.item(out(), api.post("/v1/tasks", body, once));
            return ExitCode.OK;
        }
        var task =
                new TaskFollower(api)
                        .untilEnded(
                                seconds -> api.post("/v1/tasks", body, once, seconds), longest());
        output.item(out(), task);
        if (!TaskFollower.hasEnded(task)) {
            err().println("millrace: the task has not ended yet; `millrace task watch` follows it");
        }
        return TaskFollower.hasSucceeded(task) ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private int submitLines(String from) throws ApiProblem, InterruptedException {
        if (input != null || key != null || wait != null) {
            throw misused("--file goes without --input, --idempotency-key and --wait");
        }
        var lines =
                new TaskLines(
                        site.connect(), terms(), () -> UUID.randomUUID().toString(), this::show);
        try (var reader = reader(from)) {
            var result = lines.submit(reader);
            err().printf(
                            "millrace: %,d submitted, %,d refused%n",
                            result.submitted(), result.refused());
            return result.refused() == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
        } catch (IOException unreadable) {
            throw misused("--file: " + from + " cannot be read as UTF-8 text");
        }
    }

    /// For people, who do not want to read about each line that went well, only the others.
    private void show(JsonNode line) {
        if (output.isJson()) {
            out().println(line);
        } else if (line.has("problem")) {
            err().printf(
                            "line %d: %s%n",
                            line.path("line").asLong(), line.path("problem").asText());
        }
    }

    private ObjectNode terms() {
        var terms = ApiClient.object();
        put(terms, "kind", kind);
        put(terms, "priority", priority);
        if (!after.isEmpty()) {
            var tasks = terms.putArray("after");
            after.forEach(tasks::add);
        }
        put(terms, "not_before", notBefore);
        put(terms, "deadline", deadline);
        if (maxAttempts != null) {
            terms.putObject("retries").put("max_attempts", maxAttempts);
        }
        return terms;
    }

    private static void put(ObjectNode object, String field, @Nullable String value) {
        if (value != null) {
            object.put(field, value);
        }
    }

    private Duration longest() {
        long seconds = wait == null ? 0 : wait;
        if (seconds < 0) {
            throw misused("--wait: " + seconds + " (expected: a number of seconds, or none)");
        }
        return seconds == 0 || seconds > LONGEST_WAIT.toSeconds()
                ? LONGEST_WAIT
                : Duration.ofSeconds(seconds);
    }

    private JsonNode parse(String text) {
        try {
            return ApiClient.JSON.readTree(text(text));
        } catch (JsonProcessingException malformed) {
            throw misused("--input is not JSON: " + malformed.getOriginalMessage());
        } catch (IOException unreadable) {
            throw misused("--input: " + text + " cannot be read as UTF-8 text");
        }
    }

    private static String text(String input) throws IOException {
        if (input.equals(STANDARD_INPUT)) {
            return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        }
        return input.startsWith("@") ? Files.readString(Path.of(input.substring(1))) : input;
    }

    private static BufferedReader reader(String from) throws IOException {
        return from.equals(STANDARD_INPUT)
                ? new BufferedReader(
                        new InputStreamReader(System.in, StandardCharsets.UTF_8.newDecoder()))
                : Files.newBufferedReader(Path.of(from));
    }

    private ParameterException misused(String why) {
        return new ParameterException(spec().commandLine(), why);
    }

    private PrintWriter out() {
        return spec().commandLine().getOut();
    }

    private PrintWriter err() {
        return spec().commandLine().getErr();
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(spec, "picocli sets it before a command runs");
    }
}
