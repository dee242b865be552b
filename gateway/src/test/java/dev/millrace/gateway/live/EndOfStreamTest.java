package dev.millrace.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.log.EventFilter;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// How a stream is kept alive, and how it ends.
class EndOfStreamTest {

    private static final String TOPIC = "millrace.task-events";
    private static final int RING = 4;

    private final FakeLiveLog log = new FakeLiveLog(Map.of(TOPIC, 1));
    private final Layout layout = new Layout(new TreeMap<>(Map.of(TOPIC, 1)));
    private final Selection selection =
            new Selection(layout, Selection.wholeTopics(layout, Set.of(TOPIC)));
    private final Broadcast shared =
            new Broadcast(log, layout, new StreamLimits(9, RING, 1 << 20, 1));
    private final Turns turns = new Turns(1);
    private final Wire wire = new Wire(1_000, false);
    private final SseText text = new SseText();
    private final List<LiveStream> ended = new ArrayList<>();

    @Test
    void silenceIsBrokenByACommentOrByWhatWasPassedOver() {
        var stream = open(0, EventFilter.all("acme"));
        assertThat(told()).isEmpty();
        var first = text.lastId();

        seconds(stream, LiveStream.KEEP_ALIVE_TICKS - 1);
        assertThat(wire.isEmpty()).isTrue();
        seconds(stream, 1);
        assertThat(told()).isEmpty();
        assertThat(text.comments()).isEqualTo(1);
        assertThat(text.lastId()).isEqualTo(first);

        add("other", 10);
        seconds(stream, LiveStream.KEEP_ALIVE_TICKS);
        assertThat(told()).isEmpty();
        assertThat(EventId.parse(text.lastId()).values()).containsExactly(1L);
    }

    @Test
    void clientThatReadsNothingIsDropped() {
        var stream = open(0, EventFilter.all("acme"));
        for (int n = 0; n < RING; n++) {
            add("acme", 600);
        }
        seconds(stream, LiveStream.MOST_STALLED_TICKS - 1);
        assertThat(wire.isEnded()).isFalse();
        seconds(stream, 1);

        assertThat(ended).containsExactly(stream);
        var last = told().getLast();
        assertThat(last.name()).isEqualTo("dropped");
        assertThat(new JsonObject(last.data()).getString("reason")).contains("30 s");
        assertThat(new JsonObject(last.data()).getString("position")).isEqualTo(text.lastId());
    }

    @Test
    void clientThatFallsOutOfTheRingIsDroppedAndResumesWithoutAGap() {
        var stream = open(0, EventFilter.all("acme"));
        for (int n = 0; n < 20; n++) {
            add("acme", 600);
        }

        assertThat(ended).containsExactly(stream);
        var told = told();
        assertThat(told.getLast().name()).isEqualTo("dropped");
        assertThat(told.getLast().data()).contains("too slow");
        var next = EventId.parse(told.getLast().id()).values();
        assertThat(next).containsExactly(told.stream().filter(SseText.Event::isOfLog).count());
    }

    @Test
    void clientBehindWhatWasDeletedIsToldWhereToBegin() {
        for (int n = 0; n < 10; n++) {
            add("acme", 10);
        }
        shared.include(Set.of(TOPIC));
        log.hold();
        var stream = open(2, EventFilter.all("acme"));
        log.deleteBefore(TOPIC, 0, 5);
        log.answer(0);

        assertThat(ended).containsExactly(stream);
        var last = told().getLast();
        assertThat(last.name()).isEqualTo("gone");
        var earliest = new JsonObject(last.data()).getString("earliest");
        assertThat(EventId.parse(earliest).values()).containsExactly(5L);
        assertThat(EventId.parse(text.lastId()).values()).containsExactly(2L);
        assertThat(wire.isEnded()).isTrue();
    }

    @Test
    void clientAheadOfALogThatWasSetBackIsToldSo() {
        for (int n = 0; n < 10; n++) {
            add("acme", 10);
        }
        var stream = open(10, EventFilter.all("acme"));
        log.setBack(TOPIC, 0, 4);
        log.lose(0);
        log.tell(0, 10);
        seconds(stream, 1);

        assertThat(ended).containsExactly(stream);
        assertThat(told().getLast().name()).isEqualTo("gone");
    }

    @Test
    void clientThatTakesALargeEventSlowlyGetsIt() {
        int bytes = 200_000;
        var stream = open(0, EventFilter.all("acme"));
        add("acme", bytes);
        int read = 0;
        var events = new ArrayList<SseText.Event>();
        while (events.isEmpty()) {
            events.addAll(text.take(wire.deliver(3_000)));
            read += 3_000;
            assertThat(read).isLessThan(2 * bytes);
            seconds(stream, LiveStream.MOST_STALLED_TICKS / 6);
        }

        assertThat(ended).isEmpty();
        assertThat(events.getFirst().data()).hasSizeGreaterThan(bytes);
    }

    @Test
    void readsThatFailAreTriedAgain() {
        add("acme", 10);
        log.setBroken(true);
        var stream = open(0, EventFilter.all("acme"));
        assertThat(told()).isEmpty();
        seconds(stream, 1);
        assertThat(told()).isEmpty();

        log.setBroken(false);
        seconds(stream, 1);

        assertThat(told()).hasSize(1);
        assertThat(ended).isEmpty();
    }

    @Test
    void whoWaitsForTheirTurnGetsItWhenAnotherIsGone() {
        for (int n = 0; n < 10; n++) {
            add("acme", 600);
        }
        var slow = open(0, EventFilter.all("acme")); // keeps its turn until its piece is sent
        var other = new Wire(1_000_000, false);
        var second = stream(0, EventFilter.all("acme"), other);
        second.open(1_000);
        assertThat(new SseText().take(other.deliver())).isEmpty();

        slow.abandon();

        assertThat(new SseText().take(other.deliver())).hasSize(10);
    }

    private LiveStream open(long next, EventFilter filter) {
        var stream = stream(next, filter, wire);
        shared.add(stream);
        shared.include(Set.of(TOPIC));
        stream.open(1_000);
        return stream;
    }

    private LiveStream stream(long next, EventFilter filter, Wire to) {
        return Streams.ofEvents(
                log,
                shared.ring(),
                turns,
                selection,
                filter,
                new long[] {next},
                to,
                Runnable::run,
                ended::add);
    }

    private List<SseText.Event> told() {
        return text.take(wire.deliver());
    }

    private void add(String tenant, int bytes) {
        log.add(
                TOPIC,
                0,
                tenant,
                "k",
                "dev.millrace.task.started",
                "{\"n\":\"%s\"}".formatted("x".repeat(bytes)));
    }

    private static void seconds(LiveStream stream, int count) {
        for (int n = 0; n < count; n++) {
            stream.tick();
        }
    }
}
