package dev.millrace.streams.views;

import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.ViewQuery;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// Where the next page of a list goes on, in opaque text for the URL.
///
/// @param list whose it is: the view's name, after `-` for its rows in reversed order
/// @param place of the last row that was shown
record PageToken(String list, String place) {

    private static final char SEPARATOR = '\n';

    /// For the page after a place.
    static PageToken after(ViewQuery query, String place) {
        return new PageToken(list(query), place);
    }

    /// The place that a query's page goes on from; null for the first page.
    ///
    /// @throws InvalidQuery if its token is not one of this list
    static @Nullable String placeIn(ViewQuery query) {
        var token = query.token();
        if (token == null) {
            return null;
        }
        var text = new String(decode(token), StandardCharsets.UTF_8);
        int end = text.indexOf(SEPARATOR);
        if (end < 0 || !text.substring(0, end).equals(list(query))) {
            throw malformed();
        }
        return text.substring(end + 1);
    }

    @Override
    public String toString() {
        var text = list + SEPARATOR + place;
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String list(ViewQuery query) {
        return query.reversed() ? "-" + query.view() : query.view();
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
