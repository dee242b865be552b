package dev.millrace.streams.views.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.domain.view.Views.ViewRow;
import dev.millrace.domain.view.generation.RebuildsUnavailable;
import dev.millrace.domain.view.generation.ViewEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class SuccessionTest {

    private static final int SEEDS = 500;

    private final FakeLog log = new FakeLog();
    private final FakeGroup group = new FakeGroup();
    private long nanos;

    /// One process, whose slow work is done when the test says so.
    private final class Member {
        final Queue<Runnable> background = new ArrayDeque<>();
        final ArrayList<FakeGroup.Instance> started = new ArrayList<>();
        boolean fails;
        final Succession succession =
                new Succession(
                        log,
                        (generation, _) -> {
                            if (fails) {
                                throw new IllegalStateException("no room");
                            }
                            var instance = group.new Instance(generation);
                            started.add(instance);
                            return instance;
                        },
                        group,
                        background::add,
                        () -> nanos);

        void step() throws RebuildsUnavailable {
            succession.step();
            for (var task = background.poll(); task != null; task = background.poll()) {
                task.run();
            }
        }

        String answer() throws Exception {
            var row = read("k").get();
            return String.valueOf(row.json());
        }

        CompletableFuture<ViewRow> read(String key) {
            var query = new RowQuery("tasks", "acme", key, Position.START, null);
            return succession.views().get(query).toCompletableFuture();
        }

        /// As a crash, of which its group hears at once.
        void dies() {
            started.forEach(FakeGroup.Instance::close);
        }
    }

    @Test
    void theNextGenerationAnswersOnceItIsWhereTheOtherIs() throws Exception {
        var process = new Member();
        group.folds(1, 100);
        process.step();
        assertThat(process.answer()).isEqualTo("1");

        log.happens(new ViewEvent.RebuildRequested(2));
        process.step();
        group.folds(2, 40);
        process.step();
        assertThat(process.answer()).isEqualTo("1");
        assertThat(log.generations().building()).hasValue(2);

        group.folds(2, 100);
        process.step(); // says so
        process.step(); // answers
        assertThat(log.generations().serving()).isEqualTo(2);
        assertThat(process.answer()).isEqualTo("2");
        assertThat(process.started.getFirst().isClosed).isTrue();

        later(Tidying.BETWEEN_TRIES);
        process.step();
        assertThat(group.left).containsExactly(2);
    }

    @Test
    void readsThatBeganAreNotCutOff() throws Exception {
        var process = switching();
        var read = process.read("slow");
        process.succession.step();
        process.succession.step();
        assertThat(process.answer()).as("meanwhile").isEqualTo("2");
        assertThat(process.started.getFirst().isClosed).isFalse();

        process.started
                .getFirst()
                .reads
                .getFirst()
                .complete(new ViewRow("slow", "1", Position.START));
        process.step();
        assertThat(read.get().json()).isEqualTo("1");
        assertThat(process.started.getFirst().isClosed).isTrue();
    }

    @Test
    void aReadThatTheFormerOneCannotAnswerBeginsAnew() throws Exception {
        var process = switching();
        var read = process.read("slow");
        process.succession.step();
        process.succession.step();
        process.started
                .getFirst()
                .reads
                .getFirst()
                .completeExceptionally(new ViewUnavailable("tasks", "it moves"));
        process.started.get(1).reads.getFirst().complete(new ViewRow("slow", "2", Position.START));
        assertThat(read.get().json()).isEqualTo("2");
        process.step();
    }

    @Test
    void whatCannotBeReadAndIsNotSucceededStaysUnavailable() throws Exception {
        var process = new Member();
        process.step();
        assertThatThrownBy(() -> process.read("k").get())
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(ViewUnavailable.class);
    }

    @Test
    void aCancelledGenerationIsClosedAndDeleted() throws Exception {
        var process = new Member();
        group.folds(1, 100);
        log.happens(new ViewEvent.RebuildRequested(2));
        process.step();
        assertThat(group.left).containsExactlyInAnyOrder(1, 2);

        log.happens(new ViewEvent.RebuildCancelled(2));
        process.step();
        later(Tidying.BETWEEN_TRIES);
        process.step();

        assertThat(process.started.get(1).isClosed).isTrue();
        assertThat(group.left).containsExactly(1);
        assertThat(process.answer()).isEqualTo("1");
    }

    @Test
    void whoStartsGoesOnWhereTheLogIs() throws Exception {
        var killed = new Member();
        group.folds(1, 100);
        log.happens(new ViewEvent.RebuildRequested(2));
        killed.step();
        group.folds(2, 10);
        killed.dies();

        var again = new Member();
        again.step();
        assertThat(again.started).extracting(one -> one.generation).containsExactly(1, 2);
        assertThat(again.answer()).isEqualTo("1");
        group.folds(2, 100);
        again.step();
        again.step();
        assertThat(again.answer()).isEqualTo("2");
        again.dies();

        var third = new Member();
        third.step();
        assertThat(third.started).extracting(one -> one.generation).containsExactly(2);
        assertThat(group.left).containsExactly(2);
    }

    @Test
    void nothingIsTakenFromAnInstanceThatStillRunsIt() throws Exception {
        var quick = new Member();
        var slow = new Member();
        group.folds(1, 100);
        log.happens(new ViewEvent.RebuildRequested(2));
        quick.step();
        slow.step();
        group.folds(2, 100);
        quick.step();
        for (int i = 0; i < 5; i++) {
            quick.step();
            later(Tidying.BETWEEN_TRIES);
        }
        assertThat(quick.answer()).isEqualTo("2");
        assertThat(slow.answer()).isEqualTo("1");
        assertThat(group.left).containsExactlyInAnyOrder(1, 2);

        slow.step();
        assertThat(slow.answer()).isEqualTo("2");
        later(Tidying.BETWEEN_TRIES);
        quick.step();
        assertThat(group.left).containsExactly(2);
    }

    @Test
    void onlyOneThatIsCloseTakesOver() throws Exception {
        var process = new Member();
        group.folds(1, 100);
        log.happens(new ViewEvent.RebuildRequested(2));
        process.step();
        group.folds(2, 50);
        process.step(); // the other was at 100 here
        later(CatchingUp.CLOSE.plusSeconds(1));
        group.folds(1, 200);
        group.folds(2, 100);
        process.step();
        assertThat(log.generations().serving()).isEqualTo(1);
        group.folds(2, 200);
        process.step();
        assertThat(log.generations().serving()).isEqualTo(2);
    }

    @Test
    void rowsDoNotGoBackInTime() throws Exception {
        var process = switching();
        process.step(); // says so
        group.folds(1, 150);
        process.step();
        assertThat(process.answer()).isEqualTo("1");
        group.folds(2, 150);
        process.step();
        assertThat(process.answer()).isEqualTo("2");
    }

    @Test
    void aWhileLaterTheNextOneAnswersAllTheSame() throws Exception {
        var process = switching();
        process.step();
        group.folds(1, 150);
        process.step();
        later(Succession.LONGEST_HANDOVER.plusSeconds(1));
        process.step();
        assertThat(process.answer()).isEqualTo("2");
    }

    @Test
    void whatCouldNotBeSaidIsSaidAgain() throws Exception {
        var process = switching();
        log.isAway = true;
        process.step();
        process.step();
        assertThat(log.generations().serving()).isEqualTo(1);
        log.isAway = false;
        process.step();
        assertThat(log.generations().serving()).isEqualTo(2);
    }

    @Test
    void oneThatDoesNotStartIsTriedAgainAndTheOtherAnswers() throws Exception {
        var process = new Member();
        group.folds(1, 100);
        process.step();
        log.happens(new ViewEvent.RebuildRequested(2));
        process.fails = true;
        process.step();
        assertThat(process.answer()).isEqualTo("1");
        process.fails = false;
        process.step();
        assertThat(process.started).hasSize(1);
        later(Succession.BETWEEN_STARTS);
        process.step();
        assertThat(process.started).hasSize(2);
    }

    @Test
    void whatIsPausedStaysSoWhicheverStarts() throws Exception {
        var process = new Member();
        process.step();
        process.succession.pause();
        log.happens(new ViewEvent.RebuildRequested(2));
        process.step();
        assertThat(process.started).hasSize(2).allMatch(one -> one.isPaused);
        process.succession.resume();
        assertThat(process.started).noneMatch(one -> one.isPaused);
    }

    @Test
    void withoutTheLogNothingStarts() {
        var process = new Member();
        log.isUnread = true;
        assertThatThrownBy(process::step).isInstanceOf(RebuildsUnavailable.class);
        assertThat(process.started).isEmpty();
    }

    @Test
    void closedNothingRunsAndNothingStarts() throws Exception {
        var process = new Member();
        group.folds(1, 100);
        log.happens(new ViewEvent.RebuildRequested(2));
        process.step();
        process.succession.close();
        assertThat(process.started).hasSize(2).allMatch(one -> one.isClosed);
        log.happens(new ViewEvent.RebuildCancelled(2));
        log.happens(new ViewEvent.RebuildRequested(3));
        process.step();
        assertThat(process.started).hasSize(2);
    }

    /// Some processes that start and die, rebuilds that are asked for and given up, and generations
    /// that fold: somebody answers always, never from less than was there before, and in the end
    /// all is as the log says.
    @Test
    void whateverHappensSomebodyAnswersAndNothingIsLeft() throws Exception {
        for (int seed = 0; seed < SEEDS; seed++) {
            new SuccessionTest().live(new Random(seed), seed);
        }
    }

    private void live(Random random, int seed) throws Exception {
        var processes = new ArrayList<Member>();
        long end = 10;
        group.folds(1, end);
        for (int i = 0; i < 2; i++) {
            processes.add(new Member());
            processes.get(i).step();
        }
        for (int step = 0; step < 120; step++) {
            int which = random.nextInt(processes.size());
            var now = log.generations();
            switch (random.nextInt(10)) {
                case 0 -> log.happens(new ViewEvent.RebuildRequested(now.next()));
                case 1 -> {
                    if (random.nextInt(3) == 0 && now.last() > 1) {
                        log.happens(new ViewEvent.RebuildCancelled(now.last()));
                    }
                }
                case 2 -> {
                    processes.get(which).dies();
                    processes.set(which, new Member());
                    processes.get(which).step();
                }
                case 3 -> end += random.nextInt(20);
                case 4 -> later(Duration.ofMillis(random.nextInt(3_000)));
                case 5, 6 -> {
                    for (int generation : new ArrayList<>(group.left)) {
                        long more = group.folded(generation) + 1 + random.nextInt(30);
                        group.folds(generation, Math.min(end, more));
                    }
                }
                default -> processes.get(which).step();
            }
            for (var process : processes) {
                int answered = Integer.parseInt(process.answer());
                assertThat(answered)
                        .as("seed %d", seed)
                        .isLessThanOrEqualTo(log.generations().serving());
            }
        }
        for (int i = 0; i < 20; i++) {
            for (int generation : new ArrayList<>(group.left)) {
                group.folds(generation, end);
            }
            for (var process : processes) {
                process.step();
            }
            later(Tidying.BETWEEN_TRIES);
        }
        var now = log.generations();
        assertThat(now.building()).as("seed %d", seed).isEmpty();
        assertThat(group.left).as("seed %d", seed).containsExactly(now.serving());
        for (var process : processes) {
            assertThat(process.answer()).as("seed %d", seed).isEqualTo("" + now.serving());
        }
    }

    /// A process of which the next generation is where the other one is.
    private Member switching() throws Exception {
        var process = new Member();
        group.folds(1, 100);
        log.happens(new ViewEvent.RebuildRequested(2));
        process.step();
        group.folds(2, 100);
        return process;
    }

    private void later(Duration time) {
        nanos += time.toNanos();
    }
}
