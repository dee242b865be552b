package dev.millrace.domain.view;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// How far something has read: the offset of the last record applied, for each topic partition.
///
/// Written `topic-partition@offset`, joined by commas, sorted; nothing read is the empty text.
/// Callers outside treat it as opaque.
///
/// @param offsets by `topic-partition`, Kafka's own notation
public record Position(SortedMap<String, Long> offsets) {

    /// Before the first record.
    public static final Position START = new Position(new TreeMap<>());

    public Position {
        offsets = Collections.unmodifiableSortedMap(new TreeMap<>(offsets));
    }

    /// The position of one record.
    public static Position at(String topic, int partition, long offset) {
        return START.with(topic, partition, offset);
    }

    /// Reads what [#toString] writes.
    ///
    /// @throws IllegalArgumentException if `text` is something else
    public static Position parse(String text) {
        var offsets = new TreeMap<String, Long>();
        for (var part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            int at = part.lastIndexOf('@');
            int dash = part.lastIndexOf('-', Math.max(at, 0));
            if (at < 0 || dash <= 0) {
                throw malformed(text);
            }
            try {
                int partition = Integer.parseInt(part.substring(dash + 1, at));
                long offset = Long.parseLong(part.substring(at + 1));
                // The one after the last must be a number too.
                if (partition < 0 || offset < 0 || offset == Long.MAX_VALUE) {
                    throw malformed(text);
                }
                offsets.put(part.substring(0, at), offset);
            } catch (NumberFormatException notNumbers) {
                throw malformed(text);
            }
        }
        return new Position(offsets);
    }

    /// This position with one partition moved to `offset`.
    public Position with(String topic, int partition, long offset) {
        var moved = new TreeMap<>(offsets);
        moved.put(topic + "-" + partition, offset);
        return new Position(moved);
    }

    /// The offset of the last record applied of a partition; -1 if none.
    public long offset(String topic, int partition) {
        return offsets.getOrDefault(topic + "-" + partition, -1L);
    }

    /// Both, the further one for each partition.
    public Position join(Position other) {
        var joined = new TreeMap<>(offsets);
        other.offsets.forEach((partition, offset) -> joined.merge(partition, offset, Math::max));
        return new Position(joined);
    }

    /// Whether all that `other` has read is read here too.
    public boolean covers(Position other) {
        return other.offsets.entrySet().stream()
                .allMatch(entry -> offsets.getOrDefault(entry.getKey(), -1L) >= entry.getValue());
    }

    @Override
    public String toString() {
        return offsets.entrySet().stream()
                .map(entry -> entry.getKey() + "@" + entry.getValue())
                .collect(Collectors.joining(","));
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "position: " + text + " (expected: topic-partition@offset, joined by commas)");
    }
}
