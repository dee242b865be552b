package dev.millrace.streams.views.tally;

import java.time.LocalDate;
import java.util.ArrayList;
import org.apache.kafka.streams.state.KeyValueStore;

/// One partition's part of the view `usage`, for the 400 days up to the newest that the tenant has
/// there; what is older is deleted. Of each day there are at most [#MOST] entries of a tenant, and
/// one for each kind, for all others.
///
/// Confined to the stream thread.
public final class UsageTallies {

    /// So many days are kept.
    public static final int KEPT_DAYS = 400;

    static final int MOST = 1_000;

    private static final long DAY_MILLIS = 24L * 60 * 60 * 1000;

    private final KeyValueStore<String, Tally> store;

    public UsageTallies(KeyValueStore<String, Tally> store) {
        this.store = store;
    }

    /// Adds what was done.
    ///
    /// @param millis the record's timestamp
    /// @param actor who submitted the task
    public void add(
            String tenant, long millis, String kind, String proof, String actor, Used used) {
        if (used.equals(Used.NONE)) {
            return;
        }
        var day = LocalDate.ofEpochDay(Math.floorDiv(millis, DAY_MILLIS));
        var key = new UsageKey(day.toString(), kind, proof, actor).stored(tenant);
        var before = store.get(key);
        if (before == null) {
            if (!makeRoom(tenant, day)) {
                return;
            }
            var others = UsageKey.others(day.toString(), kind).stored(tenant);
            if (store.get(others) != null || isFull(tenant, day)) {
                key = others;
                before = store.get(others);
            }
        }
        store.put(key, before instanceof Used sum ? sum.plus(used) : used);
    }

    /// Deletes what is too old once there is a day; false if that is too old itself.
    private boolean makeRoom(String tenant, LocalDate day) {
        var prefix = UsageKey.prefix(tenant);
        var newest = day;
        try (var newestFirst = store.reverseRange(prefix, prefix + "~")) {
            if (newestFirst.hasNext()) {
                var last = LocalDate.parse(UsageKey.parse(newestFirst.peekNextKey()).day());
                newest = last.isAfter(day) ? last : day;
            }
        }
        var oldest = newest.minusDays(KEPT_DAYS - 1L);
        var expired = new ArrayList<String>();
        try (var old = store.range(prefix, prefix + oldest)) {
            old.forEachRemaining(entry -> expired.add(entry.key));
        }
        expired.forEach(store::delete);
        return !day.isBefore(oldest);
    }

    private boolean isFull(String tenant, LocalDate day) {
        var prefix = UsageKey.prefix(tenant, day.toString());
        int entries = 0;
        try (var there = store.range(prefix, prefix + "~")) {
            while (there.hasNext() && entries < MOST) {
                var _ = there.next();
                entries++;
            }
        }
        return entries == MOST;
    }
}
