package dev.millrace.site.cli;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which tasks a command is about: those that all given options name.
final class TaskFilters {

    static final String STATE = "state";

    @Option(names = "--state", paramLabel = "STATE", description = "Only tasks in this state.")
    private @Nullable String state;

    @Option(names = "--kind", paramLabel = "KIND", description = "Only tasks of this kind.")
    private @Nullable String kind;

    @Option(
            names = "--parent",
            paramLabel = "TASK",
            description = "Only tasks that are a part of this one.")
    private @Nullable String parent;

    @Option(
            names = "--rerun-of",
            paramLabel = "TASK",
            description = "Only tasks that do the work of this one again.")
    private @Nullable String rerunOf;

    /// The filters as `GET /v1/tasks` takes them; only those that were given.
    Map<String, String> query() {
        var query = new TreeMap<String, String>();
        put(query, STATE, state);
        put(query, "kind", kind);
        put(query, "parent", parent);
        put(query, "rerun_of", rerunOf);
        return query;
    }

    private static void put(Map<String, String> query, String name, @Nullable String value) {
        if (value != null) {
            query.put(name, value);
        }
    }
}
