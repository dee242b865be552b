package dev.millrace.site.cli;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// As of when a row is read.
final class PastOption {

    @Option(
            names = "--as-of",
            paramLabel = "MOMENT",
            description =
                    "As it was then: a time (2026-11-22T10:00:00Z), a position, or the id of an"
                            + " event. Of other rows than tasks, a time or a position:"
                            + " the log is replayed up to it.")
    private @Nullable String asOf;

    /// The query parameters with that.
    SortedMap<String, String> query(SortedMap<String, String> query) {
        if (asOf != null) {
            query.put("as_of", asOf);
        }
        return query;
    }
}
