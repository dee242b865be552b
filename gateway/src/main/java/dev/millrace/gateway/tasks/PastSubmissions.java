package dev.millrace.gateway.tasks;

import dev.millrace.domain.log.EventLog;
import dev.millrace.domain.log.EventLog.LogQuery;
import dev.millrace.domain.log.EventLog.LoggedEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// What tasks were asked to do. That is in the log alone: the view `task-history` says where, and
/// the record there is read.
///
/// Safe for use by many threads; never blocks.
public final class PastSubmissions {

    private static final String HISTORY = "task-history";
    private static final String SUBMITTED = "dev.millrace.task.submitted";
    private static final int PAGE = 100;

    /* Refusals may come before a submission, but hardly a thousand of them. */
    private static final int MOST_PAGES = 10;

    private final Views views;
    private final EventLog log;

    public PastSubmissions(Views views, EventLog log) {
        this.views = views;
        this.log = log;
    }

    /// The event by which a task was submitted; fails with a [ProblemException] 404 if none is
    /// known.
    CompletionStage<LoggedEvent> of(String tenant, TaskId task) {
        return place(tenant, task, null, 0).thenCompose(place -> logged(tenant, task, place));
    }

    /// Where in the log a task's submission stands.
    ///
    /// @param token of the page of its history to look at; null for the first
    /// @param pages so many were looked at before
    private CompletionStage<JsonObject> place(
            String tenant, TaskId task, @Nullable String token, int pages) {
        var query = new ViewQuery(HISTORY, tenant, Map.of("task", task.toString()), PAGE, token);
        return views.list(query)
                .thenCompose(page -> {
                    for (var item : page.items()) {
                        var event = new JsonObject(item);
                        if (SUBMITTED.equals(event.getString("type"))) {
                            return CompletableFuture.completedStage(event);
                        }
                    }
                    if (page.nextToken() == null || pages + 1 == MOST_PAGES) {
                        throw absent("no submission of the task " + task + " is known yet");
                    }
                    return place(tenant, task, page.nextToken(), pages + 1);
                });
    }

    private CompletionStage<LoggedEvent> logged(String tenant, TaskId task, JsonObject place) {
        var topic = place.getString("topic");
        long offset = place.getLong("offset");
        var before =
                offset == 0
                        ? Position.START
                        : Position.at(topic, place.getInteger("partition"), offset - 1);
        return log.read(new LogQuery(topic, task.toString(), tenant, before, 1))
                .thenApply(page -> {
                    if (page.events().isEmpty() || page.events().getFirst().offset() != offset) {
                        throw absent("the submission of the task " + task + " is no longer kept");
                    }
                    return page.events().getFirst();
                });
    }

    private static ProblemException absent(String detail) {
        return new ProblemException(Problem.of(ProblemKind.NOT_FOUND, detail));
    }
}
