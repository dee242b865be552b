package dev.millrace.domain.view.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.view.generation.Generations.State;
import dev.millrace.domain.view.generation.ViewEvent.RebuildCancelled;
import dev.millrace.domain.view.generation.ViewEvent.RebuildRequested;
import dev.millrace.domain.view.generation.ViewEvent.Switched;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GenerationsTest {

    private static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");
    private static final int SEEDS = 2_000;

    @Test
    void aRebuildIsAskedForBuiltAndSwitchedTo() {
        var asked = Generations.FIRST.with(new RebuildRequested(2), NOON);
        assertThat(asked.serving()).isEqualTo(1);
        assertThat(asked.building()).hasValue(2);
        assertThat(asked.isWanted(1)).isTrue();
        assertThat(asked.isWanted(2)).isTrue();

        var switched = asked.with(new Switched(2), NOON.plusSeconds(1));
        assertThat(switched).isEqualTo(new Generations(2, 2, State.SWITCHED, NOON.plusSeconds(1)));
        assertThat(switched.building()).isEmpty();
        assertThat(switched.isWanted(1)).isFalse();
    }

    @Test
    void aCancelledNumberIsNotUsedAgain() {
        var cancelled =
                Generations.FIRST
                        .with(new RebuildRequested(2), NOON)
                        .with(new RebuildCancelled(2), NOON);
        assertThat(cancelled.serving()).isEqualTo(1);
        assertThat(cancelled.isWanted(2)).isFalse();
        assertThat(cancelled.with(new RebuildRequested(2), NOON)).isSameAs(cancelled);
        assertThat(cancelled.with(new Switched(2), NOON)).isSameAs(cancelled);
        assertThat(cancelled.with(new RebuildRequested(3), NOON).building()).hasValue(3);
    }

    @Test
    void ofTwoThatAskAtOnceTheFirstCounts() {
        var asked = Generations.FIRST.with(new RebuildRequested(2), NOON);
        assertThat(asked.with(new RebuildRequested(2), NOON.plusSeconds(1))).isSameAs(asked);
        assertThat(asked.with(new RebuildRequested(3), NOON.plusSeconds(1))).isSameAs(asked);
    }

    @Test
    void anEventThatIsReadTwiceChangesNothing() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            var once = Generations.FIRST;
            for (var event : events(random)) {
                var next = once.with(event, NOON);
                assertThat(next.with(event, NOON.plusSeconds(1)))
                        .as("seed %d", seed)
                        .isSameAs(next);
                once = next;
            }
        }
    }

    @Test
    void staleEventsOfAnEarlierTimeChangeNothing() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            var before = new ArrayList<ViewEvent>();
            var now = Generations.FIRST;
            for (var event : events(random)) {
                boolean isSettled = now.state() != State.BUILDING;
                for (var old : before) {
                    if (isSettled && old.generation() <= now.last()) {
                        assertThat(now.with(old, NOON)).as("seed %d", seed).isSameAs(now);
                    }
                }
                before.add(event);
                now = now.with(event, NOON);
            }
        }
    }

    @Test
    void whateverIsSaidOneAnswersAndAtMostOneIsBuilt() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            var now = Generations.FIRST;
            var built = new HashSet<Integer>();
            for (var event : events(random)) {
                var next = now.with(event, NOON);
                assertThat(next.serving()).isBetween(now.serving(), next.last());
                assertThat(next.last()).isBetween(now.last(), now.last() + 1);
                if (next.serving() != now.serving()) {
                    assertThat(now.building()).as("seed %d", seed).hasValue(next.serving());
                }
                if (next.building().isPresent() && !next.building().equals(now.building())) {
                    assertThat(built.add(next.last())).as("seed %d", seed).isTrue();
                }
                assertThat(next.building().orElse(0)).isNotEqualTo(next.serving());
                now = next;
            }
        }
    }

    @Test
    void anEventIsOfASecondGenerationOrALaterOne() {
        assertThatThrownBy(() -> new RebuildRequested(1))
                .hasMessage("generation: 1 (expected: >= 2)");
        assertThatThrownBy(() -> new Switched(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RebuildCancelled(-1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void progressIsCountedOverAllPartitions() {
        var half =
                new RebuildProgress(
                        List.of(
                                new RebuildProgress.Part("a", 0, 10, 10),
                                new RebuildProgress.Part("a", 1, 0, 10)));
        assertThat(half.folded()).isEqualTo(10);
        assertThat(half.total()).isEqualTo(20);
        assertThat(half.fraction()).isEqualTo(0.5);
        assertThat(half.left(Duration.ofSeconds(8))).contains(Duration.ofSeconds(8));

        var begun = new RebuildProgress(List.of(new RebuildProgress.Part("a", 0, 0, 5)));
        assertThat(begun.left(Duration.ofSeconds(8))).isEmpty();
        assertThat(new RebuildProgress(List.of()).fraction()).isEqualTo(1);
    }

    /// Some that fit and some that do not.
    private static List<ViewEvent> events(Random random) {
        var events = new ArrayList<ViewEvent>();
        for (int i = 0; i < 40; i++) {
            int generation = 2 + random.nextInt(2 + i / 4);
            events.add(
                    switch (random.nextInt(3)) {
                        case 0 -> new RebuildRequested(generation);
                        case 1 -> new Switched(generation);
                        default -> new RebuildCancelled(generation);
                    });
        }
        return events;
    }
}
