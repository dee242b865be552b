package dev.millrace.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.log.EventFilter;
import dev.millrace.domain.log.LiveLog.Bounds;
import dev.millrace.domain.log.LogPartition;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The bounds of what is kept, and what is left of a place once something is gone.
class RingTest {

    private static final String TOPIC = "millrace.task-events";
    private static final LogPartition FIRST = new LogPartition(TOPIC, 0);
    private static final LogPartition SECOND = new LogPartition(TOPIC, 1);

    private final FakeLiveLog log = new FakeLiveLog(Map.of(TOPIC, 2));
    private final Layout layout = new Layout(new TreeMap<>(Map.of(TOPIC, 2)));

    @Test
    void whatIsSentOfARecordCountsToo() {
        var ring = new Ring(layout, 100, 4_000);
        ring.begin(Map.of(FIRST, 0L, SECOND, 0L));
        for (int n = 0; n < 10; n++) {
            var record = log.add(TOPIC, 0, "acme", "k", "dev.millrace.x", "{}");
            ring.append(List.of(record), Map.of(FIRST, record.offset() + 1));
        }
        assertThat(ring.hasLost(0)).as("the records alone are small").isFalse();
        var batch = Objects.requireNonNull(ring.from(0, 100));
        for (var entry : batch.entries()) {
            var frame = Objects.requireNonNull(entry.frame(EventFilter.all("acme")));
            for (int again = 0; again < 3; again++) {
                ring.charge(entry, frame.lines().length);
            }
        }

        assertThat(ring.hasLost(0)).isTrue();
        assertThat(ring.hasLost(9)).as("the last is there in any case").isFalse();
        long kept = Objects.requireNonNull(ring.from(9, 100)).entries().size();
        assertThat(kept).isEqualTo(1);
    }

    @Test
    void placeIsKeptInPartitionsOfWhichNothingIsGone() {
        var selection = new Selection(layout, Set.of(FIRST, SECOND));
        var bounds = new Bounds(Map.of(FIRST, 5L, SECOND, 2L), Map.of(FIRST, 9L, SECOND, 8L));

        assertThat(selection.within(bounds, new long[] {3, 7})).containsExactly(5, 7);
        assertThat(selection.within(bounds, new long[] {9, 9})).containsExactly(9, 2);
    }
}
