package dev.millrace.gateway.tasks;

import dev.millrace.domain.event.Digest;
import dev.millrace.domain.log.EventLog.LoggedEvent;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.view.Position;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.submit.Submitter.Accepted;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Tells requests that were accepted before, and would be refused today: their kind has become
/// stricter since, or the disk is full.
///
/// Asked only once a request is refused, so nothing else is slower for it. Safe for use by many
/// threads; never blocks.
public final class Repeats {

    private final PastSubmissions past;

    public Repeats(PastSubmissions past) {
        this.past = past;
    }

    /// Where the first request stands in the log, if this is its repeat; else the stage fails with
    /// the refusal.
    ///
    /// @param task the id that the key gives it
    /// @param request what tells a repeat from another request under the same key
    CompletionStage<Accepted> of(
            String tenant, TaskId task, String kind, Digest request, ProblemException refusal) {
        return past.of(tenant, task)
                .handle((event, _) ->
                        first(event, kind, request)
                                ? CompletableFuture.completedStage(
                                        new Accepted(
                                                task,
                                                Position.at(
                                                        event.topic(),
                                                        event.partition(),
                                                        event.offset()),
                                                true))
                                : CompletableFuture.<Accepted>failedStage(refusal))
                .thenCompose(Function.identity());
    }

    private static boolean first(@Nullable LoggedEvent event, String kind, Digest request) {
        var envelope = event == null ? null : event.envelope();
        return envelope != null
                && envelope.messageOrNull() instanceof TaskEvent.Submitted submitted
                && submitted.kind().equals(kind)
                && submitted.inputDigest().equals(request);
    }
}
