package dev.millrace.gateway.live;

import dev.millrace.domain.log.LiveLog.Bounds;
import dev.millrace.domain.log.LogPartition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The partitions that one stream reads, and what is done with places in them. Immutable.
///
/// A place is an array over the whole [Layout]; only what is selected counts.
final class Selection {

    /// The most partitions that a stream reads: its ids, which clients send in a header, hold an
    /// offset for each.
    static final int MOST_PARTITIONS = 512;

    private final Layout layout;
    private final int[] members;
    private final BitSet contained = new BitSet();
    private final List<LogPartition> partitions;
    private final int hash;

    /// @param partitions of the layout, 1 to [#MOST_PARTITIONS]
    Selection(Layout layout, Set<LogPartition> partitions) {
        if (partitions.isEmpty() || partitions.size() > MOST_PARTITIONS) {
            throw new IllegalArgumentException(
                    "partitions: %d (expected: 1..%d; name fewer topics)"
                            .formatted(partitions.size(), MOST_PARTITIONS));
        }
        this.layout = layout;
        this.partitions = List.copyOf(new TreeSet<>(partitions));
        this.members = this.partitions.stream().mapToInt(layout::number).toArray();
        Arrays.stream(members).forEach(contained::set);
        this.hash = Arrays.hashCode(members);
    }

    Set<String> topics() {
        return partitions.stream().map(LogPartition::topic).collect(Collectors.toSet());
    }

    Set<LogPartition> partitions() {
        return Set.copyOf(partitions);
    }

    int number(LogPartition partition) {
        return layout.number(partition);
    }

    LogPartition partition(int number) {
        return layout.partition(number);
    }

    boolean contains(int number) {
        return contained.get(number);
    }

    int[] members() {
        return members.clone();
    }

    /// The id of a place.
    String id(long[] place) {
        var next = new long[members.length];
        for (int i = 0; i < members.length; i++) {
            next[i] = place[members[i]];
        }
        return EventId.of(partitions, next);
    }

    /// A place as offsets.
    Map<LogPartition, Long> offsets(long[] place) {
        var next = new HashMap<LogPartition, Long>();
        for (int i = 0; i < members.length; i++) {
            next.put(partitions.get(i), place[members[i]]);
        }
        return next;
    }

    /// Offsets as a place.
    ///
    /// @param otherwise the offsets of partitions that are not in `next`
    long[] place(Map<LogPartition, Long> next, Map<LogPartition, Long> otherwise) {
        var place = new long[layout.size()];
        for (int i = 0; i < members.length; i++) {
            var partition = partitions.get(i);
            var offset = next.get(partition);
            place[members[i]] = offset != null ? offset : otherwise.getOrDefault(partition, 0L);
        }
        return place;
    }

    /// Whether offsets name each of the partitions.
    boolean isWholeIn(Map<LogPartition, Long> next) {
        return next.keySet().containsAll(partitions);
    }

    /// Whether at one place at least as much was read as at another, of every partition.
    boolean covers(long[] place, long[] other) {
        for (int member : members) {
            if (place[member] < other[member]) {
                return false;
            }
        }
        return true;
    }

    /// The further one of two places, for each partition.
    long[] join(long[] place, long[] other) {
        var joined = place.clone();
        for (int member : members) {
            joined[member] = Math.max(place[member], other[member]);
        }
        return joined;
    }

    /// A place with the earliest offset of each partition of which what stood there is not there
    /// any more, or never was.
    long[] within(Bounds bounds, long[] place) {
        var within = place.clone();
        for (int i = 0; i < members.length; i++) {
            var partition = partitions.get(i);
            long earliest = bounds.earliest().getOrDefault(partition, 0L);
            long latest = bounds.latest().getOrDefault(partition, 0L);
            if (place[members[i]] < earliest || place[members[i]] > latest) {
                within[members[i]] = earliest;
            }
        }
        return within;
    }

    /// All partitions of some topics.
    static Set<LogPartition> wholeTopics(Layout layout, Set<String> topics) {
        var all = new ArrayList<LogPartition>();
        for (var topic : topics) {
            for (int partition = 0; partition < layout.partitionsOf(topic); partition++) {
                all.add(new LogPartition(topic, partition));
            }
        }
        return Set.copyOf(all);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof Selection selection
                        && hash == selection.hash
                        && layout == selection.layout
                        && Arrays.equals(members, selection.members));
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
