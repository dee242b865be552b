package dev.millrace.streams.views.stores;

import dev.millrace.domain.view.Position;
import dev.millrace.streams.runtime.AppliedOffsets;
import dev.millrace.streams.views.fold.ViewsTopology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The copies that Kafka Streams keeps in this process, and what is known of each.
///
/// Each store of a copy is made from a changelog of its own, one before the other: that its store
/// of applied offsets has a position says nothing of its rows. It is found out, every half second:
/// first that position is read, then where all the changelogs end, and once each store has all that
/// is committed up to there, the copy holds all that was folded up to the position. A position that
/// is known stays true for as long as it is the same copy.
public final class KnownStandbys implements Standbys, AutoCloseable {

    /// How often it is found out what copies hold.
    static final Duration ROUND = Duration.ofMillis(500);

    /// How long it is waited, within a round, until a copy has what the changelogs had.
    static final Duration LONGEST_ROUND = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(KnownStandbys.class);
    private static final Duration PAUSE = Duration.ofMillis(100);

    /* Of a copy that is further behind, nothing is found out yet. */
    private static final long MOST_BEHIND = 20_000;

    private final ViewStores local;
    private final CopyProgress progress;
    private final Supplier<Changelogs> changelogs;
    /* A process that was started again has other copies under the same numbers. */
    private final String process = UUID.randomUUID() + ":";
    private final Map<Place, Known> known = new ConcurrentHashMap<>();
    private final Map<TopicPartition, Changelogs.Range> empty = new HashMap<>();
    private final Thread thread;
    private volatile boolean isClosed;

    private record Place(String applied, int partition) {}

    private record Known(long number, Position position) {}

    /// @param local the stores of this process, those of standbys too
    /// @param changelogs made on the thread that asks them, once there is a copy
    KnownStandbys(ViewStores local, CopyProgress progress, Supplier<Changelogs> changelogs) {
        this.local = local;
        this.progress = progress;
        this.changelogs = changelogs;
        this.thread =
                Thread.ofPlatform().daemon().name("millrace-views-standbys").unstarted(this::run);
    }

    /// Finds out on a thread of its own, from now on.
    ///
    /// @param client how Kafka is reached
    /// @param local the stores of this process, those of standbys too
    /// @param progress told by Kafka Streams
    public static KnownStandbys start(
            Map<String, Object> client, ViewStores local, CopyProgress progress) {
        var standbys = new KnownStandbys(local, progress, () -> new KafkaChangelogs(client));
        standbys.thread.start();
        return standbys;
    }

    @Override
    public Copy copy(String applied, int partition) {
        var now = known.get(new Place(applied, partition));
        if (now == null || !isThere(applied, partition, now.number)) {
            throw new InvalidStateStoreException(
                    "no copy is known of partition " + partition + " of " + applied);
        }
        return new Copy(process + now.number, now.position);
    }

    @Override
    public <V> ReadOnlyKeyValueStore<String, V> store(String name, int partition, String copy) {
        var applied = ViewsTopology.fold(name);
        return new CheckedStore<>(
                local.store(name, partition),
                () -> {
                    var number = progress.number(applied, partition);
                    if (number.isEmpty() || !copy.equals(process + number.getAsLong())) {
                        throw new InvalidStateStoreException(
                                "the copy of partition %d of %s is another one by now"
                                        .formatted(partition, applied));
                    }
                });
    }

    private boolean isThere(String applied, int partition, long number) {
        var now = progress.number(applied, partition);
        return now.isPresent() && now.getAsLong() == number;
    }

