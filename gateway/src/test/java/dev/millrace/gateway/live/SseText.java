package dev.millrace.gateway.live;

import java.util.ArrayList;
import java.util.List;

/// Reads an event stream as the HTML standard says, from text that may break off anywhere.
public final class SseText {

    private final StringBuilder rest = new StringBuilder();
    private String lastId = "";
    private String id = "";
    private String event = "";
    private String data = "";
    private int comments;

    /// What was told to the client's program with a piece of text.
    public List<Event> take(String text) {
        rest.append(text);
        var told = new ArrayList<Event>();
        int from = 0;
        for (int end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n", from)) {
            line(rest.substring(from, end), told);
            from = end + 1;
        }
        rest.delete(0, from);
        return told;
    }

    private void line(String line, List<Event> told) {
        if (line.isEmpty()) {
            lastId = id;
            if (!data.isEmpty()) {
                told.add(new Event(lastId, event, data));
            }
            event = "";
            data = "";
        } else if (line.startsWith(":")) {
            comments++;
        } else if (line.startsWith("id: ")) {
            id = line.substring("id: ".length());
        } else if (line.startsWith("event: ")) {
            event = line.substring("event: ".length());
        } else if (line.startsWith("data: ")) {
            data = line.substring("data: ".length());
        } else if (!line.startsWith("retry: ")) {
            throw new AssertionError("no line of an event stream: " + line);
        }
    }

    /// What is sent as `Last-Event-ID`.
    public String lastId() {
        return lastId;
    }

    public int comments() {
        return comments;
    }

    /// One event.
    public record Event(String id, String name, String data) {

        /// Whether it is one of the log rather than a notice of the gateway.
        public boolean isOfLog() {
            return name.contains(".");
        }
    }
}
