package dev.millrace.schemas.registry.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.schemas.registry.RegistryUnavailable;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Two registries on one log.
class SharedLogTest {

    private static final SubjectName DEFAULT = SubjectName.context(".");
    private static final SchemaText TEXT = SchemaText.of("\"string\"");

    private final AtomicLong now = new AtomicLong();
    private final MemoryRegistryLog log = new MemoryRegistryLog();
    private final MemoryRegistryLog seenBySecond = log.shared();
    private final WatchedLog watched = new WatchedLog(seenBySecond);
    private final Registry first = new Registry(log, System::nanoTime, unread());
    private final Registry second = new Registry(watched, now::get, unread());

    @Test
    void whatTheOtherRegisteredIsFound() throws Exception {
        second.open();
        int id = first.register("a-value", TEXT);
        pass(LogFollower.BETWEEN_READS);

        assertThat(second.schema(id, DEFAULT)).isEqualTo(TEXT);
        first.register("b-value", TEXT);
        pass(LogFollower.BETWEEN_READS);
        assertThat(second.version("b-value", VersionName.parse("1"), false).id()).isEqualTo(id);
        first.register("c-value", TEXT);
        pass(LogFollower.BETWEEN_READS);
        assertThat(second.version("c-value", VersionName.parse("latest"), false).id())
                .isEqualTo(id);
        first.register("d-value", TEXT);
        pass(LogFollower.BETWEEN_READS);
        assertThat(second.find("d-value", TEXT, false).id()).isEqualTo(id);
        first.register("e-value", TEXT);
        pass(LogFollower.BETWEEN_READS);
        assertThat(second.versions("e-value", false)).hasSize(1);
    }

    @Test
    void listsAndLevelsAreAtMostASecondOld() throws Exception {
        second.open();
        int id = first.register("a-value", TEXT);
        first.setLevel(null, CompatibilityLevel.FULL);
        first.register(":.c:b-value", TEXT);
        pass(LogFollower.MOST_STALE);
        assertThat(second.subjects(false)).isEmpty();

        now.incrementAndGet();

        assertThat(second.subjects(false)).containsExactly(":.c:b-value", "a-value");
        assertThat(second.contexts()).containsExactly(".", ".c");
        assertThat(second.level()).isEqualTo(CompatibilityLevel.FULL);
        first.register("c-value", TEXT);
        pass(LogFollower.MOST_STALE.plusNanos(1));
        assertThat(second.uses(id, DEFAULT, false))
                .extracting(SchemaVersion::subject)
                .containsExactly("a-value", "c-value");
    }

    @Test
    void aSilentLogIsNotTakenForAMissingSchema() throws Exception {
        second.open();
        int known = first.register("a-value", TEXT);
        pass(LogFollower.BETWEEN_READS);
        second.schema(known, DEFAULT);
        first.register("b-value", SchemaText.of("\"int\""));
        pass(LogFollower.BETWEEN_READS);
        seenBySecond.goAway();

        assertThat(second.schema(known, DEFAULT)).isEqualTo(TEXT);
        assertThatThrownBy(() -> second.schema(known + 1, DEFAULT))
                .isInstanceOf(RegistryUnavailable.class);
        assertThatThrownBy(() -> second.versions("b-value", false))
                .isInstanceOf(RegistryUnavailable.class);
        pass(LogFollower.MOST_STALE);
        assertThatThrownBy(() -> second.subjects(false)).isInstanceOf(RegistryUnavailable.class);
    }

    @Test
    void aSilentLogIsAskedOnceASecond() throws Exception {
        second.open();
        pass(LogFollower.MOST_STALE);
        seenBySecond.goAway();
        int before = watched.reads.get();
        for (int i = 0; i < 5; i++) {
            pass(LogFollower.BETWEEN_READS);
            assertThatThrownBy(() -> second.schema(1, DEFAULT))
                    .isInstanceOf(RegistryUnavailable.class);
        }
        assertThat(watched.reads).hasValue(before + 1);

        pass(LogFollower.AFTER_SILENCE);

        assertThatThrownBy(() -> second.schema(1, DEFAULT)).isInstanceOf(RegistryUnavailable.class);
        assertThat(watched.reads).hasValue(before + 2);
    }

