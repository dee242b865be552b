package dev.millrace.domain.view;

import static dev.millrace.domain.view.RowField.Type.ANY;
import static dev.millrace.domain.view.RowField.Type.ID;
import static dev.millrace.domain.view.RowField.Type.NUMBER;
import static dev.millrace.domain.view.RowField.Type.OBJECT;
import static dev.millrace.domain.view.RowField.Type.TEXT;
import static dev.millrace.domain.view.RowField.Type.TEXTS;
import static dev.millrace.domain.view.RowField.Type.TIME;
import static dev.millrace.domain.view.RowField.Type.WHOLE_NUMBER;
import static dev.millrace.domain.view.RowField.field;
import static dev.millrace.domain.view.RowField.orNull;

import dev.millrace.domain.view.Views.ViewDescription;
import java.util.List;

/// The one list of views: what each is called, how it may be asked and what its rows say.
///
/// It is here, and not with the folds, so that whoever passes questions on to another process can
/// tell what may be asked without asking. Tests hold the folds and the HTTP contract to it.
public final class ViewCatalogue {

    private static final String ACTOR =
            "Who: `id`, and how that is known: `proof`, for instance `oidc`.";
    private static final String ERROR = "What failed: `code`, for programs, and `detail`.";

    /// All that is known of every task.
    public static final ViewDescription TASKS =
            new ViewDescription(
                    "tasks",
                    "task id",
                    List.of("state", "kind", "parent", "rerun_of"),
                    "Every task with its state, newest first.",
                    List.of(
                            field("id", ID, "The task."),
                            field("kind", TEXT, "Its kind."),
                            field(
                                    "state",
                                    TEXT,
                                    "`waiting`, `queued`, `running`, `succeeded`, `failed`,"
                                            + " `cancelled` or `expired`."),
                            field(
                                    "attempt",
                                    WHOLE_NUMBER,
                                    "Which attempt it is at; 1 is the first."),
                            field("max_attempts", WHOLE_NUMBER, "So many attempts there will be."),
                            field("version", WHOLE_NUMBER, "Of its last event, refusals included."),
                            field("created", TIME, "When it was submitted."),
                            field(
                                    "updated",
                                    TIME,
                                    "When it last changed; a refusal changes nothing."),
                            field("tenant", TEXT, "Whose it is."),
                            field("actor", OBJECT, ACTOR),
                            orNull("due", TIME, "While it waits: when its attempt may begin."),
                            field("waits_for", WHOLE_NUMBER, "How many other tasks it waits for."),
                            orNull("worker", TEXT, "While it runs: who has it, if that was said."),
                            orNull("started", TIME, "While it runs: when its worker began."),
                            orNull("deadline", TIME, "When it expires if it has not ended."),
                            orNull("parent", ID, "The task it is a part of."),
                            orNull("rerun_of", ID, "The task whose work it does again."),
                            orNull("error", OBJECT, ERROR),
                            orNull("output", ANY, "What it gave, once it succeeded.")));

    /// The events of one task.
    public static final ViewDescription TASK_HISTORY =
            new ViewDescription(
                    "task-history",
                    "task id and version, as <task>:<version>",
                    List.of("task"),
                    "Every event of one task, in order; the filter task is required.",
                    List.of(
                            field("type", TEXT, "For instance `dev.millrace.task.queued`."),
                            field("time", TIME, "When it happened."),
                            field("actor", OBJECT, ACTOR),
                            field("topic", TEXT, "Where in the log it stands."),
                            field("partition", WHOLE_NUMBER, "Where in the topic it stands."),
                            field("offset", WHOLE_NUMBER, "Where in the partition it stands."),
                            field("version", WHOLE_NUMBER, "Counts the task's events from 1."),
                            field("id", ID, "The event."),
                            orNull("causation", ID, "The message that it is the outcome of."),
                            field(
                                    "correlation",
                                    ID,
                                    "What all belongs to that began with one request."),
                            field("detail", OBJECT, "What only this type of event says.")));

    /// How many tasks there are.
    public static final ViewDescription TASK_COUNTS =
            new ViewDescription(
                    "task-counts",
                    "kind and state, as <kind>:<state>",
                    List.of("kind", "state"),
                    "How many tasks of each kind are in each state.",
                    List.of(
                            field("kind", TEXT, "The kind of task."),
                            field("state", TEXT, "As in `tasks`."),
                            field("count", WHOLE_NUMBER, "How many there are.")));

    /// How far tasks are.
    public static final ViewDescription TASK_PROGRESS =
            new ViewDescription(
                    "task-progress",
                    "task id",
                    List.of(),
                    "What workers last said of how far they are with a task.",
                    List.of(
                            field("id", ID, "The task."),
                            field("attempt", WHOLE_NUMBER, "At which attempt; 1 is the first."),
                            field("fraction", NUMBER, "Of the work that was done; 0 to 1."),
                            field("note", TEXT, "For people."),
                            field("worker", TEXT, "Who said so."),
                            field("updated", TIME, "When.")));

