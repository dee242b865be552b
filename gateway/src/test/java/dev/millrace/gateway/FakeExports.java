package dev.millrace.gateway;

import dev.millrace.domain.log.EventLog.LoggedEvent;
import dev.millrace.domain.log.LogExports;
import dev.millrace.domain.log.PositionGone;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.ViewUnavailable;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Exports of fixed batches of events.
final class FakeExports implements LogExports {

    static final Position UNTIL = Position.at("millrace.task-events", 0, 7);

    final CountDownLatch closed = new CountDownLatch(1);
    final AtomicInteger read = new AtomicInteger();
    private volatile List<List<LoggedEvent>> batches = List.of();
    private volatile boolean isBroken;
    private volatile boolean isBusy;
    private volatile @Nullable ExportQuery last;

    void put(List<List<LoggedEvent>> all) {
        batches = all;
    }

    /// Lets the log fail behind the last batch.
    void breakOff() {
        isBroken = true;
    }

    /// Lets no export begin.
    void setBusy() {
        isBusy = true;
    }

    @Nullable ExportQuery last() {
        return last;
    }

    @Override
    public CompletionStage<LogExport> open(ExportQuery query) {
        last = query;
        return query.topic().equals("gone")
                ? CompletableFuture.failedStage(new PositionGone("gone", UNTIL))
                : CompletableFuture.completedStage(new Fixed());
    }

    private final class Fixed implements LogExport {
        private int next;

        @Override
        public String topic() {
            return "millrace.task-events";
        }

        @Override
        public Position until() {
            return UNTIL;
        }

        @Override
        public void begin() throws ViewUnavailable {
            if (isBusy) {
                throw new ViewUnavailable("events", "exports are under way already");
            }
        }

        @Override
        public boolean isOver() {
            return next >= batches.size() && !isBroken;
        }

        @Override
        public List<LoggedEvent> next() throws ViewUnavailable {
            if (next < batches.size()) {
                read.incrementAndGet();
                return batches.get(next++);
            }
            if (isBroken) {
                throw new ViewUnavailable("events", "the brokers do not answer");
            }
            return List.of();
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    /// Waits until the last one is closed.
    boolean awaitClosed() throws InterruptedException {
        return closed.await(30, TimeUnit.SECONDS);
    }
}
