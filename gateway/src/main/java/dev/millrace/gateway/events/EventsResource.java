package dev.millrace.gateway.events;

import dev.millrace.domain.log.EventLog;
import dev.millrace.domain.log.EventLog.LogQuery;
import dev.millrace.domain.log.EventLog.LoggedEvent;
import dev.millrace.domain.view.Position;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import io.vertx.core.json.JsonObject;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.CompletionStage;

/// `GET /v1/events`.
public final class EventsResource {

    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final EventLog log;

    public EventsResource(EventLog log) {
        this.log = log;
    }

    /// Reads on from a position.
    public CompletionStage<Answer> read(Call call) {
        var after = call.text("after");
        var query =
                new LogQuery(
                        call.required("topic"),
                        call.text("key"),
                        call.tenant(),
                        after == null
                                ? Position.START
                                : Call.parsed("after", after, Position::parse),
                        call.integer("limit"));
        return log.read(query)
                .thenApply(page ->
                        Answer.page(
                                call,
                                page.events().stream().map(EventsResource::json).toList(),
                                page.atEnd() ? null : page.position().toString(),
                                page.position(),
                                "after",
                                ",\"at_end\":" + page.atEnd()));
    }

    /// The payload is JSON already, so it is put in as the text it is.
    private static String json(LoggedEvent event) {
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
