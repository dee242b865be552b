package dev.millrace.gateway.kinds;

import dev.millrace.domain.kind.BuiltInKinds;
import dev.millrace.domain.kind.TaskKind;
import dev.millrace.domain.task.Retries;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Kinds as callers see them.
final class KindJson {

    private KindJson() {}

    /// All of a kind.
    static JsonObject whole(TaskKind kind) {
        return summary(kind)
                .put("input_schema", schema(kind.inputSchema()))
                .put("output_schema", schema(kind.outputSchema()));
    }

    /// A kind without its schemas, which may be large.
    static JsonObject summary(TaskKind kind) {
        var timeout = kind.timeout();
        return new JsonObject()
                .put("name", kind.name())
                .put("version", kind.version())
                .put("description", kind.description())
                .put("retries", retries(kind.retries()))
                .put("lease_ms", kind.lease().toMillis())
                .put("timeout_ms", timeout == null ? null : timeout.toMillis())
                .put("submitters", sorted(kind.submitters()))
                .put("workers", sorted(kind.workers()))
                .put("built_in", BuiltInKinds.isBuiltIn(kind.name()))
                .put("in_house", BuiltInKinds.isInHouse(kind.name()));
    }

    private static JsonObject retries(Retries retries) {
        return new JsonObject()
                .put("max_attempts", retries.mostAttempts())
                .put("first_wait_ms", retries.first().toMillis())
                .put("longest_wait_ms", retries.longest().toMillis())
                .put("final_codes", sorted(retries.finalCodes()));
    }

    private static @Nullable JsonObject schema(@Nullable String text) {
        return text == null ? null : new JsonObject(text);
    }

    private static JsonArray sorted(Set<String> names) {
        return new JsonArray(names.stream().sorted().toList());
    }
}
