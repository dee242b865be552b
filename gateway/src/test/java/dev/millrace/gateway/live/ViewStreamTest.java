package dev.millrace.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.log.LogPartition;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.Terms;
import dev.millrace.domain.view.Position;
import dev.millrace.gateway.rows.Fields;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ViewStreamTest {

    private static final String TOPIC = "millrace.task-events";
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final int EVENTS_IN_A_SECOND = 1_500;

    private final FakeLiveLog log = new FakeLiveLog(Map.of(TOPIC, 1));
    private final FakeRows rows = new FakeRows(log, new Random(1), 1);
    private final LiveStreams gateway =
            new LiveStreams(log, Runnable::run, new StreamLimits(9, 9_999, 1 << 24, 9));
    private final ViewStreams views = new ViewStreams(gateway, rows);
    private final Wire wire = new Wire(1 << 20, false);
    private final SseText text = new SseText();
    private final Deque<Runnable> work = new ArrayDeque<>();
    private int tasks;

    @Test
    void sumsFollowABusySiteFromSecondToSecond() {
        add(1);
        rows.foldAll();
        var stream = open();
        settle();

        for (int second = 0; second < 5; second++) {
            add(EVENTS_IN_A_SECOND);
            rows.foldAll();
            settle();
            stream.tick();
            settle();

            assertThat(next()).isEqualTo(tasks);
        }
    }

    @Test
    void aPartitionThatIsEmptyByNowIsFollowedFromItsBeginning() {
        add(5);
        rows.foldAll();
        log.skip(List.copyOf(log.all()).getFirst());
        log.skip(List.copyOf(log.all()).getFirst());
        log.deleteBefore(TOPIC, 0, 7);
        open();
        settle();

        add(1);
        rows.foldAll();
        settle();

        assertThat(wire.isEnded()).isFalse();
        assertThat(next()).isEqualTo(8);
    }

    /// Workers may write it wherever they like.
    @Test
    void progressOfATaskIsFollowedInEveryPartition() {
        assertThat(FollowedView.TASK_PROGRESS.partitionedBy(Map.of(), "task")).isNull();
        assertThat(FollowedView.TASKS.partitionedBy(Map.of(), "task")).isEqualTo("task");
    }

    /// What a client that comes back begins with.
    private @Nullable Long next() {
        return ViewPlace.parse(text.lastId()).next().get(new LogPartition(TOPIC, 0));
    }

    private LiveStream open() {
        var shared = gateway.broadcast().join();
        shared.include(Set.of(TOPIC));
        var feed =
                new RowFeed(
                        views.reads(),
                        FollowedView.TASK_COUNTS,
                        "acme",
                        Map.of(),
                        false,
                        Fields.ALL,
                        null);
        var asked = views.source(shared, feed, null, Position.START).toCompletableFuture();
        rows.answer(0);
        var source = asked.resultNow();
        var outlet = new SseOutlet(wire);
        var stream =
                new LiveStream(
                        outlet,
                        work::add,
                        shared::remove,
                        made -> source.make(made, outlet, new Turns(1)));
        shared.add(stream);
        stream.open(1_000);
        return stream;
    }

    private void settle() {
        while (!work.isEmpty() || rows.waitingReads() > 0) {
            if (work.isEmpty()) {
                rows.answer(0);
            } else {
                work.remove().run();
            }
        }
        text.take(wire.deliver());
    }

    private void add(int count) {
        for (int n = 0; n < count; n++) {
            var id = new TaskId(new UUID(8L << 12, Long.MIN_VALUE + tasks));
            log.add(
                    TOPIC,
                    0,
                    id.toString(),
                    Envelope.first(
                            new UUID(1, tasks),
                            NOON,
                            "acme",
                            Labels.DEFAULT,
                            new Actor("ann", Actor.Proof.LOCAL),
                            new Site("site", new UUID(0, 1)),
                            new TaskEvent.Submitted(
                                    id,
                                    1,
                                    "a",
                                    new Content.Inline("{}"),
                                    Digest.of("{}"),
                                    Terms.DEFAULT,
                                    null,
                                    null,
                                    List.of())));
            tasks++;
        }
    }
}
