package dev.millrace.gateway.work;

import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Labels;
import dev.millrace.gateway.work.Claimed.Granted;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Shows workers what they claimed.
///
/// An input that the blob store keeps is shown in full up to 1 MiB, and all of them in one answer,
/// with the outputs of dependencies, up to 8 MiB; beyond that, and where it cannot be read, its
/// address is. Safe for use by many threads; calls block on the blob store.
final class ItemsJson {

    private static final Logger LOG = LoggerFactory.getLogger(ItemsJson.class);
    private static final long MOST_BLOB_BYTES = 1 << 20;
    private static final long MOST_BYTES = 8 << 20;

    private final BlobStore blobs;

    ItemsJson(BlobStore blobs) {
        this.blobs = blobs;
    }

    /// A JSON object with `items`.
    String of(List<Granted> granted) {
        var text = new StringBuilder("{\"items\":[");
        long left = MOST_BYTES;
        for (var one : granted) {
            if (text.charAt(text.length() - 1) == '}') {
                text.append(',');
            }
            var head = head(one).encode();
            text.append(head, 0, head.length() - 1);
            var input = one.item().input();
            var shown = shown(input, left);
            if (shown != null) {
                text.append(",\"input\":").append(JsonText.of(shown));
                left -= input instanceof Content.Stored(_, long size) ? size : 0;
            } else if (input instanceof Content.Stored stored) {
                text.append(",\"input_ref\":").append(BlobJson.of(stored).encode());
            }
            left = DependenciesJson.append(text, one.item().dependencies(), left);
            text.append('}');
        }
        return text.append("]}").toString();
    }

    private static JsonObject head(Granted granted) {
        var envelope = granted.envelope();
        var item = granted.item();
        var terms = item.terms();
        var json =
                new JsonObject()
                        .put("task", item.task().toString())
                        .put("attempt", item.attempt())
                        .put("max_attempts", terms.retries().mostAttempts())
                        .put("claim_token", item.claimToken())
                        .put("priority", terms.priority().wireName())
                        .put("labels", labels(envelope.labels()))
                        .put("correlation", envelope.correlation().toString());
        put(json, "lease_ends", granted.leaseEnds());
        put(json, "deadline", terms.deadline());
        put(json, "parent", terms.parent());
        put(json, "subject", envelope.subject());
        put(json, "traceparent", envelope.trace() == null ? null : envelope.trace().parent());
        return json;
    }

    private static void put(JsonObject json, String name, @Nullable Object value) {
        if (value != null) {
            json.put(name, value.toString());
        }
    }

    private static JsonObject labels(Labels labels) {
        return new JsonObject()
                .put("sensitivity", labels.sensitivity().wireName())
                .put("tags", new JsonArray(List.copyOf(labels.tags())));
    }

    /// The text of an input; null if it is too large to show, or cannot be read.
    private @Nullable String shown(Content input, long left) {
        if (input instanceof Content.Stored(_, long size)
                && size > Math.min(MOST_BLOB_BYTES, left)) {
            return null;
        }
        try {
            return blobs.text(input);
        } catch (IOException unread) { // its worker asks for it, and learns why it has none
            LOG.atWarn().setMessage("An input could not be read").setCause(unread).log();
            return null;
        }
    }
}
