package dev.millrace.streams.simulation.views.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views;
import dev.millrace.streams.simulation.SimulatedClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// Holds what the views show once nothing happens any more to what the log says, row by row, page
/// by page.
final class RestRules {

    private static final int PAGE = 3;
    private static final String TENANT = SimulatedClient.TENANT;

    private final Views views;
    private final Told told;
    private final BiConsumer<ViewRule, String> findings;

    /// @param findings takes down what is wrong
    RestRules(Views views, Told told, BiConsumer<ViewRule, String> findings) {
        this.views = views;
        this.told = told;
        this.findings = findings;
    }

    void look() {
        try {
            tasks(Map.of());
            var one = told.tasks().values().stream().findFirst();
            if (one.isPresent()) {
                tasks(Map.of("state", one.get().state()));
                tasks(Map.of("kind", one.get().kind(), "state", one.get().state()));
            }
            histories();
            counts();
            progress();
            documents(Map.of());
            documents(Map.of("state", "searchable"));
            throughput();
            work();
        } catch (CompletionException failed) {
            findings.accept(ViewRule.READ_ENDS, "at rest: " + failed.getCause());
        }
    }

    private void tasks(Map<String, String> filters) {
        var expected = new LinkedHashMap<String, String>();
        told.tasks().entrySet().stream()
                .filter(one -> one.getValue().tenant().equals(TENANT))
                .filter(one -> matches(filters, "state", one.getValue().state()))
                .filter(one -> matches(filters, "kind", one.getValue().kind()))
                .sorted(newestFirst(task -> task.created()))
                .forEach(one -> {
                    var task = one.getValue();
                    var attempt = task.isEnded() ? "" : " " + task.attempt();
                    expected.put(one.getKey(), task.state() + attempt + " v" + task.version());
                });
        var shown = new LinkedHashMap<String, String>();
        for (var row : all("tasks", filters)) {
            var state = row.path("state").textValue();
            var task = told.tasks().get(row.path("id").textValue());
            var attempt =
                    task != null && task.isEnded() ? "" : " " + row.path("attempt").intValue();
            shown.put(row.path("id").textValue(), state + attempt + " v" + row.path("version"));
        }
        require(
                "tasks " + filters,
                List.copyOf(expected.entrySet()),
                List.copyOf(shown.entrySet()));
    }

    private void histories() {
        for (var task : told.tasks().keySet()) {
            require(
                    "task-history of " + task,
                    List.copyOf(told.history(TENANT, task)),
                    all("task-history", Map.of("task", task)).stream()
                            .map(row -> row.path("version").longValue())
                            .toList());
        }
    }

    private void counts() {
        var shown = new TreeMap<String, Long>();
        for (var row : all("task-counts", Map.of())) {
            shown.put(
                    row.path("kind").textValue() + ":" + row.path("state").textValue(),
                    row.path("count").longValue());
        }
        require("task-counts", told.counts(TENANT), shown);
    }

    private void progress() {
        var expected = new TreeMap<String, String>();
        for (var task : told.tasks().keySet()) {
            var last = told.progress(TENANT, task);
            if (last != null) {
                expected.put(task, last.attempt() + " " + last.fraction());
            }
        }
        var shown = new TreeMap<String, String>();
        for (var row : all("task-progress", Map.of())) {
            shown.put(
                    row.path("id").textValue(),
                    row.path("attempt").intValue() + " " + row.path("fraction").doubleValue());
        }
        require("task-progress", expected, shown);
    }

    private void documents(Map<String, String> filters) {
        var expected = new LinkedHashMap<String, String>();
        told.documents().entrySet().stream()
                .filter(one -> one.getValue().isOf(TENANT))
                .filter(one -> matches(filters, "state", one.getValue().state()))
                .sorted(newestFirst(document -> document.created()))
                .forEach(one -> {
                    var document = one.getValue();
                    expected.put(
                            one.getKey(),
                            document.state()
                                    + " "
                                    + List.of(
                                            document.chunks(),
                                            document.embedded(),
                                            document.searchable()));
                });
        var shown = new LinkedHashMap<String, String>();
        for (var row : all("documents", filters)) {
            shown.put(
                    row.path("id").textValue(),
                    row.path("state").textValue()
                            + " "
                            + List.of(
                                    row.path("chunks").intValue(),
                                    row.path("embedded").intValue(),
                                    row.path("searchable").intValue()));
        }
        require(
                "documents " + filters,
                List.copyOf(expected.entrySet()),
                List.copyOf(shown.entrySet()));
    }

    private void throughput() {
        var expected = new TreeMap<Instant, List<Long>>();
        told.spans(TENANT)
                .forEach((start, counts) -> {
                    var span = new ArrayList<Long>();
                    for (var what : Told.Span.values()) {
                        span.add(counts.getOrDefault(what, 0L));
                    }
                    expected.put(Instant.ofEpochSecond(start), span);
                });
        var shown = new TreeMap<Instant, List<Long>>();
        for (var row : all("throughput", Map.of())) {
            var span = new ArrayList<Long>();
            for (var what : Told.Span.values()) {
                span.add(row.path(what.field()).longValue());
            }
            shown.put(Instant.parse(row.path("start").textValue()), span);
        }
        require("throughput", expected, shown);
    }

    private void work() {
        for (var view : List.of("workers", "usage", "models")) {
            var shown = new TreeMap<String, Map<String, Long>>();
            for (var row : all(view, Map.of())) {
                shown.put(ToldWork.key(view, row), ToldWork.sums(view, row));
            }
            require(view, told.work().rows(view, TENANT), shown);
        }
    }

    private List<JsonNode> all(String view, Map<String, String> filters) {
        var rows = new ArrayList<JsonNode>();
        var tokens = new TreeSet<String>();
        String token = null;
        do {
            var page =
                    views.list(new ViewQuery(view, TENANT, filters, PAGE, token))
                            .toCompletableFuture()
                            .join();
            rows.addAll(Rows.rows(page.items()));
            token = page.nextToken();
        } while (token != null && tokens.add(token));
        return rows;
    }

    private void require(String what, Object expected, Object shown) {
        if (!Objects.equals(expected, shown)) {
            findings.accept(
                    ViewRule.VIEW_TELLS_HISTORY,
                    "%s: %s (expected: %s)".formatted(what, shown, expected));
        }
    }

    private static boolean matches(Map<String, String> filters, String name, String value) {
        return filters.getOrDefault(name, value).equals(value);
    }

    private static <V> Comparator<Map.Entry<String, V>> newestFirst(Function<V, Instant> created) {
        return Comparator.<Map.Entry<String, V>, Instant>comparing(
                        one -> created.apply(one.getValue()))
                .thenComparing(Map.Entry::getKey)
                .reversed();
    }
}
