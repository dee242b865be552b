package dev.millrace.gateway.tasks;

import dev.millrace.domain.event.Labels;
import dev.millrace.domain.task.Terms;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.submit.DeclaredLabels;
import dev.millrace.gateway.submit.RequestedTerms;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// A task that somebody asks for.
///
/// @param subject whose personal data the input is; null if nobody's
record TaskRequest(
        String kind, JsonObject input, Labels labels, @Nullable String subject, Terms terms) {

    /// From a JSON body, or an item of one, that fits the contract.
    ///
    /// @throws ProblemException 400 if a term is out of its range
    static TaskRequest of(JsonObject body) {
        return new TaskRequest(
                body.getString("kind"),
                body.getJsonObject("input"),
                DeclaredLabels.of(body),
                body.getString("subject"),
                RequestedTerms.of(body));
    }
}
