package dev.millrace.streams.replay;

import dev.millrace.domain.replay.Replay;
import dev.millrace.domain.replay.Replay.Comparison;
import dev.millrace.domain.replay.Replay.State;
import dev.millrace.domain.replay.ReplayRequest;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.Views;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.streams.views.KafkaStreamsViews;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One replay from its beginning to its end, on a thread of its own. What it shows may be asked by
/// any thread.
final class ReplayRun implements Runnable, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReplayRun.class);

    private final UUID id;
    private final ReplayRequest request;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final EventSerdes serdes;
    private final ShadowStores stores;
    private final KafkaStreamsViews shadow;
    private final Views live;
    private final InstantSource clock;
    private final Duration kept;
    private final Instant created;
    private final Course course;
    private final RowKeys keys;
    private final @Nullable RangeTally tally;

    private volatile @Nullable Reading reading;
    private volatile State state = State.RUNNING;
    private volatile Position target = Position.START;
    private volatile long total;
    private volatile @Nullable Comparison comparison;
    private volatile @Nullable Instant caughtUp;
    private volatile @Nullable String problem;
    private volatile @Nullable Instant ended;

    /// @param kept how long its rows can be asked for after it has ended
    ReplayRun(
            UUID id,
            ReplayRequest request,
            Supplier<Consumer<byte[], byte[]>> consumers,
            EventSerdes serdes,
            ShadowStores stores,
            Views live,
            InstantSource clock,
            Duration kept) {
        this.id = id;
        this.request = request;
        this.consumers = consumers;
        this.serdes = serdes;
        this.stores = stores;
        this.shadow = new KafkaStreamsViews(stores);
        this.live = live;
        this.clock = clock;
        this.kept = kept;
        this.created = clock.instant();
        this.course = new Course(request.rate(), System::nanoTime);
        this.keys = RowKeys.of(request.view());
        this.tally = request.from() == null ? null : new RangeTally(request.tenant());
    }

    /// The top of its thread: whatever goes wrong is shown.
    @Override
    public void run() {
        try {
            read();
            end(State.FINISHED);
        } catch (Course.Cancelled cancelled) {
            end(State.CANCELLED);
        } catch (InterruptedException | InterruptException stopped) {
            end(State.CANCELLED);
        } catch (ExecutionException unreadable) {
            fail(unreadable.getCause() == null ? unreadable : unreadable.getCause());
        } catch (RuntimeException | Error failure) {
            fail(failure);
        }
    }

    private void read() throws ExecutionException, Course.Cancelled, InterruptedException {
        try (var consumer = consumers.get()) {
            var mine =
                    new Reading(consumer, serdes, stores, keys.applied(), request, tally, course);
            total = mine.aim(request.until());
            target = mine.target();
            reading = mine;
            mine.go();
            caughtUp = clock.instant();
            if (isCompared()) {
                state = State.COMPARING;
                course.hurry();
                comparison = compare(mine);
            }
        }
    }

    /// What was left out of a range, or came after a moment, is in the live view all the same; the
    /// history of one task is there as of any moment.
    private boolean isCompared() {
        return request.entity() != null || (request.until() == null && request.from() == null);
    }

    private Comparison compare(Reading mine)
            throws ExecutionException, Course.Cancelled, InterruptedException {
        var task = request.entity();
        return task == null
                ? new Comparing(
                                request.view(),
                                request.tenant(),
                                live,
                                shadow,
                                mine,
                                course,
                                this::event)
                        .compare()
                : new TaskComparing(task, request, live, shadow, mine, course, this::event)
                        .compare();
    }

    private @Nullable String event(String key) {
        if (keys.rows().isEmpty()) {
            return null;
        }
        for (int partition = 0; partition < stores.partitions(); partition++) {
            var event = stores.store(keys.rows(), partition).event(key);
            if (event != null) {
                return event;
            }
        }
        return null;
    }

    private void fail(Throwable failure) {
        LOG.atWarn()
                .setMessage("A replay failed")
                .addKeyValue("replay", id)
                .addKeyValue("view", request.view())
                .setCause(failure)
                .log();
        problem = String.valueOf(failure.getMessage());
        end(State.FAILED);
    }

    private void end(State last) {
        ended = clock.instant();
        state = last;
    }

    UUID id() {
        return id;
    }

    String tenant() {
        return request.tenant();
    }

    /// Its rows so far.
    Views shadow() {
        return shadow;
    }

    /// What has become of its task so far, step by step.
    ///
    /// @throws InvalidQuery if it is not of one task, or the token is none
    ViewPage steps(int limit, @Nullable String token) {
        var task = request.entity();
        if (task == null) {
            throw new InvalidQuery("replay: %s (expected: one of a task)".formatted(id));
        }
        var position = stores.position(keys.applied()); // before the rows, which go no less far
        return TaskSteps.page(stores, request.tenant(), task, position, limit, token);
    }

    boolean isEnded() {
        return state.isEnded();
    }

    Instant ended() {
        var end = ended;
        return end == null ? Instant.MAX : end;
    }

    /// Whether it has been there for so long.
    boolean isOlderThan(Duration age) {
        return clock.instant().isAfter(created.plus(age));
    }

    /// Whether its rows may be thrown away.
    boolean isExpired() {
        var end = ended;
        return end != null && !clock.instant().isBefore(end.plus(kept));
    }

    void act(Replay.Action action) {
        switch (action) {
            case PAUSE -> course.pause();
            case RESUME -> course.resume();
            case CANCEL -> course.cancel();
        }
    }

    /// How it is now.
    Replay show() {
        var mine = reading;
        var now = state;
        var end = ended;
        long done = mine == null ? 0 : mine.done();
        boolean isPaused = !now.isEnded() && course.isPaused();
        return new Replay(
                id,
                request,
                isPaused ? State.PAUSED : now,
                mine == null ? Position.START : mine.position(),
                target,
                Math.min(done, total),
                total,
                created,
                now == State.RUNNING && !isPaused ? course.left(done, total) : null,
                caughtUp,
                end,
                end == null ? null : end.plus(kept),
                comparison,
                tally == null ? null : tally.soFar(),
                problem);
    }

    /// Throws its rows away. Only after its thread has ended.
    @Override
    public void close() {
        shadow.close();
        stores.close();
    }
}
