package dev.millrace.gateway.tasks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.view.Views.ViewRow;
import dev.millrace.gateway.commands.TaskEnd;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How a task that has ended is answered, the same whether its last event says so or its row.
///
/// @param body `id`, `state`, `attempt`, `output` or `failure`, and `position`
record EndedTask(ObjectNode body) {

    private static final Set<String> ENDS = Set.of("succeeded", "failed", "cancelled", "expired");

    /* Outputs stand in rows up to this depth; deeper ones, and what is no JSON, are texts there. */
    private static final int MOST_NESTING = 500;
    private static final JsonMapper CONTENTS = mapper(MOST_NESTING);
    private static final JsonMapper ROWS = mapper(StreamReadConstraints.DEFAULT_MAX_DEPTH);

    static EndedTask of(TaskEnd end) {
        var body = JsonNodeFactory.instance.objectNode();
        body.put("id", end.task().toString())
                .put("state", end.stage().wireName())
                .put("attempt", end.attempt());
        if (end.output() != null) {
            body.set("output", output(end.output()));
        }
        if (end.failure() != null) {
            body.putObject("failure")
                    .put("code", end.failure().code())
                    .put("detail", end.failure().detail());
        }
        return new EndedTask(body.put("position", end.position().toString()));
    }

    /// From a row of the view `tasks`; null if it says that the task has not ended.
    static @Nullable EndedTask of(ViewRow row) {
        var json = row.json();
        var task = json == null ? null : tree(ROWS, json);
        if (task == null || !ENDS.contains(task.path("state").asText())) {
            return null;
        }
        var state = task.path("state").asText();
        var body = JsonNodeFactory.instance.objectNode();
        body.put("id", row.key()).put("state", state).set("attempt", task.path("attempt"));
        if (state.equals("succeeded")) {
            body.set("output", task.path("output"));
        }
        // The row of a task that was cancelled keeps what its last attempt failed with.
        if (state.equals("failed")) {
            body.set("failure", task.path("error"));
        }
        return new EndedTask(body.put("position", row.position().toString()));
    }

    private static JsonNode output(Content output) {
        return switch (output) {
            case Content.Inline(String text) -> {
                var tree = tree(CONTENTS, text);
                yield tree == null || tree.isMissingNode() ? TextNode.valueOf(text) : tree;
            }
            case Content.Stored(var digest, long size) -> {
                var address = JsonNodeFactory.instance.objectNode();
                address.putObject("blob").put("digest", digest.hex()).put("size", size);
                yield address;
            }
        };
    }

    private static @Nullable JsonNode tree(JsonMapper mapper, String text) {
        try {
            return mapper.readTree(text);
        } catch (JsonProcessingException notJson) {
            return null;
        }
    }

    /// Keeps numbers as they are written.
    private static JsonMapper mapper(int mostNesting) {
        var bounds = StreamReadConstraints.builder().maxNestingDepth(mostNesting).build();
        return JsonMapper.builder(JsonFactory.builder().streamReadConstraints(bounds).build())
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();
    }
}
