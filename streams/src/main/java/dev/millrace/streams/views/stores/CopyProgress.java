package dev.millrace.streams.views.stores;

import dev.millrace.streams.views.fold.ViewsTopology;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StandbyUpdateListener;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.apache.kafka.streams.processor.TaskId;

/// How far the stores of this process are that are made from their changelogs just now, as Kafka
/// Streams tells it. Safe for use by many threads.
public final class CopyProgress implements StandbyUpdateListener, StateRestoreListener {

    private final Map<TopicPartition, Copied> copied = new ConcurrentHashMap<>();
    /* Each copy of a store that is begun gets the next number. */
    private final AtomicLong begun = new AtomicLong();

    /// @param next offset of the first record of the changelog that is not in the store yet
    private record Copied(String store, long number, long next) {}

    /// Which copy of a fold's partition there is: the number of its store that was begun last;
    /// empty if one of its stores is none.
    ///
    /// @param applied the fold's store of applied offsets
    OptionalLong number(String applied, int partition) {
        long last = -1;
        var left = new HashMap<String, Long>();
        copied.forEach((changelog, copy) -> {
            if (changelog.partition() == partition) {
                left.put(copy.store, copy.number);
            }
        });
        for (var store : ViewsTopology.stores(applied)) {
            var number = left.get(store);
            if (number == null) {
                return OptionalLong.empty();
            }
            last = Math.max(last, number);
        }
        return OptionalLong.of(last);
    }

    /// How far each changelog of a fold's partition is copied: the offset of the first record that
    /// is not in the store yet.
    ///
    /// @param applied the fold's store of applied offsets
    Map<TopicPartition, Long> next(String applied, int partition) {
        var stores = ViewsTopology.stores(applied);
        var next = new HashMap<TopicPartition, Long>();
        copied.forEach((changelog, copy) -> {
            if (changelog.partition() == partition && stores.contains(copy.store)) {
                next.put(changelog, copy.next);
            }
        });
        return next;
    }

    @Override
    public void onUpdateStart(TopicPartition changelog, String store, long startingOffset) {
        begin(changelog, store, startingOffset);
    }

    @Override
    public void onBatchLoaded(
            TopicPartition changelog,
            String store,
            TaskId task,
            long batchEndOffset,
            long batchSize,
            long currentEndOffset) {
        moved(changelog, batchEndOffset);
    }

    @Override
    public void onUpdateSuspended(
            TopicPartition changelog,
            String store,
            long storeOffset,
            long currentEndOffset,
            SuspendReason reason) {
        copied.remove(changelog);
    }

    @Override
    public void onRestoreStart(
            TopicPartition changelog, String store, long startingOffset, long endingOffset) {
        begin(changelog, store, startingOffset);
    }

    @Override
    public void onBatchRestored(
            TopicPartition changelog, String store, long batchEndOffset, long numRestored) {
        moved(changelog, batchEndOffset);
    }

    /// Its owner has it then.
    @Override
    public void onRestoreEnd(TopicPartition changelog, String store, long totalRestored) {
        copied.remove(changelog);
    }

    @Override
    public void onRestoreSuspended(TopicPartition changelog, String store, long totalRestored) {
        copied.remove(changelog);
    }

    private void begin(TopicPartition changelog, String store, long startingOffset) {
        copied.put(changelog, new Copied(store, begun.incrementAndGet(), startingOffset));
    }

    private void moved(TopicPartition changelog, long lastOffset) {
        copied.computeIfPresent(
                changelog, (_, copy) -> new Copied(copy.store, copy.number, lastOffset + 1));
    }
}
