package dev.millrace.site.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `millrace view watch`: the rows of a view, and from then on those that change.
@Command(
        name = "watch",
        description =
                "Print the rows of a view, or one of them, and go on with each that changes. It goes on"
                        + " by itself when the connection breaks; a row may then be printed again.")
final class ViewWatchCommand implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;
    @Mixin private SiteOptions site = new SiteOptions();
    @Mixin private Output output = new Output();
    @Mixin private ReadOptions read = new ReadOptions();

    @Parameters(index = "0", paramLabel = "VIEW", description = "The view's name.")
    private String view = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "KEY",
            description = "Only the row of this key.")
    private @Nullable String key;

    @Option(
            names = "--filter",
            paramLabel = "NAME=VALUE",
            description = "Only rows with this value; may be repeated.")
    private @Nullable Map<String, String> filters;

    @Option(names = "--limit", paramLabel = "N", description = "Stop after so many lines.")
    private @Nullable Integer limit;

    @Override
    public Integer call() throws ApiProblem, InterruptedException {
        var out = Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
        var rows = "/v1/views/" + ApiClient.segment(view);
        var path = key == null ? rows : rows + "/" + ApiClient.segment(key);
        var left = new AtomicInteger(limit == null ? Integer.MAX_VALUE : Math.max(1, limit));
        EventTail.ofRows(site.connect(), path, read.query(filters))
                .follow((name, data) -> {
                    print(out, name, data);
                    // Where nobody reads it any more, it is over too.
                    return !out.checkError() && left.decrementAndGet() > 0;
                });
        return 0;
    }

    private void print(PrintWriter out, String name, JsonNode data) {
        if (output.isJson()) {
            ObjectNode line = ApiClient.object().put("event", name);
            data.properties().forEach(field -> line.set(field.getKey(), field.getValue()));
            out.println(line);
        } else {
            switch (name) {
                case "row" ->
                        out.printf(
                                "%-8s  %s  %s%n",
                                name, data.path("key").asText(), data.path("row"));
                case "removed" -> out.printf("%-8s  %s%n", name, data.path("key").asText());
                case "complete" -> out.printf("%-8s  %s%n", name, data.path("position").asText());
                default -> out.println(name);
            }
        }
        out.flush();
    }
}
