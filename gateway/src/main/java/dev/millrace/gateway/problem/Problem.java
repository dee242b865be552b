package dev.millrace.gateway.problem;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One error as a caller sees it (RFC 9457), with `error_code` and `errors` beside the standard
/// members.
///
/// @param detail what is wrong here, and the way out
/// @param errors the fields at fault, if any
/// @param headers to be sent along, for instance `Retry-After`
/// @param correlation finds the cause in the log; null unless it is there
/// @param members what a program may need beside these, by name
public record Problem(
        ProblemKind kind,
        String detail,
        List<FieldError> errors,
        Map<String, String> headers,
        @Nullable UUID correlation,
        Map<String, String> members) {

    /// The header that says when to ask again, in seconds.
    public static final String RETRY_AFTER = "Retry-After";

    /// The content type of every error.
    public static final String MEDIA_TYPE = "application/problem+json";

    public Problem {
        errors = List.copyOf(errors);
        headers = Map.copyOf(headers);
        members = Map.copyOf(members);
    }

    /// A problem with nothing more to say.
    public static Problem of(ProblemKind kind, String detail) {
        return new Problem(kind, detail, List.of(), Map.of(), null, Map.of());
    }

    /// A problem with one header.
    public static Problem of(ProblemKind kind, String detail, String header, String value) {
        return new Problem(kind, detail, List.of(), Map.of(header, value), null, Map.of());
    }

    /// A problem that is over after a while.
    public static Problem retryAfter(ProblemKind kind, String detail, int seconds) {
        return of(kind, detail, RETRY_AFTER, Integer.toString(seconds));
    }

    /// A problem of one field.
    public static Problem ofField(ProblemKind kind, String field, String message) {
        return ofFields(kind, List.of(new FieldError(field, message)));
    }

    /// A problem of some fields, at least one.
    public static Problem ofFields(ProblemKind kind, List<FieldError> errors) {
        var first = errors.getFirst();
        var detail =
                first.field().isEmpty() ? first.message() : first.field() + ": " + first.message();
        return new Problem(kind, detail, errors, Map.of(), null, Map.of());
    }

    /// The same with one more member.
    public Problem with(String member, String value) {
        var more = new HashMap<>(members);
        more.put(member, value);
        return new Problem(kind, detail, errors, headers, correlation, more);
    }

    /// The body.
    ///
    /// @param instance the path that was asked for
    public String toJson(String instance) {
        return json(instance).encode();
    }

    /// The body, to be put into a larger one.
    ///
    /// @param instance the path that was asked for
    public JsonObject json(String instance) {
        var faults = new JsonArray();
        errors.forEach(error ->
                faults.add(
                        new JsonObject()
                                .put("field", error.field())
                                .put("message", error.message())));
        var json =
                new JsonObject()
                        .put("type", "urn:millrace:problem:" + kind.code())
                        .put("title", kind.title())
                        .put("status", kind.status())
                        .put("detail", detail)
                        .put("instance", instance)
                        .put("error_code", kind.code())
                        .put("errors", faults);
        members.forEach(json::put);
        if (correlation != null) {
            json.put("correlation", correlation.toString());
        }
        return json;
    }
}
