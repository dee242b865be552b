package dev.millrace.streams.views.generation;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.generation.GenerationLog;
import dev.millrace.domain.view.generation.Generations;
import dev.millrace.domain.view.generation.RebuildsUnavailable;
import dev.millrace.domain.view.generation.ViewEvent;
import dev.millrace.streams.views.RunningViews;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has this process run the generations that the log wants, and answer from the one that it says.
///
/// ```
/// RebuildRequested ──▶ the next one runs, too ──▶ it is where the other is ──▶ Switched
///                                                                                 │
///      what it left is deleted ◀── the other is closed ◀── its reads have ended ◀─┘
/// ```
///
/// Everything follows from the log and what runs here, so a process that starts goes on where it,
/// or another, was. One thread takes the steps; all else may be asked by many.
final class Succession {

    static final Actor ACTOR = new Actor("views", Actor.Proof.WORKER);

    /// The longest that the generation before answers on here, once the log says that the next one
    /// does and that can be read, for it to come to where the other is.
    static final Duration LONGEST_HANDOVER = Duration.ofSeconds(10);

    /// The longest that reads are waited for: more than one may take.
    static final Duration LONGEST_READS = Duration.ofSeconds(20);

    /// Until one that did not start is tried again.
    static final Duration BETWEEN_STARTS = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Succession.class);

    private final GenerationLog log;
    private final Starting starting;
    private final Tidying tidying;
    private final Executor background;
    private final LongSupplier nanoTime;
    private final CatchingUp catchingUp;
    private final SwitchedViews views = new SwitchedViews();
    private final Map<Integer, RunningViews> running = new ConcurrentSkipListMap<>();
    /* Those that are on their way out, or were once. */
    private final Set<Integer> retired = new HashSet<>();
    private CompletableFuture<?> saying = CompletableFuture.completedFuture(null);
    private CompletableFuture<?> tidied = CompletableFuture.completedFuture(null);
    private volatile int answering;
    private @Nullable Handover handover;
    private long startAgain;
    private boolean isPaused;
    private volatile boolean isClosed;

    /// Starts a generation.
    @FunctionalInterface
    interface Starting {

        /// One that runs from now on.
        ///
        /// @param now as the log says it, which wants the generation
        RunningViews start(int generation, Generations now);
    }

    /// @param until by the clock of nanoseconds
    private record Handover(Position mark, long until) {}

    /// @param background what takes its time: closing, and deleting what is left
    /// @param nanoTime nanoseconds that only grow
    Succession(
            GenerationLog log,
            Starting starting,
            Remains remains,
            Executor background,
            LongSupplier nanoTime) {
        this.log = log;
        this.starting = starting;
        this.tidying = new Tidying(remains, nanoTime);
        this.background = background;
        this.nanoTime = nanoTime;
        this.catchingUp = new CatchingUp(nanoTime);
        this.startAgain = nanoTime.getAsLong();
    }

    /// The views of whichever generation answers.
    SwitchedViews views() {
        return views;
    }

    /// The generation that answers here; null before the first step.
    @Nullable RunningViews answering() {
        return running.get(answering);
    }

    /// One that runs here; null if it does not.
    @Nullable RunningViews running(int generation) {
        return running.get(generation);
    }

    /// Does what is to be done now. What fails is tried again by a later step.
    ///
    /// @throws RebuildsUnavailable if the log is not known
    void step() throws RebuildsUnavailable {
        var now = log.generations();
        start(now.serving(), now);
        follow(now);
        var building = now.building();
        if (building.isPresent() && nanoTime.getAsLong() - startAgain >= 0) {
            try {
                start(building.getAsInt(), now);
            } catch (RuntimeException failed) { // the other one answers all the same
                startAgain = nanoTime.getAsLong() + BETWEEN_STARTS.toNanos();
                LOG.atError()
                        .setMessage("The next generation of the views did not start")
                        .addKeyValue("generation", building.getAsInt())
                        .setCause(failed)
                        .log();
            }
        }
        running.forEach((generation, views) -> {
            if (!now.isWanted(generation) && generation != answering) {
                retire(generation, views, null);
            }
        });
        catchUp(now);
        tidy(now);
    }

    private void start(int generation, Generations now) {
        if (isClosed || running.containsKey(generation)) {
            return;
        }
        var started = starting.start(generation, now);
        synchronized (this) {
            if (!isClosed) {
                if (isPaused) {
                    started.pause();
                }
                running.put(generation, started);
            }
        }
        if (isClosed) {
            started.close();
            return;
        }
        catchingUp.reset();
        LOG.atInfo()
                .setMessage("A generation of the views runs")
                .addKeyValue("generation", generation)
                .log();
    }

    /// Answers from the generation that the log says, once that can.
    private void follow(Generations now) {
        var next = running.get(now.serving());
        if (answering == now.serving() || next == null) {
            return;
        }
        var before = answering();
        int former = answering;
        if (before != null && !isToAnswer(before, next)) {
            return;
        }
        handover = null;
        var reads = views.answerFrom(next.views());
        answering = now.serving();
        LOG.atInfo()
                .setMessage("A generation of the views answers")
                .addKeyValue("generation", answering)
                .log();
        if (before != null) {
            retire(former, before, reads);
        }
    }

    /// Whether the next generation is where the one before was when it was to take over, so that
    /// rows do not go back in time; or is not within a while.
    private boolean isToAnswer(RunningViews before, RunningViews next) {
        if (!next.isReady()) {
            return false;
        }
        var now = handover;
        if (now == null) {
            now = new Handover(position(before), nanoTime.getAsLong() + LONGEST_HANDOVER.toNanos());
            handover = now;
        }
        return nanoTime.getAsLong() - now.until > 0 || position(next).covers(now.mark);
    }

    /// Where a generation is; nowhere if that cannot be told.
    private static Position position(RunningViews views) {
        try {
            return views.position();
        } catch (InvalidStateStoreException notNow) {
            return Position.START;
        }
    }

    /// Says that the generation that is being built is to answer, once it has come to where the
    /// other one is.
    private void catchUp(Generations now) {
        var building = now.building();
        var other = answering();
        var next = building.isPresent() ? running.get(building.getAsInt()) : null;
        if (next == null || other == null || !saying.isDone() || !next.isReady()) {
            return;
        }
        try {
            if (catchingUp.look(other::position, next::position)) {
                saying =
                        log.append(new ViewEvent.Switched(building.getAsInt()), ACTOR)
                                .exceptionally(Succession::unsaid)
                                .toCompletableFuture();
            }
        } catch (InvalidStateStoreException notNow) {
            LOG.atTrace().setMessage("A generation cannot be read").setCause(notNow).log();
        }
    }

    private static Boolean unsaid(Throwable failure) {
        LOG.atWarn()
                .setMessage("That the next generation of the views answers could not be said yet")
                .addKeyValue("cause", failure.toString())
                .log();
        return false;
    }

    /// Closes one that is not wanted, once its reads have ended. Until then other instances, which
    /// may not have heard of it yet, read what it holds.
    private void retire(int generation, RunningViews old, SwitchedViews.@Nullable Answering reads) {
        if (!retired.add(generation)) {
            return;
        }
        background.execute(() -> {
            try {
                if (reads != null && !reads.awaitEnd(LONGEST_READS.toMillis())) {
                    LOG.atWarn()
                            .setMessage("Reads of a former generation of the views did not end")
                            .addKeyValue("generation", generation)
                            .log();
                }
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            } finally {
                old.close();
                running.remove(generation);
                tidying.begin();
            }
        });
    }

    private void tidy(Generations now) {
        if (tidied.isDone() && tidying.isDue()) {
            tidied =
                    CompletableFuture.runAsync(
                            () -> {
                                try {
                                    tidying.tidy(generation -> isOver(generation, now));
                                } catch (InterruptedException stop) {
                                    Thread.currentThread().interrupt();
                                }
                            },
                            background);
        }
    }

    private boolean isOver(int generation, Generations now) {
        return generation <= now.last()
                && !now.isWanted(generation)
                && !running.containsKey(generation);
    }

    /// Begins no more work in any generation, until [#resume].
    synchronized void pause() {
        isPaused = true;
        running.values().forEach(RunningViews::pause);
    }

    /// Goes on after [#pause].
    synchronized void resume() {
        isPaused = false;
        running.values().forEach(RunningViews::resume);
    }

    /// Closes all that runs, side by side; nothing starts any more.
    void close() {
        synchronized (this) {
            isClosed = true;
        }
        var all =
                running.values().stream()
                        .map(views -> Thread.startVirtualThread(views::close))
                        .toList();
        try {
            for (var one : all) {
                one.join();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