    @Test
    @Timeout(60)
    void whoeverMissesWhileTheLogIsReadSharesTheNextRead() throws Exception {
        second.open();
        pass(LogFollower.BETWEEN_READS);
        watched.hold();
        var threads = new ArrayList<Thread>(List.of(missing()));
        watched.held.await();
        now.incrementAndGet(); // what the others want may have come after that read began
        for (int i = 0; i < 20; i++) {
            threads.add(missing());
        }
        for (var thread : threads.subList(1, threads.size())) {
            while (thread.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
        }
        int before = watched.reads.get();

        pass(LogFollower.BETWEEN_READS);
        watched.release.countDown();
        for (var thread : threads) {
            thread.join();
        }

        assertThat(watched.reads).hasValue(before + 1);
        assertThat(watched.misses).hasValue(threads.size());
    }

    @Test
    void missesInARowReadTenTimesASecondAtMost() throws Exception {
        var real = new Registry(new WatchedLog(log.shared()), System::nanoTime, unread());
        real.open();
        long from = System.nanoTime();
        for (int i = 0; i < 4; i++) {
            assertThatThrownBy(() -> real.schema(1, DEFAULT)).hasMessage("Schema 1 not found");
        }

        assertThat(System.nanoTime() - from)
                .isGreaterThanOrEqualTo(3 * LogFollower.BETWEEN_READS.toNanos());
    }

    @Test
    void bothWriteByTurns() throws Exception {
        for (int i = 1; i <= 5; i++) {
            assertThat(first.register("a-value", text("A" + i))).isEqualTo(2 * i - 1);
            assertThat(second.register("b-value", text("B" + i))).isEqualTo(2 * i);
        }

        second.setLevel(null, CompatibilityLevel.NONE);
        assertThat(first.deleteSubject("b-value", false)).hasSize(5);
        assertThat(second.deleteSubject("a-value", false)).hasSize(5);
    }

    @Test
    void aWriteThatTheOtherOneOutranIsDecidedAnew() throws Exception {
        first.register("a-value", text("A"));
        watched.afterReading =
                () -> {
                    watched.afterReading = () -> {};
                    first.register("b-value", TEXT);
                };

        int id = second.register("b-value", TEXT);

        assertThat(id).isEqualTo(2);
        assertThat(second.versions("b-value", false)).hasSize(1);
        assertThat(watched.writes).hasValue(2);
    }

    @Test
    void aWriteThatIsOutrunAgainAndAgainGivesUp() throws Exception {
        var others = new AtomicInteger();
        watched.afterReading =
                () -> first.register("s" + others.incrementAndGet() + "-value", TEXT);

        assertThatThrownBy(() -> second.register("b-value", text("B")))
                .isInstanceOf(RegistryUnavailable.class)
                .hasMessage("another registry writes");
        assertThat(watched.writes).hasValue(LogFollower.WRITE_TRIES);

        watched.afterReading = () -> {};
        assertThat(second.register("b-value", text("B"))).isEqualTo(2);
    }

    private static SchemaText text(String name) {
        return SchemaText.of(
                "{\"type\":\"fixed\",\"name\":\"R\",\"size\":1,\"aliases\":[\"%s\"]}"
                        .formatted(name));
    }

    private static RegistryMeters unread() {
        return new RegistryMeters(new SimpleMeterRegistry());
    }

    private Thread missing() {
        return Thread.ofPlatform()
                .start(() -> {
                    try {
                        second.schema(1, DEFAULT);
                    } catch (RegistryFault missing) {
                        watched.misses.incrementAndGet();
                    } catch (RegistryUnavailable silent) {
                        throw new IllegalStateException(silent);
                    }
                });
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    /// What another registry does meanwhile.
    @FunctionalInterface
    private interface Meanwhile {
        void run() throws RegistryFault, RegistryUnavailable;
    }

    /// Counts how often the log is read, can make one read take its time, and can let something
    /// happen between the decision to write and the write.
    private static final class WatchedLog implements RegistryLog {

        private final RegistryLog log;
        private final AtomicInteger reads = new AtomicInteger();
        private final AtomicInteger writes = new AtomicInteger();
        private final AtomicInteger misses = new AtomicInteger();
        private final CountDownLatch held = new CountDownLatch(1);
        private final CountDownLatch release = new CountDownLatch(1);
        private volatile boolean isHeld;
        private volatile Meanwhile afterReading = () -> {};

        private WatchedLog(RegistryLog log) {
            this.log = log;
        }

        void hold() {
            isHeld = true;
        }

        @Override
        public void read(Consumer<LogEntry> reader) throws RegistryUnavailable {
            reads.incrementAndGet();
            if (isHeld) {
                held.countDown();
                try {
                    if (!release.await(1, TimeUnit.MINUTES)) {
                        throw new RegistryUnavailable("nobody went on", null);
                    }
                } catch (InterruptedException stopped) {
                    throw new RegistryUnavailable("interrupted", stopped);
                }
            }
            log.read(reader);
        }

        @Override
        public void readToWrite(Consumer<LogEntry> reader) throws RegistryUnavailable {
            writes.incrementAndGet();
            log.readToWrite(reader);
            try {
                afterReading.run();
            } catch (RegistryFault refused) {
                throw new IllegalStateException(refused);
            }
        }

        @Override
        public void append(List<LogEntry> entries, Consumer<LogEntry> reader)
                throws RegistryUnavailable, WriterReplaced {
            log.append(entries, reader);
        }

        @Override
        public void close() {
            log.close();
        }
    }
}
