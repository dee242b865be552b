package dev.millrace.gateway.tasks;

import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.problem.Failures;
import dev.millrace.gateway.problem.Problem;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// What a batch is answered with: an item each, in the order of the request, with the status that
/// it would have had alone.
///
/// @param failures tells what became of an item that was refused
/// @param operation what is done with an item, for the log
record BatchItems(Failures failures, String operation) {

    private static final int OK = 200;

    /// The item of what was refused, or failed.
    JsonObject refused(Call call, Throwable failure) {
        var problem = failures.problem(failure, operation);
        var item =
                new JsonObject()
                        .put("status", problem.kind().status())
                        .put("problem", problem.json(call.path()));
        var wait = problem.headers().get(Problem.RETRY_AFTER);
        return wait == null ? item : item.put("retry_after", Integer.valueOf(wait));
    }

    /// All items, once the last of them is known.
    static CompletableFuture<JsonArray> all(List<CompletableFuture<JsonObject>> items) {
        return CompletableFuture.allOf(items.toArray(CompletableFuture[]::new))
                .thenApply(_ -> {
                    var array = new JsonArray();
                    items.forEach(item -> array.add(item.join()));
                    return array;
                });
    }

    /// 200 with all items, once the last of them is known.
    static CompletionStage<Answer> answer(List<CompletableFuture<JsonObject>> items) {
        return all(items).thenApply(array -> Answer.json(OK, new JsonObject().put("items", array)));
    }
}
