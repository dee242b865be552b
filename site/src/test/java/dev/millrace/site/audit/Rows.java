package dev.millrace.site.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.task.Failure;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/// How the contract of the gateway shows things in rows.
final class Rows {

    static final JsonMapper JSON = JsonMapper.builder().build();

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private Rows() {}

    static ObjectNode row() {
        return JSON.createObjectNode();
    }

    static String time(Instant time) {
        return TIME.format(time);
    }

    static JsonNode actor(Actor actor) {
        return row().put("id", actor.id()).put("proof", actor.proof().wireName());
    }

    static @Nullable JsonNode error(@Nullable Failure failure) {
        return failure == null
                ? null
                : row().put("code", failure.code()).put("detail", failure.detail());
    }

    static JsonNode content(Content content) {
        return switch (content) {
            case Content.Inline(String text) -> parsed(text);
            case Content.Stored(var digest, long size) -> {
                var row = row();
                row.putObject("blob").put("digest", digest.hex()).put("size", size);
                yield row;
            }
        };
    }

    /// The row as a reader of its text sees it, where a number has no Java type.
    static JsonNode asRead(JsonNode row) {
        return parsed(row.toString());
    }

    private static JsonNode parsed(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException notJson) {
            return JSON.getNodeFactory().textNode(text);
        }
    }
}
