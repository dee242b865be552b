package dev.millrace.streams.views.tally;

import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a row of the view `usage` is about.
///
/// @param day in ISO 8601
/// @param kind of task
/// @param proof how it is known who the actor is, by its wire name
/// @param actor who submitted the tasks
public record UsageKey(String day, String kind, String proof, String actor) {

    private static final Pattern SEPARATOR = Pattern.compile("\\|");

    /// All actors of a day that are not remembered one by one. There is no such proof.
    static UsageKey others(String day, String kind) {
        return new UsageKey(day, kind, WorkerTallies.OTHERS, WorkerTallies.OTHERS);
    }

    /// Reads the key of a store.
    public static UsageKey parse(String stored) {
        var parts = SEPARATOR.split(stored, -1);
        return new UsageKey(
                KeyText.decode(parts[2]),
                KeyText.decode(parts[3]),
                KeyText.decode(parts[4]),
                KeyText.decode(parts[5]));
    }

    /// Reads the key of a row; null if it is none.
    public static @Nullable UsageKey ofRow(String key) {
        var parts = key.split(":", 4);
        return parts.length < 4 ? null : new UsageKey(parts[0], parts[1], parts[2], parts[3]);
    }

    /// How all keys of a tenant begin.
    public static String prefix(String tenant) {
        return "u|" + KeyText.encode(tenant) + "|";
    }

    /// How all keys of a day of a tenant begin.
    public static String prefix(String tenant, String day) {
        return prefix(tenant) + KeyText.encode(day) + "|";
    }

    /// The key of the store.
    public String stored(String tenant) {
        return prefix(tenant, day)
                + KeyText.encode(kind)
                + "|"
                + KeyText.encode(proof)
                + "|"
                + KeyText.encode(actor);
    }

    /// Whether a list with these filters shows the row.
    public boolean matches(Map<String, String> filters) {
        return filters.getOrDefault("day", day).equals(day)
                && filters.getOrDefault("kind", kind).equals(kind)
                && filters.getOrDefault("actor", actor).equals(actor);
    }
}
