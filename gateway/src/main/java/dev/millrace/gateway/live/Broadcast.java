package dev.millrace.gateway.live;

import dev.millrace.domain.log.LiveLog;
import dev.millrace.domain.log.LiveLog.Follower;
import dev.millrace.domain.log.LiveLog.LogRecord;
import dev.millrace.domain.log.LiveLog.Tail;
import dev.millrace.domain.log.LogPartition;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// The one tail of the log that all streams of a gateway share, and who is told of what it brings.
/// Safe for use by many threads.
final class Broadcast implements Follower, AutoCloseable {

    private final Layout layout;
    private final Ring ring;
    private final Tail tail;
    private final Set<LiveStream> streams = ConcurrentHashMap.newKeySet();
    private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();

    Broadcast(LiveLog log, Layout layout, StreamLimits limits) {
        this.layout = layout;
        this.ring = new Ring(layout, limits.ringEntries(), limits.ringBytes());
        this.tail = log.follow(this);
    }

    Layout layout() {
        return layout;
    }

    Ring ring() {
        return ring;
    }

    /// Follows these topics too from now on.
    void include(Set<String> topics) {
        tail.include(topics);
    }

    /// Where everything that came so far is read, as soon as the selection is followed.
    CompletableFuture<long[]> head(Selection selection) {
        var one = new Waiting(selection);
        waiting.add(one);
        var _ = one.head.whenComplete((_, _) -> waiting.remove(one));
        one.completeIfFollowed(ring); // after it was added, so that it is told in any case
        return one.head;
    }

    void add(LiveStream stream) {
        streams.add(stream);
    }

    void remove(LiveStream stream) {
        streams.remove(stream);
    }

    Set<LiveStream> streams() {
        return streams;
    }

    @Override
    public void begun(Map<LogPartition, Long> next) {
        ring.begin(known(next));
        waiting.forEach(one -> one.completeIfFollowed(ring));
        signal();
    }

    @Override
    public void appended(List<? extends LogRecord> records, Map<LogPartition, Long> next) {
        ring.append(
                records.stream().filter(record -> layout.has(record.partition())).toList(),
                known(next));
        if (!records.isEmpty()) {
            signal();
        }
    }

    @Override
    public void lost() {
        ring.clear();
        signal();
    }

    /// Partitions that were added since have no number here: [LiveStreams] ends all streams for
    /// them.
    private Map<LogPartition, Long> known(Map<LogPartition, Long> next) {
        return next.keySet().stream().allMatch(layout::has)
                ? next
                : next.entrySet().stream()
                        .filter(one -> layout.has(one.getKey()))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private void signal() {
        streams.forEach(LiveStream::signal);
    }

    /// Stops following.
    @Override
    public void close() {
        tail.close();
    }

    /// Somebody who waits until all of a selection is followed.
    private static final class Waiting {

        private final Selection selection;
        private final CompletableFuture<long[]> head = new CompletableFuture<>();

        Waiting(Selection selection) {
            this.selection = selection;
        }

        void completeIfFollowed(Ring ring) {
            var now = ring.headIfFollowed(selection);
            if (now != null) {
                head.complete(now);
            }
        }
    }
}
