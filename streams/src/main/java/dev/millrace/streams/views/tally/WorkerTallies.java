package dev.millrace.streams.views.tally;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueStore;

/// One partition's part of what workers did, at most [#MOST] entries of each tenant, and those of
/// the name [#OTHERS]: under it are put together those that have nothing in their hands and were
/// silent for longest, so that nothing that was counted is lost.
///
/// Confined to the stream thread.
public final class WorkerTallies {

    /// The name of all that are not remembered one by one.
    public static final String OTHERS = "*";

    static final int MOST = 1_000;

    /* Many at once, so that the entries are looked through for each hundredth new one at most. */
    private static final int PUT_TOGETHER = 100;

    private final KeyValueStore<String, Tally> store;

    public WorkerTallies(KeyValueStore<String, Tally> store) {
        this.store = store;
    }

    /// Adds what a worker did.
    public void add(String tenant, WorkerKey worker, Tally.OfWorker done) {
        var key = worker.stored(tenant);
        if (store.get(key) == null) {
            makeRoom(tenant);
        }
        add(key, done);
    }

    private void add(String key, Tally.OfWorker done) {
        store.put(key, store.get(key) instanceof Tally.OfWorker before ? before.with(done) : done);
    }

    private void makeRoom(String tenant) {
        var all = new ArrayList<KeyValue<String, Tally.OfWorker>>();
        var prefix = WorkerKey.prefix(tenant);
        try (var entries = store.range(prefix, prefix + "~")) {
            while (entries.hasNext()) {
                var entry = entries.next();
                if (entry.value instanceof Tally.OfWorker tally) {
                    all.add(KeyValue.pair(entry.key, tally));
                }
            }
        }
        if (all.size() < MOST) {
            return;
        }
        all.stream()
                .filter(entry -> entry.value.isIdle())
                .filter(entry -> !WorkerKey.parse(entry.key).worker().equals(OTHERS))
                .sorted(
                        Comparator.<KeyValue<String, Tally.OfWorker>, Instant>comparing(
                                        entry -> entry.value.last())
                                .thenComparing(entry -> entry.key))
                .limit(PUT_TOGETHER)
                .forEach(entry -> {
                    var work = WorkerKey.parse(entry.key).work();
                    add(new WorkerKey(OTHERS, work).stored(tenant), entry.value);
                    store.delete(entry.key);
                });
    }
}
