package dev.millrace.streams.views.fold;

import java.util.ArrayList;
import org.apache.kafka.streams.state.KeyValueStore;

/// One partition's part of the view `throughput`: what happened in each ten seconds, for the 24
/// hours up to the newest of them; what is older is deleted, so a partition holds at most 8,641
/// entries for each tenant.
///
/// Keyed by time, then tenant. Confined to the stream thread.
public final class ActivityLog {

    /// The length of a span.
    public static final int BUCKET_SECONDS = 10;

    private static final long KEPT_SECONDS = 24 * 60 * 60;

    private final KeyValueStore<String, Activity> store;

    ActivityLog(KeyValueStore<String, Activity> store) {
        this.store = store;
    }

    /// The key of a span.
    public static String key(long startSeconds, String tenant) {
        return IndexEntry.ordered(startSeconds) + IndexEntry.encode(tenant);
    }

    /// The start of the span that a key stands for, in seconds since 1970.
    public static long startSeconds(String key) {
        return IndexEntry.number(key.substring(0, IndexEntry.ORDERED_LENGTH));
    }

    /// The tenant that a key stands for.
    public static boolean isOf(String key, String tenant) {
        return key.startsWith(IndexEntry.encode(tenant), IndexEntry.ORDERED_LENGTH)
                && key.length() == IndexEntry.ORDERED_LENGTH + IndexEntry.encode(tenant).length();
    }

    /// Adds what happened.
    ///
    /// @param millis the record's timestamp
    void add(String tenant, long millis, Activity activity) {
        if (activity.equals(Activity.NONE)) {
            return;
        }
        long start = Math.floorDiv(millis, BUCKET_SECONDS * 1000L) * BUCKET_SECONDS;
        var key = key(start, tenant);
        var before = store.get(key);
        if (before == null && !makeRoom(start)) {
            return;
        }
        store.put(key, before == null ? activity : before.plus(activity));
    }

    /// Deletes what is too old once `start` is there; false if `start` itself is.
    private boolean makeRoom(long start) {
        long newest = start;
        try (var newestFirst = store.reverseAll()) {
            if (newestFirst.hasNext()) {
                newest = Math.max(start, startSeconds(newestFirst.peekNextKey()));
            }
        }
        long oldest = newest - KEPT_SECONDS;
        var expired = new ArrayList<String>();
        try (var old = store.range(null, IndexEntry.ordered(oldest))) {
            old.forEachRemaining(entry -> expired.add(entry.key));
        }
        expired.forEach(store::delete);
        return start >= oldest;
    }
}
