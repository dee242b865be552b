package dev.millrace.streams.views.fold;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.streams.views.tally.KeyText;
import java.util.Map;

/// What the view `task-counts` counts: tasks of a kind in a state.
public record CountKey(String kind, String state) implements Comparable<CountKey> {

    static CountKey of(TaskRow row) {
        return new CountKey(row.kind(), row.state());
    }

    /// Reads the key of the counts' store.
    public static CountKey parse(String stored) {
        var parts = stored.split("\\|", -1);
        return new CountKey(KeyText.decode(parts[1]), KeyText.decode(parts[2]));
    }

    /// How all keys of a tenant begin in the counts' store.
    public static String prefix(String tenant) {
        return IndexEntry.encode(tenant) + "|";
    }

    /// The key of the counts' store.
    String stored(String tenant) {
        return prefix(tenant) + IndexEntry.encode(kind) + "|" + IndexEntry.encode(state);
    }

    /// Whether a list with these filters shows the row.
    public boolean matches(Map<String, String> filters) {
        return filters.getOrDefault("kind", kind).equals(kind)
                && filters.getOrDefault("state", state).equals(state);
    }

    /// The row of the view.
    public ObjectNode row(long count) {
        return Json.object().put("kind", kind).put("state", state).put("count", count);
    }

    @Override
    public int compareTo(CountKey other) {
        return toString().compareTo(other.toString());
    }

    /// The row's key, `<kind>:<state>`.
    @Override
    public String toString() {
        return kind + ":" + state;
    }
}
