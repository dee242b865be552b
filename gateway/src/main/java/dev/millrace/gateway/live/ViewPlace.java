package dev.millrace.gateway.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.domain.log.LogPartition;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A place in a stream of rows, as the id of an event: up to where changes are told, and while the
/// client has not all rows yet, which page of them comes next.
///
/// Opaque outside: an [EventId], and for a picture that is not complete a dot and the token of its
/// next page in base64url.
///
/// @param next the offsets to read next
/// @param token of the next page; empty for the first one; null if the picture is complete
record ViewPlace(Map<LogPartition, Long> next, @Nullable String token) {

    private static final char SEPARATOR = '.';

    ViewPlace {
        next = Map.copyOf(next);
    }

    /// The id of a place before the picture is complete.
    ///
    /// @param changes the [EventId]
    static String id(String changes, String token) {
        return changes
                + SEPARATOR
                + Base64.getUrlEncoder().withoutPadding().encodeToString(token.getBytes(UTF_8));
    }

    /// Reads an id.
    ///
    /// @throws IllegalArgumentException if `text` is something else
    static ViewPlace parse(String text) {
        int end = text.indexOf(SEPARATOR);
        if (end < 0) {
            return new ViewPlace(EventId.parse(text), null);
        }
        var next = EventId.parse(text.substring(0, end));
        try {
            return new ViewPlace(
                    next,
                    new String(Base64.getUrlDecoder().decode(text.substring(end + 1)), UTF_8));
        } catch (IllegalArgumentException notBase64) {
            throw EventId.malformed();
        }
    }
}
