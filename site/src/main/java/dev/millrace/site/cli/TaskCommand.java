package dev.millrace.site.cli;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `millrace task …`: publishes tasks and shows what became of them.
@Command(
        name = "task",
        description = "Publish tasks and see what became of them.",
        subcommands = {
            TaskSubmitCommand.class,
            TaskCancelCommand.class,
            TaskWatchCommand.class,
            TaskWhyCommand.class
        })
final class TaskCommand {

    @Spec private @Nullable CommandSpec spec;

    @Command(description = "List tasks, newest first.")
    int list(
            @Mixin SiteOptions site,
            @Mixin Output output,
            @Mixin TaskFilters filters,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "50",
                            description = "At most so many (default: ${DEFAULT-VALUE}).")
                    int limit)
            throws ApiProblem {
        output.items(
                out(),
                site.connect().list("/v1/tasks", filters.query(), limit),
                "id",
                "kind",
                "state",
                "attempt",
                "created",
                "updated");
        return 0;
    }

    @Command(description = "Show one task.")
    int describe(
            @Mixin SiteOptions site,
            @Mixin Output output,
            @Parameters(paramLabel = "TASK", description = "The task's id.") String task,
            @Mixin ReadOptions read,
            @Mixin PastOption past)
            throws ApiProblem {
        var query = past.query(read.query(Map.of()));
        output.item(out(), site.connect().get("/v1/tasks/" + ApiClient.segment(task), query));
        return 0;
    }

    @Command(description = "Do the work of a task again, as a new task.")
    int rerun(
            @Mixin SiteOptions site,
            @Mixin Output output,
            @Parameters(paramLabel = "TASK", description = "The old task's id.") String task,
            @Option(
                            names = "--idempotency-key",
                            paramLabel = "KEY",
                            description = "Asking again with this key does nothing again.")
                    @Nullable String key,
            @Option(
                            names = "--not-before",
                            paramLabel = "TIME",
                            description = "When the first attempt may begin (default: at once).")
                    @Nullable String notBefore,
            @Option(
                            names = "--deadline",
                            paramLabel = "TIME",
                            description =
                                    "When the task expires if it has not ended (default: never).")
                    @Nullable String deadline)
            throws ApiProblem {
        var body = ApiClient.object();
        if (notBefore != null) {
            body.put("not_before", notBefore);
        }
        if (deadline != null) {
            body.put("deadline", deadline);
        }
        var once = key == null ? UUID.randomUUID().toString() : key;
        output.item(
                out(),
                site.connect().post("/v1/tasks/" + ApiClient.segment(task) + "/rerun", body, once));
        return 0;
    }

    @Command(
            description =
                    "Let a request or record among the dead letters be read once more: the same as"
                            + " `dead-letter redrive`.")
    int redrive(
            @Mixin SiteOptions site,
            @Mixin Output output,
            @Parameters(
                            paramLabel = "LETTER",
                            description = "PARTITION@OFFSET, as `dead-letter list` shows it.")
                    String letter)
            throws ApiProblem {
        DeadLetterCommand.redrive(spec(), site, output, letter);
        return 0;
    }

    @Command(description = "Show everything that happened to one task.")
    int history(
            @Mixin SiteOptions site,
            @Mixin Output output,
            @Parameters(paramLabel = "TASK", description = "The task's id.") String task)
            throws ApiProblem {
        output.items(
                out(),
                site.connect()
                        .list(
                                "/v1/tasks/" + ApiClient.segment(task) + "/history",
                                Map.of(),
                                Integer.MAX_VALUE),
                "version",
                "type",
                "time",
                "actor.id",
                "topic",
                "partition",
                "offset");
        return 0;
    }

    private java.io.PrintWriter out() {
        return spec().commandLine().getOut();
    }

    private CommandSpec spec() {
        return java.util.Objects.requireNonNull(spec, "picocli sets it before a command runs");
    }
}
