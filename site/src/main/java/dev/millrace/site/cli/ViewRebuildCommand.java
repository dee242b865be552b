package dev.millrace.site.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `millrace view rebuild`: makes all views again, beside those that answer.
@Command(
        name = "rebuild",
        description =
                "Make all views again from the log, beside those that answer, which the new ones"
                        + " replace once they have come to where those are. With --wait the exit"
                        + " code is 1 unless they did.")
final class ViewRebuildCommand implements Callable<Integer> {

    private static final String PATH = "/v1/views/rebuild";
    private static final Duration PAUSE = Duration.ofMillis(500);

    @Spec private @Nullable CommandSpec spec;
    @Mixin private SiteOptions site = new SiteOptions();
    @Mixin private Output output = new Output();

    @ArgGroup private Instead instead = new Instead();

    @Option(names = "--wait", description = "Until it has ended, with a line for each step.")
    private boolean wait;

    /// What is done if no rebuild is to begin.
    static final class Instead {
        @Option(names = "--status", description = "Begin none: show how far it is.")
        private boolean status;

        @Option(names = "--cancel", description = "Give up the one that is under way.")
        private boolean cancel;
    }

    @Override
    public Integer call() throws ApiProblem, InterruptedException {
        var out = Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
        var api = site.connect();
        var rebuild = asked(api);
        if (!wait) {
            output.item(out, rebuild);
            return ExitCode.OK;
        }
        var told = "";
        while (rebuild.path("state").asText().equals("building")) {
            told = tell(out, rebuild, told);
            Thread.sleep(PAUSE);
            rebuild = api.get(PATH, Map.of());
        }
        output.item(out, rebuild);
        return rebuild.path("state").asText().equals("switched") ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private JsonNode asked(ApiClient api) throws ApiProblem {
        if (instead.status) {
            return api.get(PATH, Map.of());
        }
        return instead.cancel ? api.delete(PATH) : api.post(PATH, ApiClient.object());
    }

    /// Prints how far it is, unless that was told before.
    private String tell(PrintWriter out, JsonNode rebuild, String told) {
        var line = output.isJson() ? rebuild.toString() : line(rebuild);
        if (!line.equals(told)) {
            out.println(line);
            out.flush();
        }
        return line;
    }

    private static String line(JsonNode rebuild) {
        var generation = "generation " + rebuild.path("building").asInt();
        var progress = rebuild.path("progress");
        if (!progress.isObject()) {
            return generation + ": is being built";
        }
        var left = progress.path("seconds_left");
        return "%s: %,d of %,d (%d %%)%s"
                .formatted(
                        generation,
                        progress.path("folded").asLong(),
                        progress.path("total").asLong(),
                        (long) (100 * progress.path("fraction").asDouble()),
                        left.isNumber() ? ", %,d s left".formatted(left.asLong()) : "");
    }
}
