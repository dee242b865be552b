package dev.millrace.gateway.kinds;

import dev.millrace.gateway.contract.Shape;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.SchemaRepository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The schema that every JSON Schema 2020-12 must fit; read from the class path, never fetched.
final class MetaSchema {

    /// Its address, the value of `$schema`.
    static final String URI = "https://json-schema.org/draft/2020-12/schema";

    private static final String BASE = "https://json-schema.org/draft/2020-12/";
    private static final List<String> PARTS =
            List.of(
                    "schema",
                    "meta/core",
                    "meta/applicator",
                    "meta/validation",
                    "meta/meta-data",
                    "meta/format-annotation",
                    "meta/content",
                    "meta/unevaluated");

    private static final Shape SHAPE = load();

    private MetaSchema() {}

    /// What a schema must do to be one. Safe for use by many threads.
    static Shape shape() {
        return SHAPE;
    }

    private static Shape load() {
        var repository =
                SchemaRepository.create(
                        new JsonSchemaOptions()
                                .setBaseUri(BASE)
                                .setDraft(Draft.DRAFT202012)
                                .setOutputFormat(OutputFormat.Basic));
        PARTS.forEach(part -> repository.dereference(BASE + part, JsonSchema.of(read(part))));
        return Shape.pointing(repository.validator(URI));
    }

    private static JsonObject read(String part) {
        var path = "/json-schema.org/draft/2020-12/" + part;
        try (var in = JsonSchema.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException(path + ": not on the class path");
            }
            return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new IllegalStateException(path + ": unreadable", unreadable);
        }
    }
}
