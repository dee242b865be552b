package dev.millrace.site.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `millrace demo`: starts a site, takes in the documents of a folder, and shows what happened.
@Command(
        name = "demo",
        description = "Run a site, take in the documents of a folder, and show what happened.")
final class DemoCommand implements Callable<Integer> {

    private static final int SEARCHES = 3;

    @Mixin private LaunchOptions launch = new LaunchOptions();

    @Option(names = "--exit", description = "Stop when done; the last line is one JSON object.")
    private boolean exit;

    @Parameters(
            paramLabel = "FOLDER",
            arity = "0..1",
            description = "Text, Markdown and HTML files (default: this project's documentation).")
    private @Nullable Path folder;

    @Override
    public Integer call() throws Exception {
        var source = folder != null ? folder : documentation();
        if (!Files.isDirectory(source)) {
            throw new ApiProblem(0, "folder: " + source + " (expected: an existing folder)");
        }
        var documents = scan(source);
        if (documents.documents().isEmpty()) {
            throw new ApiProblem(
                    0,
                    "folder: %s holds no text, Markdown or HTML file (%,d others were looked at)"
                            .formatted(source, documents.skipped().size()));
        }
        System.err.println("Starting a site …");
        var bars = new ProgressBars(System.err, isTerminal());
        try (var site = launch.start(bars::note)) {
            var token = Files.readString(launch.data().resolve("token")).strip();
            var gateway = site.gateway();
            var api = new ApiClient(gateway, token);
            System.err.println("Taking in " + source.toAbsolutePath().normalize() + " …");

            long began = System.nanoTime();
            var result = new Ingestion(api, bars).run(documents);
            double seconds = Math.round((System.nanoTime() - began) / 1e7) / 100.0;

            show(api, documents, result);
            var next = new DemoReport(api, System.out);
            next.heading("Where it all lives");
            var where =
                    new Table("what", "where")
                            .row("gateway", gateway)
                            .row("contract", gateway.resolve("/openapi.yaml"))
                            .row("data, token, log", launch.data().toAbsolutePath().normalize());
            System.out.print(where);
            if (exit) {
                System.out.println(summary(result, seconds, gateway.toString()));
                System.out.flush();
                return ExitCode.OK;
            }
            System.out.println(
                    """

                    Try next, in another terminal:
                      ./millrace search "%s"
                      ./millrace task list
                      ./millrace view list
                      ./millrace event list --topic millrace.documents

                    The site goes on running; Ctrl-C stops it and keeps what it accepted.\
                    """
                            .formatted(phrases(documents).stream().findFirst().orElse("mill")));
            System.out.flush();
            site.awaitClose();
        }
        return ExitCode.OK;
    }

    private static void show(ApiClient api, DocumentFolder documents, Ingestion.Result result)
            throws ApiProblem {
        var report = new DemoReport(api, System.out);
        report.skipped(result.skipped());
        report.views(result.rows());
        report.searches(phrases(documents));
        var longest =
                result.rows().stream()
                        .max(Comparator.comparingLong(row -> row.path("chunks").asLong()));
        if (longest.isPresent()) {
            report.history(
                    longest.get().path("name").asText(), longest.get().path("task").asText());
        }
    }

    private static List<String> phrases(DocumentFolder documents) {
        return SamplePhrases.of(documents.documents(), SEARCHES);
    }

    private static JsonNode summary(Ingestion.Result result, double seconds, String gateway) {
        return ApiClient.object()
                .put("documents", result.rows().size())
                .put("chunks", result.sum("chunks"))
                .put("embeddings", result.sum("embedded"))
                .put("searchable", result.searchable())
                .put("skipped", result.skipped().size())
                .put("seconds", seconds)
                .put("gateway", gateway);
    }

    private static DocumentFolder scan(Path source) throws ApiProblem {
        try {
            return DocumentFolder.scan(source.toRealPath());
        } catch (IOException unreadable) {
            throw new ApiProblem(0, "folder: " + source + " cannot be read");
        }
    }

    private static boolean isTerminal() {
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }

    private static Path documentation() {
        return Path.of(System.getProperty("millrace.home", "."), "docs");
    }
}
