package dev.millrace.domain.event;

import java.util.regex.Pattern;

/// A W3C trace context (Trace Context, level 1).
///
/// @param parent the `traceparent` header
/// @param state the `tracestate` header; empty when there was none
public record Trace(String parent, String state) {

    private static final Pattern PARENT =
            Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
    private static final int MAX_STATE_LENGTH = 512;

    public Trace {
        if (!PARENT.matcher(parent).matches()) {
            throw new IllegalArgumentException(
                    "traceparent: " + parent + " (expected: " + PARENT.pattern() + ")");
        }
        if (state.length() > MAX_STATE_LENGTH) {
            throw new IllegalArgumentException(
                    "tracestate: " + state.length() + " characters (expected: 0..512)");
        }
    }
}
