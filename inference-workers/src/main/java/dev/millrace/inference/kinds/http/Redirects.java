package dev.millrace.inference.kinds.http;

import dev.millrace.inference.work.WorkFailed;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where an answer leads, by RFC 9110.
final class Redirects {

    /// How many are followed in one call.
    static final int MOST = 5;

    private static final int MOVED = 301;
    private static final int FOUND = 302;
    private static final int SEE_OTHER = 303;
    private static final Set<Integer> STATUSES = Set.of(MOVED, FOUND, SEE_OTHER, 307, 308);

    private Redirects() {}

    /// Whether an answer leads on.
    static boolean leadsOn(int status, @Nullable String location) {
        return STATUSES.contains(status) && location != null;
    }

    /// The address to go on to; null if the answer is one.
    ///
    /// @param location its header
    /// @throws WorkFailed `bad_redirect` if it leads where nobody is sent on to
    static @Nullable URI target(URI from, int status, @Nullable String location) throws WorkFailed {
        if (location == null || !leadsOn(status, location)) {
            return null;
        }
        try {
            var to = HttpUrl.checked(from.resolve(URI.create(whole(from, location))));
            if (from.getScheme().equals("https") && to.getScheme().equals("http")) {
                throw WorkFailed.forGood(
                        "bad_redirect",
                        "location: leads from https to http (expected: https to the end)");
            }
            return to;
        } catch (IllegalArgumentException unfit) {
            throw WorkFailed.forGood("bad_redirect", "location: " + unfit.getMessage());
        }
    }

    /// Java drops the last part of a path where a bare query follows it; RFC 3986 does not.
    private static String whole(URI from, String location) {
        return location.startsWith("?") ? from.getRawPath() + location : location;
    }

    /// By which method to go on.
    static String method(int status, String method) {
        return switch (status) {
            case SEE_OTHER -> method.equals("HEAD") ? method : "GET";
            case MOVED, FOUND -> method.equals("POST") ? "GET" : method;
            default -> method;
        };
    }
}
