package dev.millrace.site.cli;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `millrace event export`: a topic of the log as a file.
@Command(
        name = "export",
        description =
                "Write a topic's events to the end of the log, as NDJSON, a line an event with its"
                        + " place, or as an Avro container file. The position to go on from is the"
                        + " last line on the standard error.")
final class EventExportCommand implements Callable<Integer> {

    private static final int CHARACTERS = 16 * 1024;

    @Spec private @Nullable CommandSpec spec;
    @Mixin private SiteOptions site = new SiteOptions();

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            defaultValue = "millrace.task-events",
            description = "The topic (default: ${DEFAULT-VALUE}).")
    private String topic = "";

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "ndjson",
            description = "ndjson or avro (default: ${DEFAULT-VALUE}).")
    private Format format = Format.NDJSON;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description =
                    "Where to write, all or nothing (default: the standard output; required for"
                            + " avro).")
    private @Nullable Path file;

    @Option(names = "--key", paramLabel = "KEY", description = "Only events of this key.")
    private @Nullable String key;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description = "Only these types, separated by commas; task.* for all such.")
    private @Nullable String type;

    @Option(
            names = "--after",
            paramLabel = "MOMENT",
            description = "Begin after a position, that of an export before, or a time.")
    private @Nullable String after;

    @Option(
            names = "--until",
            paramLabel = "MOMENT",
            description = "End at a position or a time (default: now).")
    private @Nullable String until;

    enum Format {
        NDJSON,
        AVRO
    }

    @Override
    public Integer call() throws ApiProblem {
        var line = Objects.requireNonNull(spec, "picocli sets it").commandLine();
        if (format == Format.AVRO && file == null) {
            throw new ParameterException(line, "--out: none (expected: a file, for avro)");
        }
        var query = new TreeMap<String, String>();
        query.put("topic", topic);
        query.put("format", format.name().toLowerCase(Locale.ROOT));
        put(query, "key", key);
        put(query, "type", type);
        put(query, "after", after);
        put(query, "until", until);
        var download = site.connect().download("/v1/events/export", query);
        try (var body = download.body()) {
            var to = file;
            if (to != null) {
                var part = to.resolveSibling(to.getFileName() + ".part");
                try {
                    Files.copy(body, part, StandardCopyOption.REPLACE_EXISTING);
                    Files.move(part, to, StandardCopyOption.REPLACE_EXISTING);
                } finally {
                    Files.deleteIfExists(part);
                }
            } else if (!print(new InputStreamReader(body, StandardCharsets.UTF_8), line.getOut())) {
                return ExitCode.SOFTWARE;
            }
        } catch (IOException broken) {
            throw new ApiProblem(
                    0,
                    "the export broke off%s: %s"
                            .formatted(
                                    file == null ? "" : "; " + file + " was not written",
                                    broken.getMessage()));
        }
        line.getErr().println(download.position());
        return ExitCode.OK;
    }

    /// @return false if nobody reads it any more
    private static boolean print(Reader in, PrintWriter out) throws IOException {
        var characters = new char[CHARACTERS];
        int read = in.read(characters);
        while (read >= 0) {
            out.write(characters, 0, read);
            if (out.checkError()) {
                return false;
            }
            read = in.read(characters);
        }
        return true;
    }

    private static void put(Map<String, String> query, String name, @Nullable String value) {
        if (value != null) {
            query.put(name, value);
        }
    }
}
