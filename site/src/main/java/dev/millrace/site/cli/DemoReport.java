package dev.millrace.site.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/// Shows what a site now holds, by asking it over HTTP: views, searches, the log.
final class DemoReport {

    private static final int MOST_ROWS = 15;
    private static final int MOST_HITS = 3;

    private final ApiClient api;
    private final PrintStream out;

    DemoReport(ApiClient api, PrintStream out) {
        this.api = api;
        this.out = out;
    }

    void skipped(List<DocumentFolder.Skipped> skipped) {
        if (skipped.isEmpty()) {
            return;
        }
        heading("Left out");
        var table = new Table("file", "why");
        skipped.stream().limit(MOST_ROWS).forEach(file -> table.row(file.name(), file.reason()));
        out.print(table);
        more(skipped.size());
    }

    void views(List<JsonNode> documents) throws ApiProblem {
        heading("Tasks by state (view task-counts)");
        rows(api.list("/v1/views/task-counts", Map.of(), 1000), "kind", "state", "count");
        heading("Documents (view documents)");
        rows(documents, "name", "state", "chunks", "embedded", "searchable", "bytes");
        heading("Throughput in spans of ten seconds (view throughput)");
        rows(
                api.list("/v1/views/throughput", Map.of(), MOST_ROWS),
                "start",
                "documents",
                "chunks",
                "embeddings",
                "searchable",
                "tasks_ended");
    }

    void searches(List<String> phrases) throws ApiProblem {
        for (var phrase : phrases) {
            var body = ApiClient.object();
            body.put("text", phrase);
            body.put("limit", MOST_HITS);
            var answer = api.post("/v1/search", body);
            heading("Search: “%s” (%s)".formatted(phrase, answer.path("mode").asText()));
            var table = new Table("score", "name", "where", "text");
            for (var hit : answer.path("hits")) {
                table.row(
                        "%.4f".formatted(hit.path("score").asDouble()),
                        hit.path("name").asText(),
                        hit.path("start").asText() + "–" + hit.path("end").asText(),
                        hit.path("text").asText());
            }
            out.print(table);
        }
    }

    void history(String name, String task) throws ApiProblem {
        heading("From the log: how %s was taken in (task %s)".formatted(name, task));
        rows(EventCommand.history(api, task), EventCommand.COLUMNS);
    }

    void heading(String text) {
        out.println();
        out.println(text);
    }

    private void rows(List<JsonNode> rows, String... columns) {
        if (rows.isEmpty()) {
            out.println("  (none)");
            return;
        }
        var table = new Table(columns);
        rows.stream()
                .limit(MOST_ROWS)
                .forEach(row ->
                        table.row(
                                List.of(columns).stream()
                                        .map(column -> Output.cell(row, column))
                                        .toArray()));
        out.print(table);
        more(rows.size());
    }

    private void more(int all) {
        if (all > MOST_ROWS) {
            out.println("  … and %,d more".formatted(all - MOST_ROWS));
        }
    }
}
