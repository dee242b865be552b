package dev.millrace.site.audit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.event.Actor;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// The rows of the view `usage`, of each partition for itself, as far as each remembers them.
final class UsageFold {

    private static final int KEPT_DAYS = 400;

    private final Map<Integer, TreeMap<LocalDate, Map<Whose, Row>>> partitions = new HashMap<>();

    /// What a row is about, beside the day.
    record Whose(String kind, Actor actor) {}

    /// The row of the day of a record.
    Row row(Logged<?> record, Whose whose) {
        var day = Instant.ofEpochMilli(record.timestamp()).atOffset(ZoneOffset.UTC).toLocalDate();
        return partitions
                .computeIfAbsent(record.partition(), _ -> new TreeMap<>())
                .computeIfAbsent(day, _ -> new HashMap<>())
                .computeIfAbsent(whose, _ -> new Row());
    }

    /// The rows by key, added up.
    Map<String, JsonNode> rows() {
        var sums = new TreeMap<String, Row>();
        for (var days : partitions.values()) {
            var oldest = days.lastKey().minusDays(KEPT_DAYS - 1L);
            days.tailMap(oldest)
                    .forEach((day, rows) ->
                            rows.forEach((whose, row) -> {
                                if (row.isAny()) {
                                    sums.computeIfAbsent(key(day, whose), _ -> new Row()).add(row);
                                }
                            }));
        }
        var shown = new TreeMap<String, JsonNode>();
        sums.forEach((key, row) -> shown.put(key, Rows.asRead(row.json(key))));
        return shown;
    }

    private static String key(LocalDate day, Whose whose) {
        return "%s:%s:%s:%s"
                .formatted(day, whose.kind, whose.actor.proof().wireName(), whose.actor.id());
    }

    /// What was done.
    static final class Row {

        long submitted;
        long attempts;
        long succeeded;
        long failed;
        long cancelled;
        long expired;
        private long micros;

        void worked(Instant from, Instant to) {
            micros += Math.max(0, Duration.between(from, to).toNanos() / 1_000);
        }

        private boolean isAny() {
            return submitted + attempts + succeeded + failed + cancelled + expired + micros > 0;
        }

        private void add(Row other) {
            submitted += other.submitted;
            attempts += other.attempts;
            succeeded += other.succeeded;
            failed += other.failed;
            cancelled += other.cancelled;
            expired += other.expired;
            micros += other.micros;
        }

        private JsonNode json(String key) {
            var parts = key.split(":", 4);
            return Rows.row()
                    .put("day", parts[0])
                    .put("kind", parts[1])
                    .put("actor", parts[3])
                    .put("proof", parts[2])
                    .put("submitted", submitted)
                    .put("attempts", attempts)
                    .put("succeeded", succeeded)
                    .put("failed", failed)
                    .put("cancelled", cancelled)
                    .put("expired", expired)
                    .put("seconds", micros / 1e6);
        }
    }
}
