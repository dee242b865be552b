package dev.millrace.gateway.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.domain.log.EventLog.LoggedEvent;
import io.vertx.core.json.JsonObject;

/// The pieces of an event stream, as the HTML standard has them.
final class Frames {

    /// Tells proxies and the client that somebody is there.
    static final String KEEP_ALIVE = ": keep-alive\n\n";

    private Frames() {}

    /// The first thing in a stream: when to come back if it breaks, and where it begins.
    static String opening(int retryMillis, String id) {
        return "retry: " + retryMillis + "\n" + idLine(id) + "\n";
    }

    /// An id without an event: nothing is told to the client's program, but it resumes from here.
    static String progress(String id) {
        return idLine(id) + "\n";
    }

    static String idLine(String id) {
        return "id: " + id + "\n";
    }

    /// An event, without its id.
    static byte[] event(LoggedEvent event) {
        return named(event.type(), EventJson.of(event)).getBytes(UTF_8);
    }

    /// What the gateway itself says, by a name without a dot.
    static String notice(String name, JsonObject data) {
        return named(name, data.encode());
    }

    private static String named(String name, String json) {
        /* The JSON of a payload is made elsewhere; a line break in it would end the data early. */
        var line = json.indexOf('\n') < 0 && json.indexOf('\r') < 0 ? json : oneLine(json);
        return "event: " + name + "\ndata: " + line + "\n\n";
    }

    private static String oneLine(String json) {
        return json.replace('\n', ' ').replace('\r', ' ');
    }
}
