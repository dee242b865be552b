package dev.millrace.gateway.work;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.task.DependencyResult;
import dev.millrace.domain.task.DependencyResults;
import io.vertx.core.json.JsonObject;

/// Shows a worker what the tasks gave that its task waited for.
final class DependenciesJson {

    private DependenciesJson() {}

    /// Appends `dependencies` and `dependencies_complete`. Outputs in the blob store are named, not
    /// shown; others are left out where there is no room for them.
    ///
    /// @param left how many bytes of outputs there is room for
    /// @return how many are left
    static long append(StringBuilder text, DependencyResults results, long left) {
        boolean isComplete = results.isComplete();
        long room = left;
        text.append(",\"dependencies\":[");
        for (var result : results.each()) {
            if (text.charAt(text.length() - 1) == '}') {
                text.append(',');
            }
            var head = head(result).encode();
            text.append(head, 0, head.length() - 1);
            if (result.output() instanceof Content.Inline(String output)) {
                int bytes = output.getBytes(UTF_8).length;
                if (bytes <= room) {
                    text.append(",\"output\":").append(JsonText.of(output));
                    room -= bytes;
                } else {
                    isComplete = false;
                }
            }
            text.append('}');
        }
        text.append("],\"dependencies_complete\":").append(isComplete);
        return room;
    }

    private static JsonObject head(DependencyResult result) {
        var json =
                new JsonObject()
                        .put("task", result.task().toString())
                        .put("status", result.end().wireName());
        return result.output() instanceof Content.Stored stored
                ? json.put("output_ref", BlobJson.of(stored))
                : json;
    }
}
