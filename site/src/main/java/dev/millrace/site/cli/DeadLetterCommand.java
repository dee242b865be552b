package dev.millrace.site.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `millrace dead-letter …`: shows what consumers passed over, and lets them read it once more.
@Command(name = "dead-letter", description = "See the records that consumers passed over.")
final class DeadLetterCommand {

    private static final String PATH = "/v1/dead-letters";
    private static final int PAGE = 200;
    private static final Pattern LETTER =
            Pattern.compile("(?:millrace\\.dead-letters-)?([0-9]{1,9})@([0-9]{1,18})");

    @Spec private @Nullable CommandSpec spec;

    @Command(description = "List dead letters.")
    int list(
            @Mixin SiteOptions site,
            @Mixin Output output,
            @Option(
                            names = "--order",
                            paramLabel = "ORDER",
                            defaultValue = "newest",
                            description = "newest or oldest first (default: ${DEFAULT-VALUE}).")
                    String order,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "50",
                            description = "At most so many (default: ${DEFAULT-VALUE}).")
                    int limit)
            throws ApiProblem {
        output.items(
                spec().commandLine().getOut(),
                letters(site.connect(), order, limit),
                "letter",
                "time",
                "origin",
                "consumer",
                "code",
                "detail");
        return 0;
    }

    @Command(description = "Write the record of a dead letter once more to where it came from.")
    int redrive(
            @Mixin SiteOptions site,
            @Mixin Output output,
            @Parameters(
                            paramLabel = "LETTER",
                            description = "PARTITION@OFFSET, as `dead-letter list` shows it.")
                    String letter)
            throws ApiProblem {
        redrive(spec(), site, output, letter);
        return 0;
    }

    /// Redrives a letter for a command.
    static void redrive(CommandSpec spec, SiteOptions site, Output output, String letter)
            throws ApiProblem {
        var matcher = LETTER.matcher(letter);
        if (!matcher.matches()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "LETTER: %s (expected: PARTITION@OFFSET, for instance 0@12)".formatted(letter));
        }
        var path = "%s/%s/%s/redrive".formatted(PATH, matcher.group(1), matcher.group(2));
        output.item(spec.commandLine().getOut(), site.connect().post(path, ApiClient.object()));
    }

    /// Letters, each with what names it for [#redrive].
    static List<JsonNode> letters(ApiClient api, String order, int limit) throws ApiProblem {
        var letters = new ArrayList<JsonNode>();
        for (var item : api.list(PATH, Map.of("order", order), limit, PAGE)) {
            var letter = ApiClient.object();
            letter.put(
                    "letter", item.path("partition").asText() + "@" + item.path("offset").asText());
            letters.add(letter.setAll((ObjectNode) item));
        }
        return letters;
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(spec, "picocli sets it before a command runs");
    }
}
