package dev.millrace.gateway.contract;

import dev.millrace.gateway.access.AccessRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One operation of the contract.
///
/// @param method for instance `GET`
/// @param path with parameters in braces, each filling a segment
/// @param anyQuery whether query parameters that are not listed are let through
/// @param bodies the shape of the body by its media type; empty if there is none
record Operation(
        String id,
        String method,
        String path,
        AccessRule rule,
        List<Parameter> parameters,
        boolean anyQuery,
        Map<String, Shape> bodies) {

    Operation {
        parameters = List.copyOf(parameters);
        bodies = Map.copyOf(bodies);
    }

    /// Whether a path is one of this operation's.
    boolean matches(String requested) {
        var wanted = path.split("/", -1);
        var given = requested.split("/", -1);
        if (wanted.length != given.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{") ? given[i].isEmpty() : !wanted[i].equals(given[i])) {
                return false;
            }
        }
        return true;
    }

    /// One parameter.
    ///
    /// @param defaultValue stands in when it is absent; null for none
    record Parameter(
            String name,
            Place place,
            boolean required,
            boolean integer,
            @Nullable Object defaultValue,
            Shape shape) {}

    /// Where a parameter stands.
    enum Place {
        PATH,
        QUERY,
        HEADER
    }
}
