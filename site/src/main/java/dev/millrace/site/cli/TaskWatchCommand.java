package dev.millrace.site.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `millrace task watch`: exit code 0 if the task succeeded, 1 if it ended otherwise.
@Command(
        name = "watch",
        description = "Follow a task until it ends, and say whether it succeeded by the exit code.")
final class TaskWatchCommand implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;
    @Mixin private SiteOptions site = new SiteOptions();
    @Mixin private Output output = new Output();

    @Parameters(paramLabel = "TASK", description = "The task's id.")
    private String task = "";

    @Override
    public Integer call() throws ApiProblem, InterruptedException {
        var out = Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
        boolean succeeded =
                new TaskFollower(site.connect())
                        .watch(
                                task,
                                event ->
                                        out.println(
                                                output.isJson()
                                                        ? event.toString()
                                                        : EventLine.of(event)));
        return succeeded ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