    /// All that is known of every document.
    public static final ViewDescription DOCUMENTS =
            new ViewDescription(
                    "documents",
                    "document id",
                    List.of("state", "name"),
                    "Every document with how far it has come, newest first.",
                    List.of(
                            field("id", ID, "The document."),
                            field("task", ID, "The task that took it in."),
                            field("name", TEXT, "As it was given."),
                            field("media_type", TEXT, "For instance `text/markdown`."),
                            field(
                                    "state",
                                    TEXT,
                                    "`accepted`, `chunked`, `embedded`, `searchable` or `failed`."),
                            field(
                                    "chunks",
                                    WHOLE_NUMBER,
                                    "It was cut into; 0 until that is known."),
                            field("embedded", WHOLE_NUMBER, "Of them have a vector."),
                            field("searchable", WHOLE_NUMBER, "Of them can be found."),
                            field("bytes", WHOLE_NUMBER, "Of UTF-8."),
                            field("digest", TEXT, "SHA-256 of the text, in hexadecimal."),
                            field("created", TIME, "When it was accepted."),
                            field("updated", TIME, "When anything was last known of it."),
                            orNull("error", OBJECT, ERROR)));

    /// How much happened when.
    public static final ViewDescription THROUGHPUT =
            new ViewDescription(
                    "throughput",
                    "start of the span, in ISO 8601",
                    List.of(),
                    "What happened in each ten seconds, newest first, for 24 hours.",
                    List.of(
                            field("start", TIME, "Of the span."),
                            field("seconds", WHOLE_NUMBER, "The length of the span."),
                            field("documents", WHOLE_NUMBER, "Accepted."),
                            field("chunks", WHOLE_NUMBER, "That documents were cut into."),
                            field("embeddings", WHOLE_NUMBER, "Chunks that got their vector."),
                            field("searchable", WHOLE_NUMBER, "Chunks that can be found since."),
                            field("tasks_ended", WHOLE_NUMBER, "Tasks that ended.")));

    /// What workers did.
    public static final ViewDescription WORKERS =
            new ViewDescription(
                    "workers",
                    "the worker's name",
                    List.of("kind"),
                    "What each worker did and has in its hands, by name.",
                    List.of(
                            field(
                                    "name",
                                    TEXT,
                                    "Without what a process or a claim adds to it; `*` stands for"
                                            + " those that are not remembered one by one."),
                            field("kinds", TEXTS, "Of the tasks that it has begun."),
                            field("started", WHOLE_NUMBER, "Attempts that it began."),
                            field("succeeded", WHOLE_NUMBER, "Attempts that succeeded."),
                            field("failed", WHOLE_NUMBER, "Attempts that failed."),
                            field("lost", WHOLE_NUMBER, "Attempts whose lease ended in silence."),
                            field(
                                    "undone",
                                    WHOLE_NUMBER,
                                    "Attempts that it gave back, or that ended otherwise in its"
                                            + " hands."),
                            field("running", WHOLE_NUMBER, "Attempts that it has in its hands."),
                            field("chunks", WHOLE_NUMBER, "That it embedded; each counts once."),
                            field("first_seen", TIME, "When anything was first known of it."),
                            field("last_seen", TIME, "When anything was last known of it."),
                            orNull(
                                    "error",
                                    OBJECT,
                                    "What failed last in its hands: `code`, `detail` and `time`.")));

    /// What was done for whom.
    public static final ViewDescription USAGE =
            new ViewDescription(
                    "usage",
                    "day, kind, proof and actor, as <day>:<kind>:<proof>:<actor>",
                    List.of("kind", "actor", "day"),
                    "What was done for whom on each day, newest first, for 400 days.",
                    List.of(
                            field("day", TEXT, "In UTC, by the log's clock: `2026-11-22`."),
                            field("kind", TEXT, "The kind of task."),
                            field(
                                    "actor",
                                    TEXT,
                                    "Who submitted the tasks; `*` stands for those that are not"
                                            + " remembered one by one."),
                            field("proof", TEXT, "How that is known, for instance `oidc`."),
                            field("submitted", WHOLE_NUMBER, "Tasks that were submitted."),
                            field("attempts", WHOLE_NUMBER, "Attempts that began."),
                            field("succeeded", WHOLE_NUMBER, "Tasks that succeeded."),
                            field("failed", WHOLE_NUMBER, "Tasks that failed."),
                            field("cancelled", WHOLE_NUMBER, "Tasks that were cancelled."),
                            field("expired", WHOLE_NUMBER, "Tasks that expired."),
                            field(
                                    "seconds",
                                    NUMBER,
                                    "Of work: of attempts that were over on that day, from when"
                                            + " their worker said that it began.")));

    /// What made vectors.
    public static final ViewDescription MODELS =
            new ViewDescription(
                    "models",
                    "name and version, as <name>:<version>",
                    List.of(),
                    "Every version of a model that made vectors, and how many.",
                    List.of(
                            field("name", TEXT, "For instance `hashed-ngrams`."),
                            field("version", TEXT, "In the model's own scheme."),
                            field("dimensions", WHOLE_NUMBER, "Of its vectors."),
                            field(
                                    "chunks",
                                    WHOLE_NUMBER,
                                    "That have a vector of it; each counts once."),
                            field("workers", WHOLE_NUMBER, "By how many it was run, by name."),
                            field("first_used", TIME, "When it made the first of them."),
                            field("last_used", TIME, "When it made the last of them.")));

    private ViewCatalogue() {}

    /// Every view, in the order in which they are shown.
    public static List<ViewDescription> all() {
        return List.of(
                TASKS,
                TASK_HISTORY,
                TASK_COUNTS,
                TASK_PROGRESS,
                DOCUMENTS,
                THROUGHPUT,
                WORKERS,
                USAGE,
                MODELS);
    }

    /// The name of every view.
    public static List<String> names() {
        return all().stream().map(ViewDescription::name).toList();
    }
}
