package dev.millrace.streams.views;

import dev.millrace.domain.view.InvalidQuery;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// Where the next page of a list goes on, in opaque text for the URL.
///
/// @param view whose list it is
/// @param place of the last row that was shown
record PageToken(String view, String place) {

    private static final char SEPARATOR = '\n';

    /// The place in a token; null for no token.
    ///
    /// @throws InvalidQuery if it is not a token of this view
    static @Nullable String placeIn(@Nullable String token, String view) {
        if (token == null) {
            return null;
        }
        var text = new String(decode(token), StandardCharsets.UTF_8);
        int end = text.indexOf(SEPARATOR);
        if (end < 0 || !text.substring(0, end).equals(view)) {
            throw malformed();
        }
        return text.substring(end + 1);
    }

    @Override
    public String toString() {
        var text = view + SEPARATOR + place;
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] decode(String token) {
        try {
            return Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException notBase64) {
            throw malformed();
        }
    }

    private static InvalidQuery malformed() {
        return new InvalidQuery(
                "token: not of this list (expected: the next_token of the page before)");
    }
}
