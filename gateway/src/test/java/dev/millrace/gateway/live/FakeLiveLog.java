package dev.millrace.gateway.live;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.log.EventFilter;
import dev.millrace.domain.log.EventLog.LoggedEvent;
import dev.millrace.domain.log.LiveLog;
import dev.millrace.domain.log.LogPartition;
import dev.millrace.domain.view.ViewUnavailable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// A log in memory. Offsets may be left out, as by what is no record, and the beginning may go.
///
/// Reads are answered at once, and tails are told of each record as it is added, unless these are
/// held back. Safe for use by many threads.
public final class FakeLiveLog implements LiveLog {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private final SortedMap<String, Integer> topics = new TreeMap<>();
    private final Map<LogPartition, List<FakeRecord>> records = new TreeMap<>();
    private final Map<LogPartition, Long> begin = new HashMap<>();
    private final Map<LogPartition, Long> end = new HashMap<>();
    private final List<FakeTail> tails = new ArrayList<>();
    private final List<Runnable> reads = new ArrayList<>();
    private boolean isHeld;
    private boolean isBroken;
    private int mostInPiece = 3;
    private int piecesRead;

    public FakeLiveLog(Map<String, Integer> topics) {
        this.topics.putAll(topics);
        topics.forEach((topic, count) -> {
            for (int partition = 0; partition < count; partition++) {
                records.put(new LogPartition(topic, partition), new ArrayList<>());
            }
        });
    }

    /// Answers reads only by [#answer], and tells tails only by [#tell].
    synchronized void hold() {
        isHeld = true;
    }

    /// So many records are looked at for a piece.
    public synchronized void cutPiecesAt(int most) {
        mostInPiece = most;
    }

    public synchronized void setBroken(boolean broken) {
        isBroken = broken;
    }

    public synchronized int piecesRead() {
        return piecesRead;
    }

    public synchronized int tails() {
        return tails.size();
    }

    Set<LogPartition> all() {
        return records.keySet();
    }

    /// Adds a record.
    public FakeRecord add(
            String topic, int partition, String tenant, String key, String type, String payload) {
        return add(topic, partition, tenant, key, type, payload, null);
    }

    /// Adds a record that says something.
    public FakeRecord add(String topic, int partition, String key, Envelope<?> envelope) {
        return add(topic, partition, envelope.tenant(), key, envelope.type(), "{}", envelope);
    }

    private synchronized FakeRecord add(
            String topic,
            int partition,
            String tenant,
            String key,
            String type,
            String payload,
            @Nullable Envelope<?> envelope) {
        var place = new LogPartition(topic, partition);
        long offset = end.getOrDefault(place, 0L);
        var record =
                new FakeRecord(
                        place,
                        offset,
                        new LoggedEvent(
                                new UUID(partition, offset),
                                type,
                                NOON,
                                new Actor("ann", Actor.Proof.LOCAL),
                                tenant,
                                key,
                                topic,
                                partition,
                                offset,
                                null,
                                new UUID(7, 7),
                                payload,
                                envelope));
        partition(place).add(record);
        end.put(place, offset + 1);
        tellUnlessHeld();
        return record;
    }

    /// Adds many records at once, of which the tails are told together.
    public synchronized void addMany(
            int count, String topic, String key, String type, String text) {
        boolean wasHeld = isHeld;
        isHeld = true;
        var payload = "{\"text\":\"%s\"}".formatted(text);
        for (int n = 0; n < count; n++) {
            add(topic, 0, "default", key, type, payload);
        }
        isHeld = wasHeld;
        tellUnlessHeld();
    }

    /// Takes a record back that tails were told of; its offset stays empty.
    public synchronized void deleteLast(FakeRecord record) {
        partition(record.partition).remove(record);
    }

    /// Leaves an offset out.
    synchronized void skip(LogPartition partition) {
        end.merge(partition, 1L, Long::sum);
        end.putIfAbsent(partition, 1L);
        tellUnlessHeld();
    }

