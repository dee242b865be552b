package dev.millrace.site.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Console;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `millrace task cancel`: one task, or all that have not ended.
///
/// With `--all` the exit code is 0 if none is left that could not be cancelled.
@Command(name = "cancel", description = "End a task, wherever it is, or all of some tasks.")
final class TaskCancelCommand implements Callable<Integer> {

    private final @Nullable UnaryOperator<String> terminal;

    @Spec private @Nullable CommandSpec spec;
    @Mixin private SiteOptions site = new SiteOptions();
    @Mixin private Output output = new Output();
    @Mixin private TaskFilters filters = new TaskFilters();

    @Parameters(
            paramLabel = "TASK",
            arity = "0..1",
            description = "The task's id; none with --all.")
    private @Nullable String task;

    @Option(
            names = "--all",
            description =
                    "Cancel every task that has not ended, or those of them that --state, --kind,"
                            + " --parent and --rerun-of name.")
    private boolean all;

    @Option(
            names = "--why",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "For whoever reads the history.")
    private String why = "";

    @Option(names = "--yes", description = "Do not ask before --all is done.")
    private boolean yes;

    TaskCancelCommand() {
        this(terminal());
    }

    /// @param terminal shows a question, and returns the answer; null if nobody is there to answer
    TaskCancelCommand(@Nullable UnaryOperator<String> terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws ApiProblem, InterruptedException {
        var query = filters.query();
        if (all) {
            return cancelAll(query);
        }
        if (task == null || !query.isEmpty() || yes) {
            throw misused("expected: TASK, or --all with or without filters");
        }
        var body = ApiClient.object().put("why", why);
        output.item(
                out(),
                site.connect().post("/v1/tasks/" + ApiClient.segment(task) + "/cancel", body));
        return ExitCode.OK;
    }

    private int cancelAll(Map<String, String> query) throws ApiProblem, InterruptedException {
        if (task != null) {
            throw misused("--all goes without TASK");
        }
        var state = query.get(TaskFilters.STATE);
        if (state != null && !TaskCancellation.OPEN.contains(state)) {
            throw misused(
                    "--state: %s (expected: %s)"
                            .formatted(state, String.join(", ", TaskCancellation.OPEN)));
        }
        if (!isWanted(query)) {
            err().println("millrace: nothing was cancelled");
            return ExitCode.SOFTWARE;
        }
        query.remove(TaskFilters.STATE);
        var states = state == null ? TaskCancellation.OPEN : List.of(state);
        var result = new TaskCancellation(site.connect(), query, states, why, this::show).run();
        output.item(
                out(),
                ApiClient.object()
                        .put("cancelled", result.cancelled())
                        .put("ended_before", result.ended())
                        .put("failed", result.failed()));
        if (!result.isWhole()) {
            err().println(
                            "millrace: the view has not caught up, so tasks may be left; do it again");
        }
        return result.failed() == 0 && result.isWhole() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private boolean isWanted(Map<String, String> query) {
        if (yes) {
            return true;
        }
        if (terminal == null) {
            throw misused("--all asks first, and there is no terminal to ask at; add --yes");
        }
        var which =
                query.entrySet().stream()
                        .map(filter -> ", %s %s".formatted(filter.getKey(), filter.getValue()))
                        .collect(Collectors.joining());
        var answer =
                terminal.apply("Cancel every task that has not ended%s? [y/N] ".formatted(which));
        return answer != null && answer.strip().equalsIgnoreCase("y");
    }

    private static @Nullable UnaryOperator<String> terminal() {
        return Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .<UnaryOperator<String>>map(console -> question -> console.readLine("%s", question))
                .orElse(null);
    }

    private void show(JsonNode failed) {
        err().println(
                        output.isJson()
                                ? failed.toString()
                                : "%s: %s"
                                        .formatted(
                                                failed.path("id").asText(),
                                                failed.path("problem").asText()));
    }

    private ParameterException misused(String what) {
        return new ParameterException(spec().commandLine(), what);
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
