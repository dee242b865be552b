package dev.millrace.inference.kinds.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.inference.kinds.http.ReceivedBody.Packing;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hc.core5.http.Header;
import org.jspecify.annotations.Nullable;

/// What one server answered.
///
/// @param location where it leads, if it does
/// @param body null if it was not read, or there is none
record Answer(
        URI url,
        int status,
        List<Header> headers,
        @Nullable String location,
        @Nullable String type,
        @Nullable ReceivedBody body) {

    /// A cookie is a proof of who called, and what was unpacked is no longer what these say.
    private static final Set<String> COOKIES = Set.of("set-cookie", "set-cookie2");

    private static final Set<String> PACKING = Set.of("content-encoding", "content-length");

    /// What becomes of it in the task's output.
    CallOutput output() {
        var kept = new TreeMap<String, String>();
        for (var header : headers) {
            var name = header.getName().toLowerCase(Locale.ROOT);
            boolean isTrue =
                    body == null || body.packing() != Packing.UNDONE || !PACKING.contains(name);
            if (isTrue && !COOKIES.contains(name)) {
                kept.merge(
                        name,
                        String.valueOf(header.getValue()),
                        (one, other) -> one + ", " + other);
            }
        }
        if (body == null || body.isEmpty()) {
            return new CallOutput(status, kept, null, null, url.toString());
        }
        JsonNode json = body.json(type);
        return new CallOutput(
                status, kept, json, json == null ? body.base64() : null, url.toString());
    }
}
