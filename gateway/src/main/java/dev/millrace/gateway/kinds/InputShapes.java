package dev.millrace.gateway.kinds;

import dev.millrace.domain.kind.TaskKind;
import dev.millrace.gateway.contract.Shape;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.Validator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The schemas of kinds, ready to be used: the last 256 that were.
///
/// Safe for use by many threads.
final class InputShapes {

    static final int MOST = 256;

    private static final float LOAD = 0.75f;

    private final Map<String, Shape> shapes =
            new LinkedHashMap<>(MOST, LOAD, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Shape> eldest) {
                    return size() > MOST;
                }
            };

    /// The shape of a kind's inputs; null if any object will do.
    ///
    /// @throws RuntimeException if the schema is of no use: it was not looked at when the kind was
    ///   registered
    @Nullable Shape of(TaskKind kind) {
        return of(kind.inputSchema());
    }

    /// The shape of a kind's outputs, likewise.
    @Nullable Shape ofOutputs(TaskKind kind) {
        return of(kind.outputSchema());
    }

    private @Nullable Shape of(@Nullable String schema) {
        if (schema == null) {
            return null;
        }
        var known = known(schema);
        if (known != null) {
            return known;
        }
        var made = make(new JsonObject(schema)); // outside of the lock: it may take its time
        synchronized (shapes) {
            shapes.put(schema, made);
        }
        return made;
    }

    /// How many are ready.
    int size() {
        synchronized (shapes) {
            return shapes.size();
        }
    }

    private @Nullable Shape known(String schema) {
        synchronized (shapes) {
            return shapes.get(schema);
        }
    }

    /// Only what is inside the schema is ever looked at; nothing is fetched.
    private static Shape make(JsonObject schema) {
        return Shape.pointing(
                Validator.create(
                        JsonSchema.of(schema),
                        new JsonSchemaOptions()
                                .setBaseUri("millrace://kind")
                                .setDraft(Draft.DRAFT202012)
                                .setOutputFormat(OutputFormat.Basic)));
    }
}
