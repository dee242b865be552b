package dev.millrace.gateway.contract;

import dev.millrace.domain.event.Digest;
import dev.millrace.domain.view.Position;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a caller gets when all went well.
///
/// @param mediaType empty if there is no body
/// @param body in the media type; texts in UTF-8
/// @param stream writes the body instead, bit by bit; null if `body` is all of it
public record Answer(
        int status,
        String mediaType,
        Buffer body,
        Map<String, String> headers,
        @Nullable BodyStream stream) {

    private static final String JSON = "application/json";
    private static final int OK = 200;
    private static final int NOT_MODIFIED = 304;
    private static final int TAG_DIGITS = 32;

    public Answer {
        headers = Map.copyOf(headers);
    }

    /// With the whole body.
    public Answer(int status, String mediaType, Buffer body, Map<String, String> headers) {
        this(status, mediaType, body, headers, null);
    }

    /// A text.
    public Answer(int status, String mediaType, String body, Map<String, String> headers) {
        this(status, mediaType, Buffer.buffer(body), headers);
    }

    /// 200 with bytes of whatever kind.
    public static Answer bytes(byte[] content) {
        return new Answer(OK, "application/octet-stream", Buffer.buffer(content), Map.of());
    }

    /// 200 with a JSON text, which is sent as it is.
    public static Answer json(String text) {
        return new Answer(OK, JSON, text, Map.of());
    }

    /// A JSON object.
    public static Answer json(int status, JsonObject object) {
        return new Answer(status, JSON, object.encode(), Map.of());
    }

    /// 200 with a body that goes on for as long as there is something to say.
    public static Answer stream(String mediaType, Map<String, String> headers, BodyStream stream) {
        return new Answer(OK, mediaType, Buffer.buffer(), headers, stream);
    }

    /// A page of a list, with the address of the next one.
    ///
    /// @param items JSON texts, sent as they are
    /// @param nextToken null on the last page
    /// @param tokenParameter the query parameter that takes `nextToken`
    public static Answer page(
            Call call,
            List<String> items,
            @Nullable String nextToken,
            Position position,
            String tokenParameter) {
        return page(call, items, nextToken, position, tokenParameter, "");
    }

    /// A page of a list with more members.
    ///
    /// @param members JSON members, each preceded by a comma; or empty
    public static Answer page(
            Call call,
            List<String> items,
            @Nullable String nextToken,
            Position position,
            String tokenParameter,
            String members) {
        var text =
                "{\"items\":["
                        + String.join(",", items)
                        + "],\"next_token\":"
                        + (nextToken == null ? "null" : Json.encode(nextToken))
                        + ",\"position\":"
                        + Json.encode(position.toString())
                        + members
                        + "}";
        var answer = json(text);
        return nextToken == null
                ? answer
                : answer.with("Link", link(call, tokenParameter, nextToken));
    }

    /// The same, or 304 if the caller has it already (RFC 9110 §13.1.2).
    public Answer unlessKnown(Call call) {
        var tag = tag(body.getBytes());
        return unlessTagged(call, tag, tag);
    }

    /// The same, or 304 if the caller has it already, where it can be told from others without the
    /// whole body; the validator is a weak one.
    ///
    /// @param content what tells one answer from another
    public Answer unlessKnown(Call call, String content) {
        var tag = tag(content.getBytes(StandardCharsets.UTF_8));
        return unlessTagged(call, tag, "W/" + tag);
    }

    private static String tag(byte[] content) {
        return '"' + Digest.of(content).hex().substring(0, TAG_DIGITS) + '"';
    }

    private Answer unlessTagged(Call call, String tag, String validator) {
        var known = call.text("If-None-Match");
        boolean isKnown =
                known != null
                        && Arrays.stream(known.split(",", -1))
                                .map(String::strip)
                                .map(text -> text.startsWith("W/") ? text.substring(2) : text)
                                .anyMatch(text -> text.equals(tag) || text.equals("*"));
        var more = new HashMap<>(headers);
        more.put("ETag", validator);
        more.put("Cache-Control", "private, no-cache");
        return isKnown
                ? new Answer(NOT_MODIFIED, "", Buffer.buffer(), more)
                : new Answer(status, mediaType, body, more, stream);
    }

    /// The same with one more header.
    public Answer with(String header, String value) {
        var more = new HashMap<>(headers);
        more.put(header, value);
        return new Answer(status, mediaType, body, more, stream);
    }

    private static String link(Call call, String tokenParameter, String nextToken) {
        var query = new LinkedHashMap<>(call.query());
        query.put(tokenParameter, nextToken);
        return query.entrySet().stream()
                .map(entry -> encoded(entry.getKey()) + "=" + encoded(entry.getValue()))
                .collect(Collectors.joining("&", "<" + call.path() + "?", ">; rel=\"next\""));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
