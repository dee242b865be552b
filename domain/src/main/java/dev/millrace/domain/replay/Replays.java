package dev.millrace.domain.replay;

import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Makes views, or parts of them, again from the log, into storage that is thrown away.
///
/// A replay reads and does nothing else: no task is queued and no event written by it. It is known
/// to the process that runs it alone, and gone when that stops. Safe for use by many threads; calls
/// never block. To another tenant than its own, there is no replay.
public interface Replays {

    /// The views that can be replayed.
    List<String> VIEWS = List.of("tasks", "task-counts", "documents", "usage", "models");

    /// Begins one. A stage fails with [dev.millrace.domain.view.InvalidQuery] if the view or the
    /// moment is none, and with [ReplaysBusy] if there are as many as may be.
    CompletionStage<Replay> start(ReplayRequest request);

    /// All that are known, the newest first.
    List<Replay> list(String tenant);

    /// One of them.
    ///
    /// @throws UnknownReplay if there is none
    Replay get(String tenant, UUID id) throws UnknownReplay;

    /// Pauses, resumes or cancels one; one that has ended stays as it is.
    ///
    /// @throws UnknownReplay if there is none
    Replay act(String tenant, UUID id, Replay.Action action) throws UnknownReplay;

    /// Rows as they follow from what it has read so far.
    ///
    /// @throws UnknownReplay if there is none
    CompletionStage<ViewPage> rows(UUID id, ViewQuery query) throws UnknownReplay;

    /// One row as it follows from what it has read so far.
    ///
    /// @throws UnknownReplay if there is none
    CompletionStage<ViewRow> row(UUID id, RowQuery query) throws UnknownReplay;

    /// What has become of one task, step by step, as far as it is replayed: JSON objects of an
    /// `event`, as in the view `task-history`, the `row` that follows from it, as in the view
    /// `tasks` and null while there is none, and the names of the fields that it `changed`. A stage
    /// fails with [dev.millrace.domain.view.InvalidQuery] if the replay is not of one task, or the
    /// token is none.
    ///
    /// @param limit most steps, 1 to 1,000
    /// @param token the `nextToken` of the page before; null for the first
    /// @throws UnknownReplay if there is none
    CompletionStage<ViewPage> steps(String tenant, UUID id, int limit, @Nullable String token)
            throws UnknownReplay;
}