    private void run() {
        @Nullable Changelogs open = null;
        try {
            while (!isClosed) {
                try {
                    var copies = copies();
                    if (!copies.isEmpty()) {
                        open = open == null ? changelogs.get() : open;
                        findOut(copies, open);
                    }
                } catch (KafkaException away) {
                    LOG.atDebug()
                            .setMessage("What standbys hold cannot be found out just now")
                            .setCause(away)
                            .log();
                }
                Thread.sleep(ROUND);
            }
        } catch (InterruptedException stop) {
            // closed
        } catch (RuntimeException broken) { // the top of this thread
            LOG.atError().setMessage("Nothing more is known of standbys").setCause(broken).log();
        } finally {
            var _ = Thread.interrupted(); // consumers close without it
            if (open != null) {
                open.close();
            }
        }
    }

    /// The copies there are, and what their store of applied offsets says.
    private List<Candidate> copies() {
        var copies = new ArrayList<Candidate>();
        for (var applied : ViewsTopology.folds()) {
            for (int partition = 0; partition < local.partitions(); partition++) {
                var number = progress.number(applied, partition);
                if (number.isPresent()) {
                    try {
                        var position =
                                AppliedOffsets.position(local.<Long>store(applied, partition));
                        var place = new Place(applied, partition);
                        copies.add(new Candidate(place, number.getAsLong(), position));
                    } catch (InvalidStateStoreException gone) {
                        // it moves
                    }
                }
            }
        }
        return copies;
    }

    private record Candidate(Place place, long number, Position position) {}

    /// One round.
    void findOut(Changelogs log) throws InterruptedException {
        var copies = copies();
        if (!copies.isEmpty()) {
            findOut(copies, log);
        }
    }

    private void findOut(List<Candidate> copies, Changelogs log) throws InterruptedException {
        var all = new HashSet<TopicPartition>();
        copies.forEach(copy ->
                all.addAll(progress.next(copy.place.applied, copy.place.partition).keySet()));
        var ends = log.ends(all);
        empty.keySet().retainAll(all);
        long until = System.nanoTime() + LONGEST_ROUND.toNanos();
        var left = new ArrayList<>(copies);
        while (true) {
            var gaps = new HashMap<TopicPartition, Changelogs.Range>();
            left.removeIf(copy -> isSettled(copy, ends, gaps));
            if (left.isEmpty() || System.nanoTime() - until > 0 || isClosed) {
                return;
            }
            var found = log.empty(gaps);
            gaps.keySet().retainAll(found);
            empty.putAll(gaps);
            if (found.isEmpty()) {
                Thread.sleep(PAUSE);
            }
        }
    }

    /// Whether nothing more is to be found out of a copy in this round.
    private boolean isSettled(
            Candidate copy,
            Map<TopicPartition, Long> ends,
            Map<TopicPartition, Changelogs.Range> gaps) {
        var place = copy.place;
        if (!isThere(place.applied, place.partition, copy.number)) {
            return true;
        }
        var missing = new HashMap<TopicPartition, Changelogs.Range>();
        if (hasAll(copy, ends, missing)) {
            known.put(place, new Known(copy.number, copy.position));
            return true;
        }
        if (missing.values().stream().anyMatch(gap -> gap.to() - gap.from() > MOST_BEHIND)) {
            return true;
        }
        gaps.putAll(missing);
        return false;
    }

    /// Whether every store of a copy has what its changelog had.
    ///
    /// @param missing gets what a store may not have
    private boolean hasAll(
            Candidate copy,
            Map<TopicPartition, Long> ends,
            Map<TopicPartition, Changelogs.Range> missing) {
        var next = progress.next(copy.place.applied, copy.place.partition);
        next.forEach((changelog, from) -> {
            long to = ends.getOrDefault(changelog, Long.MAX_VALUE);
            var known = empty.get(changelog);
            boolean isEmpty = known != null && known.from() <= from && known.to() >= to;
            if (from < to && !isEmpty) {
                missing.put(changelog, new Changelogs.Range(from, to));
            }
        });
        return missing.isEmpty() && next.size() == ViewsTopology.stores(copy.place.applied).size();
    }

    /// Ends the thread.
    @Override
    public void close() {
        isClosed = true;
        thread.interrupt();
    }
}
