package dev.millrace.gateway.submit;

import dev.millrace.domain.task.DependencyPolicy;
import dev.millrace.domain.task.Priority;
import dev.millrace.domain.task.Retries;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.Terms;
import dev.millrace.gateway.contract.Call;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// On what terms a caller wants its task to be done: `priority`, `not_before`, `deadline`,
/// `retries`, `parent` and `on_failed_dependency` of a JSON body, the usual ones where it says
/// nothing.
public final class RequestedTerms {

    private RequestedTerms() {}

    /// The terms of a body.
    ///
    /// @param usual the retries where it says nothing of them
    /// @throws dev.millrace.gateway.problem.ProblemException 400 if one is out of its range
    public static Terms of(JsonObject body, Retries usual) {
        var parent = body.getString("parent");
        return new Terms(
                Priority.ofWireName(body.getString("priority", Priority.NORMAL.wireName())),
                moment(body, "not_before"),
                moment(body, "deadline"),
                retries(body.getJsonObject("retries"), usual),
                parent == null ? null : TaskId.parse(parent),
                DependencyPolicy.ofWireName(
                        body.getString("on_failed_dependency", DependencyPolicy.FAIL.wireName())),
                null,
                null);
    }

    /// A moment in whole milliseconds, which is what the log keeps; null if there is none.
    ///
    /// @throws dev.millrace.gateway.problem.ProblemException 400 if it is no time
    public static @Nullable Instant moment(JsonObject body, String field) {
        var text = body.getString(field);
        return text == null ? null : Call.parsed(field, text, RequestedTerms::moment);
    }

    private static Instant moment(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS);
        } catch (DateTimeParseException malformed) {
            throw new IllegalArgumentException(
                    text + " (expected: a time such as 2026-11-22T10:00:00Z)", malformed);
        }
    }

    /// The retries that an object asks for.
    ///
    /// @param usual what holds where it says nothing
    /// @throws dev.millrace.gateway.problem.ProblemException 400 if one is out of its range
    public static Retries retries(@Nullable JsonObject retries, Retries usual) {
        if (retries == null) {
            return usual;
        }
        return Call.parsed(
                "retries",
                retries.encode(),
                _ ->
                        new Retries(
                                retries.getInteger("max_attempts", usual.mostAttempts()),
                                wait(retries, "first_wait_ms", usual.first()),
                                wait(retries, "longest_wait_ms", usual.longest()),
                                retries.containsKey("final_codes")
                                        ? codes(retries.getJsonArray("final_codes"))
                                        : usual.finalCodes()));
    }

    private static Set<String> codes(JsonArray codes) {
        return codes.stream().map(String::valueOf).collect(Collectors.toUnmodifiableSet());
    }

    private static Duration wait(JsonObject retries, String field, Duration usual) {
        return Duration.ofMillis(retries.getLong(field, usual.toMillis()));
    }
}
