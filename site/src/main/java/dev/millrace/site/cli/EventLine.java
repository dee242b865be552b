package dev.millrace.site.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/// An event of a task as one line for people: when, what, and what matters of it.
final class EventLine {

    private EventLine() {}

    /// @param event an item of the task's history
    static String of(JsonNode event) {
        var happened = TaskFollower.happened(event);
        var line =
                "%s  %-14s  %s"
                        .formatted(
                                event.path("time").asText(),
                                happened,
                                matter(happened, event.path("detail")));
        return line.replaceAll("[\\r\\n\\t]+", " ").stripTrailing();
    }

    private static String matter(String happened, JsonNode detail) {
        var attempt = "attempt " + detail.path("attempt").asLong();
        return switch (happened) {
            case "submitted" -> submitted(detail);
            case "queued", "succeeded" -> attempt;
            case "started" ->
                    attempt
                            + " by "
                            + detail.path("worker").asText()
                            + told(detail, "lease_ends", ", lease until ");
            case "lease_extended" -> attempt + told(detail, "lease_ends", ", lease until ");
            case "attempt_failed" ->
                    attempt
                            + ", "
                            + failure(detail.path("error"))
                            + told(detail, "retry_at", "; the next from ");
            case "failed" -> attempt + ", " + failure(detail.path("error"));
            case "cancelled" -> attempt + told(detail, "why", ", ");
            case "expired" -> attempt + told(detail, "deadline", ", deadline ");
            case "refused" ->
                    detail.path("refused").asText()
                            + ", "
                            + detail.path("reason").asText()
                            + told(detail, "detail", ": ");
            default -> detail.toString(); // of a newer version
        };
    }

    private static String submitted(JsonNode detail) {
        var parts = new ArrayList<>(List.of(detail.path("kind").asText()));
        parts.add(told(detail, "max_attempts", "attempts: "));
        parts.add(told(detail, "due", "not before "));
        parts.add(told(detail, "deadline", "deadline "));
        parts.add(told(detail, "parent", "part of "));
        parts.add(told(detail, "rerun_of", "rerun of "));
        parts.removeIf(String::isEmpty);
        return String.join(", ", parts);
    }

    private static String failure(JsonNode error) {
        return error.path("code").asText() + told(error, "detail", ": ");
    }

    /// What a field says, after `before`; nothing if it is absent or empty.
    private static String told(JsonNode object, String field, String before) {
        var text = object.path(field).asText("");
        return text.isEmpty() ? "" : before + text;
    }
}
