package dev.millrace.site.cli;

import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `millrace task why`.
@Command(
        name = "why",
        description =
                "Say in plain English why a task is where it is, and what happens next and when.")
final class TaskWhyCommand implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;
    @Mixin private SiteOptions site = new SiteOptions();

    @Parameters(paramLabel = "TASK", description = "The task's id.")
    private String task = "";

    @Override
    public Integer call() throws ApiProblem {
        var api = site.connect();
        var row = api.get("/v1/tasks/" + ApiClient.segment(task), Map.of());
        var history =
                api.list(
                        "/v1/tasks/" + ApiClient.segment(task) + "/history",
                        Map.of(),
                        Integer.MAX_VALUE);
        Objects.requireNonNull(spec, "picocli sets it")
                .commandLine()
                .getOut()
                .println(Explanation.of(row, history, InstantSource.system().instant()));
        return ExitCode.OK;
    }
}
