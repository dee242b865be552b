package dev.millrace.gateway.kinds;

import dev.millrace.domain.kind.TaskKind;
import dev.millrace.domain.task.Retries;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.problem.FieldError;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import dev.millrace.gateway.submit.RequestedTerms;
import dev.millrace.gateway.submit.UnicodeText;
import dev.millrace.gateway.tasks.CanonicalJson;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads the kind that a caller wants to register from the body of its request.
final class KindRequest {

    private KindRequest() {}

    /// The kind, as version 1. Its schemas are in one form only, so that equal ones are equal
    /// texts.
    ///
    /// @throws ProblemException 422 if a schema is none, 400 if something else is out of its range
    static TaskKind of(JsonObject body) {
        var input = body.getJsonObject("input_schema");
        var output = body.getJsonObject("output_schema");
        var faults = new ArrayList<FieldError>();
        faults.addAll(examined("/input_schema", input));
        faults.addAll(examined("/output_schema", output));
        if (!faults.isEmpty()) {
            throw new ProblemException(Problem.ofFields(ProblemKind.INVALID_SCHEMA, faults));
        }
        var description = body.getString("description", "");
        UnicodeText.requireWhole("description", description);
        var timeout = body.getLong("timeout_ms");
        var retries = RequestedTerms.retries(body.getJsonObject("retries"), Retries.DEFAULT);
        long lease = body.getLong("lease_ms", TaskKind.DEFAULT_LEASE.toMillis());
        var inputSchema = text("input_schema", input);
        var outputSchema = text("output_schema", output);
        return Call.parsed(
                "",
                "",
                _ ->
                        new TaskKind(
                                body.getString("name"),
                                1,
                                description,
                                inputSchema,
                                outputSchema,
                                retries,
                                Duration.ofMillis(lease),
                                timeout == null ? null : Duration.ofMillis(timeout),
                                roles(body, "submitters"),
                                roles(body, "workers")));
    }

    private static List<FieldError> examined(String at, @Nullable JsonObject schema) {
        return schema == null ? List.of() : SchemaExam.faults(at, schema);
    }

    private static @Nullable String text(String field, @Nullable JsonObject schema) {
        return schema == null ? null : CanonicalJson.of(field, schema);
    }

    private static Set<String> roles(JsonObject body, String field) {
        return body.getJsonArray(field, new JsonArray()).stream()
                .map(String::valueOf)
                .collect(Collectors.toUnmodifiableSet());
    }
}
