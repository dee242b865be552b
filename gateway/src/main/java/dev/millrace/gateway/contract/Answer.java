package dev.millrace.gateway.contract;

import dev.millrace.domain.view.Position;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a caller gets when all went well.
///
/// @param body in the media type; texts in UTF-8
public record Answer(int status, String mediaType, Buffer body, Map<String, String> headers) {

    private static final String JSON = "application/json";
    private static final int OK = 200;

    public Answer {
        headers = Map.copyOf(headers);
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

    /// The same with one more header.
    public Answer with(String header, String value) {
        var more = new HashMap<>(headers);
        more.put(header, value);
        return new Answer(status, mediaType, body, more);
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
