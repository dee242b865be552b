package dev.millrace.site.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `millrace view export`: gets all rows of a view, as many answers as it takes.
@Command(
        name = "export",
        description =
                "Write all rows of a view, or those that fit the filters, as NDJSON. The position that"
                        + " the view had when it began is the last line on the standard error.")
final class ViewExportCommand implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;
    @Mixin private SiteOptions site = new SiteOptions();
    @Mixin private ReadOptions read = new ReadOptions();

    @Parameters(paramLabel = "VIEW", description = "The view's name.")
    private String view = "";

    @Option(
            names = "--filter",
            paramLabel = "NAME=VALUE",
            description = "Only rows with this value; may be repeated.")
    private @Nullable Map<String, String> filters;

    @Option(names = "--reverse", description = "In the order opposite to the view's own.")
    private boolean reverse;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Where to write, all or nothing (default: the standard output).")
    private @Nullable Path file;

    @Override
    public Integer call() throws ApiProblem {
        var line = Objects.requireNonNull(spec, "picocli sets it").commandLine();
        var rows = new Rows();
        var to = file;
        try {
            if (to == null) {
                return rows.print(line.getOut(), line.getErr());
            }
            var part = to.resolveSibling(to.getFileName() + ".part");
            try {
                try (var out = Files.newOutputStream(part)) {
                    for (var body = rows.next(); body != null; body = rows.next()) {
                        body.transferTo(out);
                    }
                }
                Files.move(part, to, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException broken) {
            throw new ApiProblem(
                    0,
                    "%s was not written: %s"
                            .formatted(to == null ? "it" : to, broken.getMessage()));
        }
        line.getErr().println(rows.position);
        return ExitCode.OK;
    }

    /// The answers, one after another.
    private final class Rows {

        private final ApiClient api;
        private final Map<String, String> query;
        private String position = "";
        private boolean isOver;

        Rows() throws ApiProblem {
            api = site.connect();
            query = read.query(filters);
            if (reverse) {
                query.put("reverse", "true");
            }
        }

        /// Null if there are no more.
        @Nullable InputStream next() throws ApiProblem {
            if (isOver) {
                return null;
            }
            var answer = api.getForBytes("/v1/views/" + ApiClient.segment(view) + "/export", query);
            if (position.isEmpty()) {
                position = answer.headers().firstValue("Millrace-Position").orElse("");
            }
            var next = answer.headers().firstValue("Millrace-Next");
            next.ifPresent(token -> query.put("token", token));
            isOver = next.isEmpty();
            return new ByteArrayInputStream(answer.body());
        }

        int print(PrintWriter out, PrintWriter err) throws ApiProblem, IOException {
            for (var body = next(); body != null; body = next()) {
                out.write(new String(body.readAllBytes(), StandardCharsets.UTF_8));
                if (out.checkError()) { // nobody reads it any more
                    return ExitCode.SOFTWARE;
                }
            }
            err.println(position);
            return ExitCode.OK;
        }
    }
}
