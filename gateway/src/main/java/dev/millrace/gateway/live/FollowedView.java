package dev.millrace.gateway.live;

import static java.util.stream.Collectors.joining;

import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.UnknownView;
import dev.millrace.domain.view.ViewCatalogue;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The views that can be followed: those of which a record tells which rows it may have changed.
enum FollowedView {
    TASKS("tasks"),
    TASK_HISTORY("task-history"),
    /// Few rows, each of which sums up tasks: they are read all at once.
    TASK_COUNTS("task-counts"),
    TASK_PROGRESS("task-progress"),
    DOCUMENTS("documents"),
    WORKERS("workers"),
    USAGE("usage"),
    MODELS("models");

    private final String view;

    FollowedView(String view) {
        this.view = view;
    }

    /// @throws InvalidQuery if there is such a view, but nobody can follow it
    static FollowedView of(String name) throws InvalidQuery, UnknownView {
        for (var one : values()) {
            if (one.view.equals(name)) {
                return one;
            }
        }
        if (!ViewCatalogue.names().contains(name)) {
            throw new UnknownView(name, ViewCatalogue.names());
        }
        throw new InvalidQuery(
                "view: %s cannot be followed, as its rows do not follow from single records (expected: one of %s, or Accept: application/json now and then)"
                        .formatted(name, Arrays.stream(values()).map(one -> one.view).toList()));
    }

    String view() {
        return view;
    }

    /// What it is made of.
    Set<Topic<?>> topics() {
        return switch (this) {
            case TASKS, TASK_HISTORY, TASK_COUNTS, USAGE -> Set.of(Topics.TASK_EVENTS);
            case TASK_PROGRESS -> Set.of(Topics.TASK_PROGRESS);
            case DOCUMENTS -> Set.of(Topics.DOCUMENTS, Topics.EMBEDDINGS, Topics.INDEX_REPORTS);
            case WORKERS -> Set.of(Topics.TASK_EVENTS, Topics.EMBEDDINGS);
            case MODELS -> Set.of(Topics.EMBEDDINGS);
        };
    }

    /// Whether a record may change any row.
    boolean isSummary() {
        return switch (this) {
            case TASKS, TASK_HISTORY, TASK_PROGRESS, DOCUMENTS -> false;
            case TASK_COUNTS, WORKERS, USAGE, MODELS -> true;
        };
    }

    /// The key of the record by which the rows that are asked for are partitioned; null if they may
    /// be anywhere.
    ///
    /// @param row the key of the one row that is asked for; null for a list
    @Nullable String partitionedBy(Map<String, String> filters, @Nullable String row) {
        return switch (this) {
            case TASKS, DOCUMENTS -> row;
            case TASK_HISTORY -> row == null ? filters.get("task") : taskOf(row);
            case TASK_COUNTS, WORKERS, USAGE, MODELS -> null;
            case TASK_PROGRESS -> null; // workers of others write it to any partition
        };
    }

    private static String taskOf(String row) {
        int colon = row.lastIndexOf(':');
        return colon < 0 ? row : row.substring(0, colon);
    }

    /// The key of a row.
    String key(JsonObject row, Map<String, String> filters) {
        return switch (this) {
            case TASKS, TASK_PROGRESS, DOCUMENTS -> text(row, "id");
            case TASK_HISTORY ->
                    Objects.requireNonNull(filters.get("task"), "the filter is required")
                            + ":"
                            + row.getLong("version");
            case TASK_COUNTS -> joined(row, "kind", "state");
            case WORKERS -> text(row, "name");
            case USAGE -> joined(row, "day", "kind", "proof", "actor");
            case MODELS -> joined(row, "name", "version");
        };
    }

    /// Whether a row that is touched may be of a list.
    boolean isOf(String key, Map<String, String> filters) {
        return this != TASK_HISTORY || taskOf(key).equals(filters.get("task"));
    }

    /// Which filters say nothing about the row itself.
    List<String> places() {
        return this == TASK_HISTORY ? List.of("task") : List.of();
    }

    private static String joined(JsonObject row, String... fields) {
        return Arrays.stream(fields).map(field -> text(row, field)).collect(joining(":"));
    }

    private static String text(JsonObject row, String field) {
        return Objects.requireNonNull(row.getString(field), field);
    }
}
