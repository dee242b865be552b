package dev.millrace.streams.views.tally;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// One partition's part of what workers did, at most [#MOST] entries of each tenant, beside those
/// that have something in their hands and those of the name [#OTHERS]: under it are put together
/// those that were silent for longest, so that nothing that was counted is lost.
///
/// Confined to the stream thread.
public final class WorkerTallies {

    /// The name of all that are not remembered one by one.
    public static final String OTHERS = "*";

    static final int MOST = 1_000;

    /* Many at once: who does so with each new name sorts them all each time. */
    private static final int PUT_TOGETHER = 100;

    private final KeyValueStore<String, Tally> store;

    public WorkerTallies(KeyValueStore<String, Tally> store) {
        this.store = store;
    }

    /// Adds what a worker did.
    public void add(String tenant, WorkerKey worker, Tally.OfWorker done) {
        var key = worker.stored(tenant);
        var before = store.get(key);
        if (before == null) {
            makeRoom(tenant);
            before = store.get(key); // there is one now if it is that of the others
        }
        add(key, before, done);
    }

    private void add(String key, @Nullable Tally before, Tally.OfWorker done) {
        store.put(key, before instanceof Tally.OfWorker sum ? sum.with(done) : done);
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
                    var others = new WorkerKey(OTHERS, work).stored(tenant);
                    add(others, store.get(others), entry.value);
                    store.delete(entry.key);
                });
    }
}
