package dev.millrace.site.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `millrace replay …`: makes views again from the log.
@Command(
        name = "replay",
        description =
                "Make views again from the log: as they were, or to prove that they are right.")
final class ReplayCommand {

    private static final String PATH = "/v1/replays";

    @Spec private @Nullable CommandSpec spec;

    @Command(
            description =
                    "Replay the log into a view of its own. Without --until the rows are held"
                            + " against the live view's, and the history of a task in any case;"
                            + " with --wait the exit code is 1 unless all are equal.")
    int start(
            @Mixin SiteOptions site,
            @Mixin Output output,
            @Parameters(
                            paramLabel = "VIEW",
                            arity = "0..1",
                            description = "tasks, task-counts, documents, usage or models.")
                    @Nullable String view,
            @Option(
                            names = "--entity",
                            paramLabel = "TASK",
                            description = "Replay the history of one task instead.")
                    @Nullable String entity,
            @Option(
                            names = "--from",
                            paramLabel = "MOMENT",
                            description =
                                    "Replay a range of the log instead: what came after a position,"
                                            + " or at a time or later.")
                    @Nullable String from,
            @Option(
                            names = "--until",
                            paramLabel = "MOMENT",
                            description =
                                    "A time (2026-11-22T10:00:00Z) or a position (default: now).")
                    @Nullable String until,
            @Option(
                            names = "--rate",
                            paramLabel = "N",
                            description = "Most records a second (default: as many as can be).")
                    @Nullable Integer rate,
            @Option(names = "--wait", description = "Until it has ended.") boolean wait)
            throws ApiProblem, InterruptedException {
        var body = ApiClient.object();
        if (from != null) {
            var range = body.putObject("range").put("from", from);
            if (view != null) {
                range.put("view", view);
            }
        } else if (view != null) {
            body.put("view", view);
        }
        if (entity != null) {
            body.put("entity", entity);
        }
        if (until != null) {
            body.put("until", until);
        }
        if (rate != null) {
            body.put("rate", rate);
        }
        var api = site.connect();
        var begun = api.post(PATH, body);
        var replay = wait ? new ReplayFollower(api).ended(begun) : begun;
        output.item(out(), replay);
        return wait && !ReplayFollower.isSound(replay) ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    @Command(description = "List the replays there are, the newest first.")
    int list(@Mixin SiteOptions site, @Mixin Output output) throws ApiProblem {
        output.items(
                out(),
                items(site.connect().get(PATH, Map.of())),
                "id",
                "view",
                "until",
                "state",
                "done",
                "total",
                "comparison.equal");
        return ExitCode.OK;
    }

    @Command(description = "Show how far a replay is, and what came of it.")
    int show(@Mixin SiteOptions site, @Mixin Output output, @Mixin Id replay) throws ApiProblem {
        output.item(out(), site.connect().get(replay.path(), Map.of()));
        return ExitCode.OK;
    }

    @Command(description = "Let a replay wait.")
    int pause(@Mixin SiteOptions site, @Mixin Output output, @Mixin Id replay) throws ApiProblem {
        return act(site, output, replay, "pause");
    }

    @Command(description = "Let a replay that waits go on.")
    int resume(@Mixin SiteOptions site, @Mixin Output output, @Mixin Id replay) throws ApiProblem {
        return act(site, output, replay, "resume");
    }

    @Command(description = "End a replay before its end.")
    int cancel(@Mixin SiteOptions site, @Mixin Output output, @Mixin Id replay) throws ApiProblem {
        return act(site, output, replay, "cancel");
    }

    @Command(description = "List what became of the task of a replay, event by event.")
    int steps(
            @Mixin SiteOptions site,
            @Mixin Output output,
            @Mixin Id replay,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "50",
                            description = "At most so many (default: ${DEFAULT-VALUE}).")
                    int limit)
            throws ApiProblem {
        output.items(
                out(),
                site.connect().list(replay.path() + "/steps", Map.of(), limit),
                "event.version",
                "event.time",
                "event.type",
                "row.state",
                "changed");
        return ExitCode.OK;
    }

    @Command(description = "List rows as they follow from what a replay has read.")
    int rows(
            @Mixin SiteOptions site,
            @Mixin Output output,
            @Mixin Id replay,
            @Option(
                            names = "--filter",
                            paramLabel = "NAME=VALUE",
                            description = "Only rows with this value; may be repeated.")
                    @Nullable Map<String, String> filters,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "50",
                            description = "At most so many (default: ${DEFAULT-VALUE}).")
                    int limit)
            throws ApiProblem {
        output.items(
                out(),
                site.connect()
                        .list(
                                replay.path() + "/rows",
                                filters == null ? Map.of() : filters,
                                limit));
        return ExitCode.OK;
    }

    /// The items of a list that is not paged.
    static List<JsonNode> items(JsonNode answer) {
        return StreamSupport.stream(answer.path("items").spliterator(), false).toList();
    }

    private int act(SiteOptions site, Output output, Id replay, String action) throws ApiProblem {
        output.item(out(), site.connect().post(replay.path() + "/" + action, ApiClient.object()));
        return ExitCode.OK;
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec, "picocli sets it before a command runs")
                .commandLine()
                .getOut();
    }

    /// Which replay.
    static final class Id {
        @Parameters(paramLabel = "REPLAY", description = "The replay's id.")
        private String id = "";

        String path() {
            return PATH + "/" + ApiClient.segment(id);
        }
    }
}