    /// Deletes what is before an offset.
    public synchronized void deleteBefore(String topic, int partition, long offset) {
        var place = new LogPartition(topic, partition);
        begin.put(place, offset);
        partition(place).removeIf(record -> record.offset < offset);
    }

    /// Sets a partition back, as if it had never come further.
    synchronized void setBack(String topic, int partition, long to) {
        var place = new LogPartition(topic, partition);
        end.put(place, to);
        partition(place).removeIf(record -> record.offset >= to);
    }

    /// Adds a partition to a topic.
    synchronized void addPartition(String topic) {
        int partition = topics.merge(topic, 1, Integer::sum) - 1;
        records.put(new LogPartition(topic, partition), new ArrayList<>());
    }

    synchronized List<FakeRecord> recordsOf(LogPartition partition) {
        return List.copyOf(partition(partition));
    }

    synchronized long endOf(LogPartition partition) {
        return end.getOrDefault(partition, 0L);
    }

    synchronized int waitingReads() {
        return reads.size();
    }

    /// Answers one of the reads that wait.
    void answer(int which) {
        Runnable read;
        synchronized (this) {
            read = reads.remove(which);
        }
        read.run();
    }

    /// Tells a tail of what it does not know, so many records at most of each partition.
    void tell(int tail, int most) {
        FakeTail told;
        synchronized (this) {
            told = tails.get(tail);
        }
        told.catchUp(most);
    }

    /// Lets a tail lose its place.
    void lose(int tail) {
        FakeTail told;
        synchronized (this) {
            told = tails.get(tail);
        }
        told.lose();
    }

    private void tellUnlessHeld() {
        if (!isHeld) {
            List.copyOf(tails).forEach(tail -> tail.catchUp(Integer.MAX_VALUE));
        }
    }

    private List<FakeRecord> partition(LogPartition partition) {
        return records.computeIfAbsent(partition, _ -> new ArrayList<>());
    }

    @Override
    public CompletionStage<SortedMap<String, Integer>> partitions() {
        return answer(() -> new TreeMap<>(topics));
    }

    @Override
    public CompletionStage<Bounds> bounds(Set<LogPartition> partitions) {
        return answer(() -> boundsOf(partitions));
    }

    private synchronized Bounds boundsOf(Collection<LogPartition> partitions) {
        var earliest = new HashMap<LogPartition, Long>();
        var latest = new HashMap<LogPartition, Long>();
        for (var partition : partitions) {
            earliest.put(partition, begin.getOrDefault(partition, 0L));
            latest.put(partition, endOf(partition));
        }
        return new Bounds(earliest, latest);
    }

    /// Everything was written at noon.
    @Override
    public CompletionStage<Map<LogPartition, Long>> at(Set<LogPartition> partitions, Instant time) {
        var bounds = boundsOf(partitions);
        return answer(() -> time.isAfter(NOON) ? bounds.latest() : bounds.earliest());
    }

    @Override
    public CompletionStage<Slice> read(SliceQuery query) {
        return answer(() -> slice(query));
    }

    private synchronized Slice slice(SliceQuery query) {
        piecesRead++;
        var bounds = boundsOf(query.next().keySet());
        var next = new HashMap<LogPartition, Long>();
        var events = new ArrayList<LoggedEvent>();
        boolean atEnd = true;
        for (var partition : new TreeSet<>(query.next().keySet())) {
            long from = query.next().getOrDefault(partition, 0L);
            if (from < bounds.earliest().getOrDefault(partition, 0L) || from > endOf(partition)) {
                return new Slice.Gone(bounds);
            }
            var rest =
                    partition(partition).stream().filter(record -> record.offset >= from).toList();
            var piece = rest.subList(0, Math.min(rest.size(), mostInPiece));
            for (var record : piece) {
                var event = record.event(query.filter());
                if (event != null) {
                    events.add(event);
                }
            }
            boolean isWhole = piece.size() == rest.size();
            atEnd &= isWhole;
            next.put(partition, isWhole ? endOf(partition) : piece.getLast().offset + 1);
        }
        return new Slice.Read(events, next, atEnd);
    }

