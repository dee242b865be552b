package dev.millrace.domain.view;

import dev.millrace.domain.view.Views.ViewDescription;
import java.util.List;

/// The one list of views: what each is called and how it may be asked.
///
/// It is here, and not with the folds, so that whoever passes questions on to another process can
/// tell what may be asked without asking.
public final class ViewCatalogue {

    /// All that is known of every task.
    public static final ViewDescription TASKS =
            new ViewDescription(
                    "tasks",
                    "task id",
                    List.of("state", "kind", "parent", "rerun_of"),
                    "Every task with its state, newest first.");

    /// The events of one task.
    public static final ViewDescription TASK_HISTORY =
            new ViewDescription(
                    "task-history",
                    "task id and version, as <task>:<version>",
                    List.of("task"),
                    "Every event of one task, in order; the filter task is required.");

    /// How many tasks there are.
    public static final ViewDescription TASK_COUNTS =
            new ViewDescription(
                    "task-counts",
                    "kind and state, as <kind>:<state>",
                    List.of("kind", "state"),
                    "How many tasks of each kind are in each state.");

    /// How far tasks are.
    public static final ViewDescription TASK_PROGRESS =
            new ViewDescription(
                    "task-progress",
                    "task id",
                    List.of(),
                    "What workers last said of how far they are with a task.");

    /// All that is known of every document.
    public static final ViewDescription DOCUMENTS =
            new ViewDescription(
                    "documents",
                    "document id",
                    List.of("state", "name"),
                    "Every document with how far it has come, newest first.");

    /// How much happened when.
    public static final ViewDescription THROUGHPUT =
            new ViewDescription(
                    "throughput",
                    "start of the span, in ISO 8601",
                    List.of(),
                    "What happened in each ten seconds, newest first, for 24 hours.");

    private ViewCatalogue() {}

    /// Every view, in the order in which they are shown.
    public static List<ViewDescription> all() {
        return List.of(TASKS, TASK_HISTORY, TASK_COUNTS, TASK_PROGRESS, DOCUMENTS, THROUGHPUT);
    }

    /// The name of every view.
    public static List<String> names() {
        return all().stream().map(ViewDescription::name).toList();
    }
}
