package dev.millrace.inference.kinds.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.event.Bytes;
import dev.millrace.inference.work.WorkFailed;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The input of a task of the kind `http`.
///
/// @param method `GET` if it is missing
/// @param url of HTTP or HTTPS
/// @param headers at most 64
/// @param body a text, sent as it is, or any other JSON; at most 1 MiB
/// @param timeoutMs how long the call may take in all, redirects included; 1 to 300,000, and 30,000
///   if it is missing
record CallInput(
        @Nullable String method,
        @Nullable String url,
        @Nullable Map<String, String> headers,
        @Nullable JsonNode body,
        @Nullable Integer timeoutMs) {

    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");
    private static final Set<String> WITHOUT_BODY = Set.of("GET", "HEAD");
    private static final int MAX_BODY_BYTES = 1024 * 1024;
    private static final int USUAL_MILLIS = 30_000;
    private static final int MOST_MILLIS = 300_000;

    /// What is to be called.
    ///
    /// @throws WorkFailed `bad_input` or `too_large`
    Call checked() throws WorkFailed {
        var verb = method == null ? "GET" : method;
        if (!METHODS.contains(verb)) {
            throw bad(
                    "method: %s (expected: GET, HEAD, POST, PUT, PATCH or DELETE)".formatted(verb));
        }
        var content = body == null || body.isNull() ? null : bytes(body);
        if (content != null && WITHOUT_BODY.contains(verb)) {
            throw bad("body: with %s (expected: none, or another method)".formatted(verb));
        }
        int millis = timeoutMs == null ? USUAL_MILLIS : timeoutMs;
        if (millis < 1 || millis > MOST_MILLIS) {
            throw bad(
                    "timeout_ms: %s (expected: 1..%d)"
                            .formatted(Integer.toString(millis), MOST_MILLIS));
        }
        var type =
                body != null && body.isTextual() ? "text/plain; charset=utf-8" : "application/json";
        return new Call(
                verb,
                address(),
                SentHeaders.of(headers == null ? Map.of() : headers, content == null ? null : type),
                content,
                Duration.ofMillis(millis));
    }

    private URI address() throws WorkFailed {
        if (url == null) {
            throw bad("url: missing (expected: an address of http or https)");
        }
        try {
            return HttpUrl.checked(URI.create(url));
        } catch (IllegalArgumentException unfit) {
            throw bad("url: %s".formatted(String.valueOf(unfit.getMessage())));
        }
    }

    private static Bytes bytes(JsonNode body) throws WorkFailed {
        var bytes =
                (body.isTextual() ? body.textValue() : body.toString())
                        .getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_BODY_BYTES) {
            throw WorkFailed.forGood(
                    "too_large",
                    "body: %d bytes (expected: at most %d)"
                            .formatted(bytes.length, MAX_BODY_BYTES));
        }
        return Bytes.copyOf(bytes);
    }

    private static WorkFailed bad(String detail) {
        return WorkFailed.forGood("bad_input", detail);
    }

    /// What is to be called, all of it checked.
    ///
    /// @param body null for none
    record Call(
            String method,
            URI url,
            Map<String, String> headers,
            @Nullable Bytes body,
            Duration timeout) {}
}
