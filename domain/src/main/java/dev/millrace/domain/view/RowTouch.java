package dev.millrace.domain.view;

import dev.millrace.domain.document.DocumentEvent;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.document.IndexReport;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskProgress;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// That a record may have changed a row of a view: what can be said of that without the view.
///
/// It says too much rather than too little, so whoever reads each row that is touched, once the
/// view has folded the record, misses no change. Tests hold it to the folds.
///
/// @param key of the row; [#ALL] if it may be any
/// @param left the values of the filter `state` that the row may have had before and cannot have
///   since; of a row that could not be seen before there are none
public record RowTouch(String key, Set<String> left) {

    /// Stands for all rows of a view.
    public static final String ALL = "";

    private static final Set<String> NONE = Set.of();
    private static final Set<String> OPEN = Set.of("waiting", "queued", "running");
    private static final Set<String> DOCUMENTS =
            Set.of("accepted", "chunked", "embedded", "searchable", "failed");

    public RowTouch {
        left = Set.copyOf(left);
    }

    /// What a record may have changed of a view; null if it is nothing.
    ///
    /// @param view one of the [ViewCatalogue] but `throughput`, whose rows hang on the broker's
    ///   clock
    /// @param message null if it cannot be read
    public static @Nullable RowTouch of(String view, @Nullable Message message) {
        return switch (view) {
            case "tasks" -> message instanceof TaskEvent event ? task(event) : null;
            case "task-history" ->
                    message instanceof TaskEvent event
                            ? new RowTouch(event.task() + ":" + event.version(), NONE)
                            : null;
            case "task-counts" ->
                    message instanceof TaskEvent event && mayMove(event)
                            ? new RowTouch(ALL, NONE)
                            : null;
            case "task-progress" ->
                    message instanceof TaskProgress progress
                            ? new RowTouch(progress.task().toString(), NONE)
                            : null;
            case "documents" -> document(message);
            case "workers" ->
                    message instanceof Embedding
                                    || (message instanceof TaskEvent event && isOfWork(event))
                            ? new RowTouch(ALL, NONE)
                            : null;
            case "usage" ->
                    message instanceof TaskEvent event
                                    && (event instanceof TaskEvent.Submitted || isOfWork(event))
                            ? new RowTouch(ALL, NONE)
                            : null;
            case "models" -> message instanceof Embedding ? new RowTouch(ALL, NONE) : null;
            default ->
                    throw new IllegalArgumentException(
                            "view: " + view + " (expected: one whose rows follow from records)");
        };
    }

    /// Whether a task may be in another state since.
    private static boolean mayMove(TaskEvent event) {
        return event instanceof TaskEvent.Submitted || !task(event).left.isEmpty();
    }

    /// Whether it may have put an attempt into somebody's hands, or taken it from there.
    private static boolean isOfWork(TaskEvent event) {
        return switch (event) {
            case TaskEvent.Submitted _, TaskEvent.Watched _, TaskEvent.Refused _ -> false;
            case TaskEvent.Queued _,
                    TaskEvent.DependencyEnded _,
                    TaskEvent.Started _,
                    TaskEvent.LeaseExtended _,
                    TaskEvent.AttemptFailed _,
                    TaskEvent.Succeeded _,
                    TaskEvent.Failed _,
                    TaskEvent.Cancelled _,
                    TaskEvent.Expired _ ->
                    true;
        };
    }

    private static RowTouch task(TaskEvent event) {
        return new RowTouch(
                event.task().toString(),
                switch (event) {
                    case TaskEvent.Submitted _, TaskEvent.Watched _, TaskEvent.Refused _ -> NONE;
                    case TaskEvent.Queued _ -> without(OPEN, "queued");
                    case TaskEvent.Started _, TaskEvent.LeaseExtended _ -> without(OPEN, "running");
                    case TaskEvent.DependencyEnded _, TaskEvent.AttemptFailed _ ->
                            without(OPEN, "waiting");
                    case TaskEvent.Succeeded _,
                            TaskEvent.Failed _,
                            TaskEvent.Cancelled _,
                            TaskEvent.Expired _ ->
                            OPEN;
                });
    }

    private static @Nullable RowTouch document(@Nullable Message message) {
        return switch (message) {
            case DocumentEvent.Accepted event -> document(event.document());
            case DocumentEvent.Chunked event -> document(event.document(), DOCUMENTS);
            case DocumentEvent.Rejected event ->
                    document(event.document(), without(DOCUMENTS, "failed"));
            case Embedding embedding -> document(embedding.chunk().document(), Set.of("chunked"));
            case IndexReport report -> document(report.document(), Set.of("chunked", "embedded"));
            case null, default -> null;
        };
    }

    private static RowTouch document(DocumentId document, Set<String> left) {
        return new RowTouch(document.toString(), left);
    }

    private static RowTouch document(DocumentId document) {
        return document(document, NONE);
    }

    private static Set<String> without(Set<String> all, String... some) {
        return all.stream()
                .filter(one -> !Arrays.asList(some).contains(one))
                .collect(Collectors.toUnmodifiableSet());
    }
}
