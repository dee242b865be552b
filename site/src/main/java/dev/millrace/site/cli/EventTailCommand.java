package dev.millrace.site.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `millrace event tail`: events as they come, until it is stopped.
@Command(
        name = "tail",
        description = "Print events as they come. It goes on by itself when the connection breaks.")
final class EventTailCommand implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;
    @Mixin private SiteOptions site = new SiteOptions();
    @Mixin private Output output = new Output();

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            defaultValue = "millrace.task-events",
            description = "The topics, separated by commas; or all (default: ${DEFAULT-VALUE}).")
    private String topic = "";

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description =
                    "Only these types, separated by commas: task.failed, or task.* for all such.")
    private @Nullable String type;

    @Option(names = "--task", paramLabel = "TASK", description = "Only events of this task.")
    private @Nullable String task;

    @Option(names = "--key", paramLabel = "KEY", description = "Only events of this key.")
    private @Nullable String key;

    @Option(names = "--actor", paramLabel = "ID", description = "Only what this actor caused.")
    private @Nullable String actor;

    @Option(
            names = "--from",
            paramLabel = "PLACE",
            defaultValue = "latest",
            description =
                    "latest, earliest, a time, a position, or an event's id (default: ${DEFAULT-VALUE}).")
    private String from = "";

    @Option(names = "--limit", paramLabel = "N", description = "Stop after so many.")
    private @Nullable Integer limit;

    @Override
    public Integer call() throws ApiProblem, InterruptedException {
        var out = Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
        var query = new TreeMap<String, String>();
        put(query, "topic", topic.equals("all") ? null : topic);
        put(query, "type", type);
        put(query, "task", task);
        put(query, "key", key);
        put(query, "actor", actor);
        put(query, "from", from);
        var left = new AtomicInteger(limit == null ? Integer.MAX_VALUE : Math.max(1, limit));
        new EventTail(site.connect(), query)
                .follow(event -> {
                    print(out, event);
                    // Where nobody reads it any more, it is over too.
                    return !out.checkError() && left.decrementAndGet() > 0;
                });
        return 0;
    }

    private static void put(Map<String, String> query, String name, @Nullable String value) {
        if (value != null) {
            query.put(name, value);
        }
    }

    private void print(PrintWriter out, JsonNode event) {
        if (output.isJson()) {
            out.println(event);
        } else {
            out.printf(
                    "%s  %-40s  %s  %s%n",
                    event.path("time").asText(),
                    event.path("type").asText(),
                    event.path("key").asText(),
                    event.path("actor").path("id").asText());
        }
        out.flush();
    }
}
