package dev.millrace.site.cli;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What every read of a view can be told.
final class ReadOptions {

    @Option(
            names = "--after",
            paramLabel = "POSITION",
            description =
                    "Wait, for 5 s at most, until the view is at this position: what was written"
                            + " there is seen.")
    private @Nullable String after;

    @Option(
            names = "--fields",
            paramLabel = "NAME,…",
            description = "Only these fields (default: all).")
    private @Nullable String fields;

    @Option(
            names = "--stale-ok",
            description =
                    "Let a standby copy answer for rows whose owner cannot just now; it may be older.")
    private boolean staleOk;

    /// The query parameters for all of that, to add more to.
    ///
    /// @param filters may be null for none
    SortedMap<String, String> query(@Nullable Map<String, String> filters) {
        var query = new TreeMap<String, String>(filters == null ? Map.of() : filters);
        if (after != null) {
            query.put("after", after);
        }
        if (staleOk) {
            query.put("stale", "ok");
        }
        if (fields != null) {
            query.put("fields", fields);
        }
        return query;
    }
}