    private <T> CompletionStage<T> answer(java.util.function.Supplier<T> value) {
        var result = new CompletableFuture<T>();
        Runnable read =
                () -> {
                    synchronized (this) {
                        if (isBroken) {
                            result.completeExceptionally(
                                    new ViewUnavailable("events", "the brokers do not answer"));
                            return;
                        }
                    }
                    result.complete(value.get());
                };
        synchronized (this) {
            if (isHeld) {
                reads.add(read);
                return result;
            }
        }
        read.run();
        return result;
    }

    @Override
    public synchronized Tail follow(Follower follower) {
        var tail = new FakeTail(follower);
        tails.add(tail);
        return tail;
    }

    private final class FakeTail implements Tail {

        private final Follower follower;
        private final Map<LogPartition, Long> next = new HashMap<>();
        private final Set<String> wanted = new TreeSet<>();

        FakeTail(Follower follower) {
            this.follower = follower;
        }

        @Override
        public void include(Set<String> included) {
            synchronized (FakeLiveLog.this) {
                wanted.addAll(included);
                if (!isHeld) {
                    catchUp(Integer.MAX_VALUE);
                }
            }
        }

        void catchUp(int most) {
            synchronized (FakeLiveLog.this) {
                begin();
                var came = new ArrayList<FakeRecord>();
                var moved = new HashMap<LogPartition, Long>();
                next.forEach((partition, known) -> {
                    var rest =
                            partition(partition).stream()
                                    .filter(record -> record.offset >= known)
                                    .toList();
                    var piece = rest.subList(0, Math.min(rest.size(), most));
                    long reached =
                            piece.size() == rest.size()
                                    ? endOf(partition)
                                    : piece.getLast().offset + 1;
                    if (reached != known) {
                        came.addAll(piece);
                        moved.put(partition, reached);
                    }
                });
                if (!moved.isEmpty()) {
                    next.putAll(moved);
                    follower.appended(came, moved);
                }
            }
        }

        private void begin() {
            var begun = new HashMap<LogPartition, Long>();
            for (var partition : records.keySet()) {
                if (wanted.contains(partition.topic()) && !next.containsKey(partition)) {
                    begun.put(partition, endOf(partition));
                }
            }
            if (!begun.isEmpty()) {
                next.putAll(begun);
                follower.begun(begun);
            }
        }

        void lose() {
            synchronized (FakeLiveLog.this) {
                next.clear();
                follower.lost();
            }
        }

        @Override
        public void close() {
            synchronized (FakeLiveLog.this) {
                tails.remove(this);
            }
        }
    }

    /// A record in memory.
    public static final class FakeRecord implements LogRecord {

        private final LogPartition partition;
        private final long offset;
        private final LoggedEvent event;

        FakeRecord(LogPartition partition, long offset, LoggedEvent event) {
            this.partition = partition;
            this.offset = offset;
            this.event = event;
        }

        @Override
        public LogPartition partition() {
            return partition;
        }

        @Override
        public long offset() {
            return offset;
        }

        @Override
        public int bytes() {
            return event.payload().length();
        }

        /// The event, whoever asks.
        LoggedEvent event() {
            return event;
        }

        @Override
        public @Nullable LoggedEvent event(EventFilter filter) {
            boolean isWanted =
                    event.tenant().equals(filter.tenant())
                            && (filter.key() == null || filter.key().equals(event.key()))
                            && filter.takes(event.type(), event.actor());
            return isWanted ? event : null;
        }

        /// The event's place in its partition.
        @Override
        public String toString() {
            return "%s-%d@%d".formatted(partition.topic(), partition.partition(), offset);
        }
    }
}
