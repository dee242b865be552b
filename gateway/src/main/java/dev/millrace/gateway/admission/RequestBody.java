package dev.millrace.gateway.admission;

import dev.millrace.domain.task.UncheckedRequest;
import dev.millrace.gateway.contract.Contract;
import dev.millrace.gateway.contract.ForeignBodies;
import dev.millrace.gateway.problem.ProblemException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Makes a body of `POST /v1/tasks` of a request, so that one contract holds for both.
///
/// Safe for use by many threads.
final class RequestBody {

    private final ForeignBodies bodies;

    /// @param maxBytes the largest text of an input that is taken, in bytes of UTF-8
    RequestBody(int maxBytes) {
        this.bodies = ForeignBodies.of(Contract.load(), "submitTask", maxBytes);
    }

    /// The body, which fits the contract.
    ///
    /// @throws ProblemException if it does not, naming the fields at fault as they are in the body
    JsonObject of(UncheckedRequest request) {
        var body =
                new JsonObject()
                        .put("kind", request.kind())
                        .put("input", bodies.object("input", request.input()))
                        .put("priority", request.priority())
                        .put("on_failed_dependency", request.onFailedDependency());
        if (!request.after().isEmpty()) {
            body.put("after", new JsonArray(request.after()));
        }
        var labels = request.labels();
        if (labels != null) {
            body.put(
                    "labels",
                    new JsonObject()
                            .put("sensitivity", labels.sensitivity())
                            .put("tags", new JsonArray(labels.tags())));
        }
        var attempts = request.maxAttempts();
        if (attempts != null) {
            body.put("retries", new JsonObject().put("max_attempts", attempts));
        }
        put(body, "subject", request.subject());
        put(body, "not_before", request.notBefore());
        put(body, "deadline", request.deadline());
        put(body, "parent", request.parent());
        return bodies.fitting(body);
    }

    private static void put(JsonObject body, String field, @Nullable Object value) {
        if (value != null) {
            body.put(field, value.toString());
        }
    }
}
