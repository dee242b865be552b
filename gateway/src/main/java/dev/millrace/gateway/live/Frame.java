package dev.millrace.gateway.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.domain.log.EventLog.LoggedEvent;
import io.vertx.core.json.JsonObject;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An event as it is sent, without its id: made once for each protocol, for all who are sent it.
/// Safe for use by many threads.
final class Frame {

    private final String name;
    private final Supplier<String> json;
    private volatile byte @Nullable [] bytes;
    private volatile @Nullable String text;

    private Frame(String name, Supplier<String> json) {
        this.name = name;
        this.json = json;
    }

    /// An event of the log.
    static Frame of(LoggedEvent event) {
        return new Frame(event.type(), () -> EventJson.of(event));
    }

    /// What the gateway itself says, by a name without a dot.
    static Frame of(String name, JsonObject data) {
        return of(name, data.encode());
    }

    /// The same with data that are JSON already.
    static Frame of(String name, String json) {
        return new Frame(name, () -> json);
    }

    /// The lines of a Server-Sent Event behind its id, and its end.
    byte[] lines() {
        var known = bytes;
        if (known == null) {
            known = ("event: " + name + "\ndata: " + oneLine(json.get()) + "\n\n").getBytes(UTF_8);
            bytes = known;
        }
        return known;
    }

    /// The members of a JSON object behind its id, and its end.
    String members() {
        var known = text;
        if (known == null) {
            known = "\"event\":\"" + name + "\",\"data\":" + json.get() + "}";
            text = known;
        }
        return known;
    }

    /// What its forms take up so far.
    int size() {
        var lines = bytes;
        var members = text;
        return (lines == null ? 0 : lines.length) + (members == null ? 0 : members.length());
    }

    /// The JSON of a payload is made elsewhere; a line break in it would end the data early.
    private static String oneLine(String json) {
        return json.indexOf('\n') < 0 && json.indexOf('\r') < 0
                ? json
                : json.replace('\n', ' ').replace('\r', ' ');
    }
}
