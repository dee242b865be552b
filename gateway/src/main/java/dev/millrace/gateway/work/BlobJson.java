package dev.millrace.gateway.work;

import dev.millrace.domain.event.Content;
import io.vertx.core.json.JsonObject;

/// Where a worker reads what is too large to be shown.
final class BlobJson {

    private BlobJson() {}

    static JsonObject of(Content.Stored stored) {
        return new JsonObject()
                .put(
                        "blob",
                        new JsonObject()
                                .put("digest", stored.digest().hex())
                                .put("size", stored.size()));
    }
}
