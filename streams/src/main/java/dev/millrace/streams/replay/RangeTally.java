package dev.millrace.streams.replay;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.replay.Replay.Tally;
import java.time.Instant;
import java.util.TreeMap;

/// Counts the events of one tenant by their types. Safe for use by many threads.
final class RangeTally {

    private static final String OTHER = "other";

    private final String tenant;
    private final TreeMap<String, Long> types = new TreeMap<>();
    private long events;
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;

    RangeTally(String tenant) {
        this.tenant = tenant;
    }

    /// @param timestamp the log's
    synchronized void add(Envelope<?> envelope, long timestamp) {
        if (!envelope.tenant().equals(tenant)) {
            return;
        }
        var type = envelope.type();
        boolean isKnown = types.containsKey(type) || types.size() < Tally.MOST_TYPES - 1;
        types.merge(isKnown ? type : OTHER, 1L, Long::sum);
        events++;
        first = Math.min(first, timestamp);
        last = Math.max(last, timestamp);
    }

    /// What was counted so far.
    synchronized Tally soFar() {
        return new Tally(
                events,
                types,
                events == 0 ? null : Instant.ofEpochMilli(first),
                events == 0 ? null : Instant.ofEpochMilli(last));
    }
}
