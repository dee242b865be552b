package dev.millrace.site.audit;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.view.Position;
import dev.millrace.schemas.topic.Topics;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;

/// Checks that every view shows what a direct fold of the log makes.
final class ViewCheck {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String TASKS = "/v1/views/tasks?limit=1000";
    private static final String DOCUMENTS = "/v1/views/documents?limit=1000";
    private static final JsonNode ABSENT = Rows.JSON.getNodeFactory().textNode("absent");

    private final ViewSource source;
    private final Duration patience;

    ViewCheck(ViewSource source) {
        this(source, PATIENCE);
    }

    /// @param patience how long a view may take to read to the end of the log
    ViewCheck(ViewSource source, Duration patience) {
        this.source = source;
        this.patience = patience;
    }

    List<Violation> of(LogCopy log) {
        var violations = new ArrayList<Violation>();
        var events = log.last(List.of(Topics.TASK_EVENTS));
        var ofDocuments =
                log.last(List.of(Topics.DOCUMENTS, Topics.EMBEDDINGS, Topics.INDEX_REPORTS));
        var work = WorkFold.of(log);
        boolean hasTasks = reaches(TASKS, events, violations);
        boolean hasDocuments = reaches(DOCUMENTS, ofDocuments, violations);
        if (hasTasks) {
            var tasks = TaskFold.of(log);
            compare("tasks", tasks.rows(), TASKS, row -> row.path("id").asText(), violations);
            compare(
                    "task-counts",
                    tasks.counts(),
                    "/v1/views/task-counts?limit=1000",
                    row -> key(row, "kind", "state"),
                    violations);
            compare(
                    "usage",
                    work.usage(),
                    "/v1/views/usage?limit=1000",
                    row -> key(row, "day", "kind", "proof", "actor"),
                    violations);
            tasks.histories()
                    .forEach((task, history) ->
                            compare(
                                    "task-history",
                                    history,
                                    "/v1/views/task-history?limit=1000&task=" + task,
                                    row -> task + ":" + row.path("version").asText(),
                                    violations));
        }
        if (hasDocuments) {
            compare(
                    "documents",
                    DocumentFold.of(log),
                    DOCUMENTS,
                    row -> row.path("id").asText(),
                    violations);
            compare(
                    "models",
                    work.models(),
                    "/v1/views/models?limit=1000",
                    row -> key(row, "name", "version"),
                    violations);
        }
        if (hasTasks && hasDocuments) {
            compare(
                    "workers",
                    work.workers(),
                    "/v1/views/workers?limit=1000",
                    row -> key(row, "name"),
                    violations);
            compare(
                    "throughput",
                    ThroughputFold.of(log),
                    "/v1/views/throughput?limit=1000",
                    row -> row.path("start").asText(),
                    violations);
        }
        return violations;
    }

    private static String key(JsonNode row, String... fields) {
        return Arrays.stream(fields)
                .map(field -> row.path(field).asText())
                .collect(Collectors.joining(":"));
    }

    private boolean reaches(String view, Position expected, List<Violation> violations) {
        var seen = new Position[] {Position.START};
        try {
            await(view + " reads to the end of the log")
                    .atMost(patience)
                    .pollInterval(Duration.ofMillis(200))
                    .ignoreException(IOException.class)
                    .until(() -> {
                        seen[0] = Position.parse(source.get(view).path("position").asText());
                        return seen[0].covers(expected);
                    });
            return true;
        } catch (ConditionTimeoutException behind) {
            violations.add(new Violation.ViewBehind(view, seen[0].toString(), expected.toString()));
            return false;
        }
    }

    private void compare(
            String view,
            Map<String, JsonNode> expected,
            String path,
            Function<JsonNode, String> key,
            List<Violation> violations) {
        var found = new TreeMap<String, JsonNode>();
        for (var row : rows(path)) {
            if (found.put(key.apply(row), row) != null) {
                violations.add(
                        new Violation.ViewDiffers(view, key.apply(row), "one row", "two rows"));
            }
        }
        var keys = new TreeSet<>(expected.keySet());
        keys.addAll(found.keySet());
        for (var each : keys) {
            var wanted = expected.getOrDefault(each, ABSENT);
            var shown = found.getOrDefault(each, ABSENT);
            if (!wanted.equals(shown)) {
                violations.add(
                        new Violation.ViewDiffers(view, each, wanted.toString(), shown.toString()));
            }
        }
    }

    /// All rows of all pages.
    private List<JsonNode> rows(String path) {
        var rows = new ArrayList<JsonNode>();
        var next = path;
        while (true) {
            var page = page(next);
            page.path("items").forEach(rows::add);
            var token = page.path("next_token");
            if (!token.isTextual()) {
                return rows;
            }
            next = path + "&token=" + URLEncoder.encode(token.asText(), StandardCharsets.UTF_8);
        }
    }

    /// A view that is being moved answers 503 and means: ask again.
    private JsonNode page(String path) {
        return await(path + " answers")
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .ignoreException(IOException.class)
                .until(() -> source.get(path), _ -> true);
    }
}
