package dev.millrace.site.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `millrace event …`: reads the log itself, not the views of it.
@Command(
        name = "event",
        description = "Read the event log.",
        subcommands = {EventTailCommand.class, EventExportCommand.class})
final class EventCommand {

    private static final int MOST_IN_A_PAGE = 1000;

    @Spec private @Nullable CommandSpec spec;

    @Command(description = "List the events of a topic, oldest first.")
    int list(
            @Mixin SiteOptions site,
            @Mixin Output output,
            @Option(
                            names = "--topic",
                            paramLabel = "TOPIC",
                            defaultValue = "millrace.task-events",
                            description = "The topic (default: ${DEFAULT-VALUE}).")
                    String topic,
            @Option(names = "--key", paramLabel = "KEY", description = "Only events of this key.")
                    @Nullable String key,
            @Option(
                            names = "--after",
                            paramLabel = "POSITION",
                            description = "Begin after a position that an answer named.")
                    @Nullable String after,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "50",
                            description = "At most so many (default: ${DEFAULT-VALUE}).")
                    int limit)
            throws ApiProblem {
        output.items(out(), read(site.connect(), topic, key, after, limit), COLUMNS);
        return 0;
    }

    @Command(description = "Replay one task from the log: what was asked, and all that followed.")
    int replay(
            @Mixin SiteOptions site,
            @Mixin Output output,
            @ArgGroup(multiplicity = "1") Named named,
            @Option(
                            names = "--speed",
                            paramLabel = "FACTOR",
                            converter = Pace.Speed.class,
                            description =
                                    "Show it as it happened, so much faster, for instance 10x"
                                            + " (default: all at once).")
                    @Nullable Double speed)
            throws ApiProblem, InterruptedException {
        var events = history(site.connect(), named.task());
        if (speed == null) {
            output.items(out(), events, COLUMNS);
            return 0;
        }
        var pace = new Pace(speed, Thread::sleep);
        for (var event : events) {
            pace.until(Instant.parse(event.path("time").asText()));
            out().println(output.isJson() ? event.toString() : line(event));
            out().flush();
        }
        return 0;
    }

    /// A task, by either way to name it.
    static final class Named {

        @Parameters(paramLabel = "TASK", description = "The task's id.")
        private @Nullable String task;

        @Option(names = "--task", paramLabel = "TASK", description = "The same, as an option.")
        private @Nullable String option;

        String task() {
            return Objects.requireNonNull(task == null ? option : task, "picocli requires one");
        }
    }

    /// The columns of an event.
    static final String[] COLUMNS = {"time", "type", "actor.id", "topic", "partition", "offset"};

    /// All events of a task and of the document it takes in, in the order of their time.
    static List<JsonNode> history(ApiClient api, String task) throws ApiProblem {
        var events = new ArrayList<JsonNode>();
        for (var topic : List.of("millrace.task-commands", "millrace.task-reports")) {
            events.addAll(read(api, topic, task, null, Integer.MAX_VALUE));
        }
        var outcomes = read(api, "millrace.task-events", task, null, Integer.MAX_VALUE);
        events.addAll(outcomes);
        var output =
                api.get("/v1/tasks/" + ApiClient.segment(task), Map.of())
                        .path("output")
                        .path("document");
        if (output.isTextual()) {
            var document = output.asText();
            events.addAll(read(api, "millrace.documents", document, null, Integer.MAX_VALUE));
            events.addAll(read(api, "millrace.index-reports", document, null, Integer.MAX_VALUE));
        }
        // The sort is stable: events of one instant keep the order in which causes precede effects.
        events.sort(Comparator.comparing(event -> event.path("time").asText()));
        return events;
    }

    private static String line(JsonNode event) {
        return "%s  %-36s %s-%s@%s  %s"
                .formatted(
                        event.path("time").asText(),
                        event.path("type").asText().replaceFirst("^dev\\.millrace\\.", ""),
                        event.path("topic").asText(),
                        event.path("partition").asText(),
                        event.path("offset").asText(),
                        event.path("actor").path("id").asText());
    }

    private static List<JsonNode> read(
            ApiClient api, String topic, @Nullable String key, @Nullable String after, int limit)
            throws ApiProblem {
        var events = new ArrayList<JsonNode>();
        var position = after;
        while (true) {
            int left = Math.min(MOST_IN_A_PAGE, limit - events.size());
            var page = page(api, topic, key, position, left);
            page.path("items").forEach(events::add);
            position = page.path("position").asText();
            if (events.size() >= limit || page.path("at_end").asBoolean(true)) {
                return events;
            }
        }
    }

    private static JsonNode page(
            ApiClient api, String topic, @Nullable String key, @Nullable String after, int limit)
            throws ApiProblem {
        var query = new TreeMap<String, String>();
        query.put("topic", topic);
        if (key != null) {
            query.put("key", key);
        }
        if (after != null && !after.isEmpty()) {
            query.put("after", after);
        }
        query.put("limit", Integer.toString(limit));
        return api.get("/v1/events", query);
    }

    private java.io.PrintWriter out() {
        return Objects.requireNonNull(spec, "picocli sets it before a command runs")
                .commandLine()
                .getOut();
    }
}
