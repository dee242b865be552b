package dev.millrace.gateway.live;

import dev.millrace.domain.log.EventLog.LoggedEvent;
import io.vertx.core.json.JsonObject;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// An event as the JSON object that callers see, on a page and in a stream alike.
public final class EventJson {

    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private EventJson() {}

    /// The payload is JSON already, so it is put in as the text it is.
    public static String of(LoggedEvent event) {
        var causation = event.causation();
        var envelope =
                new JsonObject()
                        .put("id", event.id().toString())
                        .put("type", event.type())
                        .put("time", MICROSECONDS.format(event.time()))
                        .put(
                                "actor",
                                new JsonObject()
                                        .put("id", event.actor().id())
                                        .put("proof", event.actor().proof().wireName()))
                        .put("tenant", event.tenant())
                        .put("key", event.key())
                        .put("topic", event.topic())
                        .put("partition", event.partition())
                        .put("offset", event.offset())
                        .put("causation", causation == null ? null : causation.toString())
                        .put("correlation", event.correlation().toString())
                        .encode();
        return envelope.substring(0, envelope.length() - 1)
                + ",\"payload\":"
                + event.payload()
                + "}";
    }
}
