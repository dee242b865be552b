package dev.millrace.site.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `millrace view …`: reads the materialized views.
@Command(
        name = "view",
        description = "Read the materialized views.",
        subcommands = {ViewWatchCommand.class, ViewExportCommand.class, ViewRebuildCommand.class})
final class ViewCommand {

    private static final int MOST_IN_A_PAGE = 1000;

    @Spec private @Nullable CommandSpec spec;

    @Command(description = "List the views there are.")
    int list(@Mixin SiteOptions site, @Mixin Output output) throws ApiProblem {
        output.items(
                out(),
                ReplayCommand.items(site.connect().get("/v1/views", Map.of())),
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
            @Option(names = "--reverse", description = "In the order opposite to the view's own.")
                    boolean reverse,
            @Mixin ReadOptions read,
            @Option(
                            names = "--as-of",
                            paramLabel = "MOMENT",
                            description =
                                    "As it was then: a time (2026-11-22T10:00:00Z) or a position."
                                            + " The log is replayed up to it.")
                    @Nullable String asOf,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "50",
                            description = "At most so many (default: ${DEFAULT-VALUE}).")
                    int limit)
            throws ApiProblem, InterruptedException {
        var query = read.query(filters);
        if (reverse) {
            query.put("reverse", "true");
        }
        if (asOf != null && query.containsKey("after")) {
            throw new ParameterException(
                    Objects.requireNonNull(spec, "picocli sets it").commandLine(),
                    "--after: together with --as-of (expected: one of them)");
        }
        var api = site.connect();
        var rows =
                asOf == null
                        ? "/v1/views/" + ApiClient.segment(view)
                        : new ReplayFollower(api).rowsAsOf(view, asOf);
        output.items(out(), api.list(rows, query, limit));
        return 0;
    }

    @Command(
            description =
                    "Count the rows of a view; at 100,000 counting may end, and `more` is true.")
    int count(
            @Mixin SiteOptions site,
            @Mixin Output output,
            @Parameters(paramLabel = "VIEW", description = "The view's name.") String view,
            @Option(
                            names = "--filter",
                            paramLabel = "NAME=VALUE",
                            description = "Only rows with this value; may be repeated.")
                    @Nullable Map<String, String> filters)
            throws ApiProblem {
        var query = new TreeMap<>(filters == null ? Map.of() : filters);
        query.put("count", "true");
        query.put("limit", "1");
        var page = site.connect().get("/v1/views/" + ApiClient.segment(view), query);
        output.item(
                out(),
                ApiClient.object()
                        .put("count", page.path("count").longValue())
                        .put("more", !page.path("count_is_exact").booleanValue()));
        return 0;
    }

    @Command(description = "Show one row of a view.")
    int get(
            @Mixin SiteOptions site,
            @Mixin Output output,
            @Parameters(paramLabel = "VIEW", description = "The view's name.") String view,
            @Parameters(paramLabel = "KEY", description = "The row's key.") String key,
            @Mixin ReadOptions read,
            @Mixin PastOption past)
            throws ApiProblem, InterruptedException {
        var query = past.query(read.query(Map.of()));
        var path = "/v1/views/" + ApiClient.segment(view) + "/" + ApiClient.segment(key);
        output.item(out(), new ReplayFollower(site.connect()).row(path, query));
        return 0;
    }

    @Command(
            description =
                    "List what differs between two moments: rows that were added, have changed or"
                            + " were removed. The log is replayed for that, but for one task.")
    int diff(
            @Mixin SiteOptions site,
            @Mixin Output output,
            @Parameters(paramLabel = "VIEW", description = "The view's name.") String view,
            @Parameters(
                            paramLabel = "KEY",
                            arity = "0..1",
                            description = "The key of a row, to show that one alone.")
                    @Nullable String key,
            @Option(
                            names = "--from",
                            paramLabel = "MOMENT",
                            required = true,
                            description =
                                    "The earlier one: a time (2026-11-22T10:00:00Z) or a position;"
                                            + " of one task also an event's id.")
                    String from,
            @Option(
                            names = "--to",
                            paramLabel = "MOMENT",
                            description = "The later one (default: now).")
                    @Nullable String to,
            @Option(
                            names = "--filter",
                            paramLabel = "NAME=VALUE",
                            description =
                                    "Only rows with this value at either moment; may be repeated.")
                    @Nullable Map<String, String> filters,
            @Option(
                            names = "--fields",
                            paramLabel = "NAME,…",
                            description = "Compare only these fields (default: all).")
                    @Nullable String fields,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "50",
                            description = "At most so many (default: ${DEFAULT-VALUE}).")
                    int limit)
            throws ApiProblem, InterruptedException {
        var query = new TreeMap<>(key != null || filters == null ? Map.of() : filters);
        query.put("from", from);
        if (to != null) {
            query.put("to", to);
        }
        if (fields != null) {
            query.put("fields", fields);
        }
        var follower = new ReplayFollower(site.connect());
        var path = "/v1/views/" + ApiClient.segment(view);
        if (key != null) {
            var row = path + "/" + ApiClient.segment(key) + "/diff";
            output.item(out(), follower.answered(row, query));
            return 0;
        }
        var changes = new ArrayList<JsonNode>();
        var next = "";
        do {
            query.put("limit", Integer.toString(Math.min(MOST_IN_A_PAGE, limit - changes.size())));
            var page = follower.answered(path + "/diff", query);
            page.path("items").forEach(changes::add);
            next = page.path("next_token").asText("");
            query.put("token", next);
        } while (changes.size() < limit && !next.isEmpty() && !next.equals("null"));
        output.items(out(), changes, "key", "change", "fields");
        return 0;
    }

    private java.io.PrintWriter out() {
        return Objects.requireNonNull(spec, "picocli sets it before a command runs")
                .commandLine()
                .getOut();
    }
}
