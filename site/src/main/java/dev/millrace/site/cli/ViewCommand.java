package dev.millrace.site.cli;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `millrace view …`: reads the materialized views.
@Command(name = "view", description = "Read the materialized views.")
final class ViewCommand {

    @Spec private @Nullable CommandSpec spec;

    @Command(description = "List the views there are.")
    int list(@Mixin SiteOptions site, @Mixin Output output) throws ApiProblem {
        output.items(
                out(),
                site.connect().list("/v1/views", Map.of(), Integer.MAX_VALUE),
                "name",
                "key",
                "filters",
                "summary");
        return 0;
    }

    @Command(description = "List the rows of a view.")
    int query(
            @Mixin SiteOptions site,
            @Mixin Output output,
            @Parameters(paramLabel = "VIEW", description = "The view's name.") String view,
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
                        .list("/v1/views/" + view, filters == null ? Map.of() : filters, limit));
        return 0;
    }

    @Command(description = "Show one row of a view.")
    int get(
            @Mixin SiteOptions site,
            @Mixin Output output,
            @Parameters(paramLabel = "VIEW", description = "The view's name.") String view,
            @Parameters(paramLabel = "KEY", description = "The row's key.") String key)
            throws ApiProblem {
        output.item(out(), site.connect().get("/v1/views/" + view + "/" + key, Map.of()));
        return 0;
    }

    private java.io.PrintWriter out() {
        return Objects.requireNonNull(spec, "picocli sets it before a command runs")
                .commandLine()
                .getOut();
    }
}
