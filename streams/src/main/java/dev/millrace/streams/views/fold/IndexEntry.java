package dev.millrace.streams.views.fold;

import dev.millrace.streams.views.tally.KeyText;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Where a row stands in the lists of its view.
///
/// An index store holds one key for each set of filters that finds the row: tenant, filters, then
/// the time of creation and the id, all in text whose byte order is the lists' order. A page of any
/// list is then one range of keys, read backwards for newest first.
///
/// @param filters the row's value of every filter its view offers; at most four. A filter that a
///   row has no value of costs it no key
public record IndexEntry(String tenant, Instant created, String id, Map<String, String> filters) {

    /// The length of [#ordered].
    public static final int ORDERED_LENGTH = 16;

    /// Ends a list's prefix. Everything inside is encoded, so nothing else contains it.
    private static final char END = '|';

    public IndexEntry {
        filters = Map.copyOf(filters);
        if (filters.size() > 4) {
            throw new IllegalArgumentException(
                    "filters: " + filters.keySet() + " (expected: at most 4)");
        }
    }

    /// Whether a list with these filters shows the row.
    public boolean matches(Map<String, String> wanted) {
        return filters.entrySet().containsAll(wanted.entrySet());
    }

    /// How every key of one list begins.
    public static String prefix(String tenant, Map<String, String> filters) {
        return encode(tenant)
                + END
                + new TreeMap<>(filters)
                        .entrySet().stream()
                                .map(filter -> filter.getKey() + "=" + encode(filter.getValue()))
                                .collect(Collectors.joining("&"))
                + END;
    }

    /// How every key of the list of one thing begins, for instance the history of a task.
    public static String prefix(String tenant, String thing) {
        return encode(tenant) + END + encode(thing) + END;
    }

    /// Where in a list a row stands: what follows the prefix in each of its keys.
    public String place() {
        return ordered(ChronoUnit.MICROS.between(Instant.EPOCH, created)) + id;
    }

    /// The id at the end of a place or a key's rest.
    public static String id(String place) {
        return place.substring(ORDERED_LENGTH);
    }

    /// A number as 16 digits whose byte order is the numbers' order, negative ones included.
    public static String ordered(long number) {
        return HexFormat.of().toHexDigits(number ^ Long.MIN_VALUE);
    }

    /// The number that [#ordered] wrote.
    static long number(String ordered) {
        return HexFormat.fromHexDigitsToLong(ordered) ^ Long.MIN_VALUE;
    }

    /// Any text in characters that none of the keys' separators is among.
    static String encode(String text) {
        return KeyText.encode(text);
    }

    /// Makes an index say what is so now instead of what was before.
    static void move(
            KeyValueStore<String, String> index,
            @Nullable IndexEntry before,
            @Nullable IndexEntry after) {
        var gone = before == null ? Set.<String>of() : before.keys();
        var there = after == null ? Set.<String>of() : after.keys();
        gone.stream().filter(key -> !there.contains(key)).forEach(index::delete);
        there.stream()
                .filter(key -> !gone.contains(key))
                .forEach(key -> index.put(key, after == null ? "" : after.id()));
    }

    /// Every key under which the row is found: [#prefix] of each set of filters, and the place.
    Set<String> keys() {
        var sorted = new TreeMap<>(filters);
        var parts = new ArrayList<String>();
        sorted.forEach((name, value) -> parts.add(name + "=" + encode(value)));
        var start = encode(tenant) + END;
        var end = END + place();
        var keys = new HashSet<String>();
        for (int subset = 0; subset < (1 << parts.size()); subset++) {
            var key = new StringBuilder(start);
            for (int i = 0; i < parts.size(); i++) {
                if ((subset & (1 << i)) != 0) {
                    key.append(key.length() > start.length() ? "&" : "").append(parts.get(i));
                }
            }
            keys.add(key.append(end).toString());
        }
        return keys;
    }
}
