package dev.millrace.site.cli;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `millrace search …`: finds passages by meaning and by words.
@Command(name = "search", description = "Find passages by meaning and by words.")
final class SearchCommand implements Callable<Integer> {

    @Mixin private SiteOptions site = new SiteOptions();
    @Mixin private Output output = new Output();

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "10",
            description = "At most so many hits, 1 to 100 (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Parameters(paramLabel = "TEXT", arity = "1..*", description = "What to look for.")
    private List<String> text = List.of();

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws ApiProblem {
        var body = ApiClient.object();
        body.put("text", String.join(" ", text));
        body.put("limit", limit);
        var answer = site.connect().post("/v1/search", body);
        var hits = new java.util.ArrayList<com.fasterxml.jackson.databind.JsonNode>();
        answer.path("hits").forEach(hits::add);
        var out =
                Objects.requireNonNull(spec, "picocli sets it before a command runs")
                        .commandLine()
                        .getOut();
        output.items(out, hits, "score", "name", "start", "end", "text");
        return 0;
    }
}
