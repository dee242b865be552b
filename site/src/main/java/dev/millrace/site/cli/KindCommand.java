package dev.millrace.site.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `millrace kind …`: registers kinds of task and shows what there is.
@Command(name = "kind", description = "Register kinds of task and see what there is.")
final class KindCommand {

    private static final String KINDS = "/v1/task-kinds";

    @Spec private @Nullable CommandSpec spec;

    @Command(description = "List the kinds there are, the newest version of each.")
    int list(@Mixin SiteOptions site, @Mixin Output output) throws ApiProblem {
        output.items(
                out(),
                site.connect().list(KINDS, Map.of(), Integer.MAX_VALUE),
                "name",
                "version",
                "description",
                "lease_ms",
                "built_in");
        return 0;
    }

    @Command(description = "Show one kind, with its schemas.")
    int describe(
            @Mixin SiteOptions site,
            @Mixin Output output,
            @Parameters(paramLabel = "KIND", description = "The kind's name.") String name,
            @Parameters(
                            paramLabel = "VERSION",
                            arity = "0..1",
                            description = "Which version (default: the newest).")
                    @Nullable Integer version)
            throws ApiProblem {
        var query =
                version == null
                        ? Map.of("limit", "1")
                        : Map.of("limit", "1", "token", Long.toString(version + 1L));
        var kind = site.connect().get(KINDS + "/" + name, query).path("items").path(0);
        if (version != null && kind.path("version").asInt() != version) {
            throw new ApiProblem(0, "there is no version " + version + " of " + name);
        }
        output.item(out(), kind);
        return 0;
    }

    @Command(description = "Register a version of a kind, for ever.")
    int register(
            @Mixin SiteOptions site,
            @Mixin Output output,
            @Option(
                            names = "--file",
                            required = true,
                            paramLabel = "FILE",
                            description =
                                    "The kind as JSON, for instance"
                                            + " {\"name\":\"image.resize\",\"input_schema\":{…}};"
                                            + " - reads standard input.")
                    String file)
            throws ApiProblem {
        // Asking again, as the client does after a 503, finds what the first request registered.
        output.item(out(), site.connect().post(KINDS, parse(file)));
        return 0;
    }

    private JsonNode parse(String file) {
        try {
            return ApiClient.JSON.readTree(text(file));
        } catch (JsonProcessingException malformed) {
            throw new ParameterException(
                    spec().commandLine(), "--file is not JSON: " + malformed.getOriginalMessage());
        } catch (IOException unreadable) {
            throw new ParameterException(
                    spec().commandLine(), "--file: " + file + " cannot be read as UTF-8 text");
        }
    }

    private static String text(String file) throws IOException {
        return file.equals("-")
                ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                : Files.readString(Path.of(file));
    }

    private PrintWriter out() {
        return spec().commandLine().getOut();
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(spec, "picocli sets it before a command runs");
    }
}
