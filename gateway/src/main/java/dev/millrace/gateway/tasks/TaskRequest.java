package dev.millrace.gateway.tasks;

import dev.millrace.domain.event.Labels;
import dev.millrace.domain.task.Retries;
import dev.millrace.domain.task.Terms;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.submit.DeclaredLabels;
import dev.millrace.gateway.submit.RequestedTerms;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A task that somebody asks for.
///
/// @param subject whose personal data the input is; null if nobody's
/// @param terms made of the retries that the kind has where nothing is said of them
/// @param asksForRetries whether something is said of them
/// @param after what names the tasks that it waits for
record TaskRequest(
        String kind,
        JsonObject input,
        Labels labels,
        @Nullable String subject,
        Function<Retries, Terms> terms,
        boolean asksForRetries,
        List<String> after) {

    /// From a JSON body, or an item of one, that fits the contract.
    ///
    /// @throws ProblemException 400 if a term is out of its range
    static TaskRequest of(JsonObject body) {
        var _ = RequestedTerms.of(body, Retries.DEFAULT); // whatever is out of its range shows now
        return new TaskRequest(
                body.getString("kind"),
                body.getJsonObject("input"),
                DeclaredLabels.of(body),
                body.getString("subject"),
                usual -> RequestedTerms.of(body, usual),
                body.containsKey("retries"),
                after(body));
    }

    /// What names the tasks that a JSON body waits for, each once.
    static List<String> after(JsonObject body) {
        return body.getJsonArray("after", new JsonArray()).stream()
                .map(String::valueOf)
                .distinct()
                .toList();
    }
}
