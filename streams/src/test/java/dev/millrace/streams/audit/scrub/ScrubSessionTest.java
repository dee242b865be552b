package dev.millrace.streams.audit.scrub;

import static dev.millrace.streams.audit.SignedLog.EVENTS;
import static dev.millrace.streams.audit.SignedLog.RESULTS;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.audit.AuditEvent;
import dev.millrace.domain.audit.ScrubStatus;
import dev.millrace.streams.audit.SignedLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class ScrubSessionTest {

    private static final int RECORDS = 700;

    private final SignedLog log = new SignedLog();
    private final AtomicLong now = new AtomicLong(1_000_000);
    private final List<AuditEvent> told = new ArrayList<>();
    private final Set<UUID> ids = new LinkedHashSet<>();
    private boolean isSilenced;
    private Duration every = Duration.ZERO;
    private long bytesPerSecond = Long.MAX_VALUE;
    private ScrubMemory memory = new ScrubMemory(log.tiles());

    @Test
    void aHistoryThatHoldsIsCheckedToItsEnd() throws Exception {
        log.fill(EVENTS, RECORDS);
        log.fill(RESULTS, 3);
        log.sign();

        pass();

        var status = status();
        assertThat(told).isEmpty();
        assertThat(status.count()).isZero();
        assertThat(status.pass()).isEqualTo(1);
        assertThat(status.checked()).isEqualTo(status.total()).isGreaterThan(RECORDS + 3);
        assertThat(status.ended()).isEqualTo(Instant.ofEpochMilli(now.get()));
    }

    @Test
    void whatDiffersIsNamedAndToldOnce() throws Exception {
        log.fill(EVENTS, RECORDS);
        log.fill(RESULTS, 30);
        log.sign();
        log.change(EVENTS, 9, "forged");
        log.remove(EVENTS, 600);
        log.insert(EVENTS, 902, "a record on the place of a mark");
        log.spoil(RESULTS, 30);

        pass();
        pass();

        assertThat(differences())
                .containsExactlyInAnyOrder(
                        "millrace.task-events-0@9 CHANGED",
                        "millrace.task-events-0@600 MISSING",
                        "millrace.task-events-0@902 ADDED",
                        "millrace.results-0@30 UNREADABLE");
        assertThat(ids).hasSize(4);
        assertThat(status().count()).isEqualTo(4);
        assertThat(status().pass()).isEqualTo(2);
    }

    @Test
    void whatIsMendedIsForgottenAndToldAnewIfItComesBack() throws Exception {
        log.fill(EVENTS, 20);
        log.sign();
        log.change(EVENTS, 9, "forged");
        pass();

        log.change(EVENTS, 9, "value 6");
        pass();
        assertThat(status().count()).isZero();
        log.change(EVENTS, 9, "forged");
        pass();

        assertThat(differences())
                .containsExactly(
                        "millrace.task-events-0@9 CHANGED", "millrace.task-events-0@9 CHANGED");
    }

    @Test
    void anyFileOfATreeThatIsChangedIsFound() throws Exception {
        log.fill(EVENTS, RECORDS);
        log.sign();
        var files =
                log.files().keySet().stream()
                        .filter(path ->
                                path.contains("/tile/")
                                        && (path.contains(EVENTS.topic())
                                                || path.startsWith("log/")))
                        .toList();
        assertThat(files).hasSizeGreaterThan(8);
        for (var file : files) {
            var whole = requireNonNull(log.files().get(file));
            var changed = whole.clone();
            changed[whole.length / 2] ^= 1;
            log.files().put(file, changed);
            told.clear();

            pass();

            if (isOfTheSigned(file)) {
                assertThat(told).as(file).isNotEmpty();
                assertThat(differences()).as(file).allMatch(each -> each.endsWith(" TREE"));
            }
            log.files().put(file, whole);
            pass();
            assertThat(status().count()).as(file).isZero();
        }
    }

    @Test
    void aNewestCheckpointThatIsChangedIsFound() throws Exception {
        log.fill(EVENTS, 20);
        log.sign();
        long newest = requireNonNull(log.history().newest()).state().number();
        var files =
                log.files().keySet().stream()
                        .filter(path ->
                                path.startsWith("states/0/" + newest + ".")
                                        || path.equals("log/checkpoint"))
                        .toList();
        assertThat(files).hasSize(3);
        for (var file : files) {
            var whole = requireNonNull(log.files().get(file));
            var changed = whole.clone();
            changed[whole.length / 2] ^= 1;
            log.files().put(file, changed);
            told.clear();

            try (var session = session()) {
                session.open();
                session.step();
            }

            assertThat(told).as(file).isNotEmpty();
            log.files().put(file, whole);
            pass();
            assertThat(status().count()).as(file).isZero();
        }
    }

    /// Partial tiles of commits before are kept beside those of the newest, which does not lead to
    /// them.
    private boolean isOfTheSigned(String file) {
        int partial = file.indexOf(".p/");
        return partial < 0
                || log.files().keySet().stream()
                                .filter(each -> each.startsWith(file.substring(0, partial + 3)))
                                .mapToInt(each -> Integer.parseInt(each.substring(partial + 3)))
                                .max()
                                .orElseThrow()
                        == Integer.parseInt(file.substring(partial + 3));
    }

    @Test
    void aPassGoesOnAfterARestartAndACrash() throws Exception {
        log.fill(EVENTS, 40 * Block.WIDTH);
        log.sign();
        try (var session = session()) {
            session.open();
            for (int i = 0; i < 30; i++) {
                session.step();
            }
        }
        long checked = status().checked();
        assertThat(checked).isGreaterThan(5 * Block.WIDTH);
        log.change(EVENTS, 9, "forged behind its back");
        memory = new ScrubMemory(log.tiles());

        pass();

        assertThat(status().pass()).isEqualTo(1);
        assertThat(told).isEmpty();
        pass();
        assertThat(differences()).containsExactly("millrace.task-events-0@9 CHANGED");
    }

    @Test
    void whatCannotBeToldIsToldLaterUnderTheSameId() throws Exception {
        log.fill(EVENTS, 20);
        log.sign();
        log.change(EVENTS, 9, "forged");
        isSilenced = true;
        assertThatThrownBy(this::pass).isInstanceOf(KafkaException.class);
        isSilenced = false;

        pass();

        assertThat(told).hasSize(2);
        assertThat(ids).hasSize(1);
    }

    @Test
    void whatRetentionDeletesIsNoDifference() throws Exception {
        log.fill(EVENTS, RECORDS);
        log.sign();
        log.deleteBefore(EVENTS, 500);

        pass();

        assertThat(told).isEmpty();
        assertThat(status().checked()).isEqualTo(status().total());
    }

    @Test
    void aRecoveryIsToldOnce() throws Exception {
        log.fill(EVENTS, 50);
        log.sign();
        log.loseFrom(EVENTS, 30);
        log.sign();

        pass();
        memory = new ScrubMemory(log.tiles());
        pass();

        assertThat(told).hasSize(1);
        var recovered = (AuditEvent.Recovered) told.getFirst();
        assertThat(recovered.key()).isEqualTo("millrace.task-events-0");
        assertThat(recovered.epoch()).isEqualTo(1);
        assertThat(recovered.formerSize()).isEqualTo(50);
        assertThat(recovered.kept()).isEqualTo(20);
    }

    @Test
    void aPassWaitsForItsTime() throws Exception {
        log.fill(EVENTS, 5);
        log.sign();
        every = Duration.ofMinutes(10);
        pass();

        try (var session = session()) {
            session.open();
            session.step();
            assertThat(status().isUnderWay()).isFalse();
        }
        now.addAndGet(every.toMillis());
        pass();

        assertThat(status().pass()).isEqualTo(2);
    }

    @Test
    void whatWasReadIsPaidForBeforeMoreIsRead() throws Exception {
        log.fill(EVENTS, RECORDS);
        log.sign();
        bytesPerSecond = 1;
        var ticks = new AtomicLong();
        try (var session = session(ticks::get)) {
            session.open();
            for (int i = 0; i < 100 && status().checked() == 0; i++) {
                ticks.addAndGet(Duration.ofDays(1).toNanos());
                session.step();
            }
            long paid = status().checked();
            assertThat(paid).as("what is paid for is read").isPositive().isLessThan(RECORDS);
            session.wakeUp(); // so that waiting takes no time, and reading the log fails

            for (int i = 0; i < 100; i++) {
                session.step();
            }

            assertThat(status().isUnderWay()).isTrue();
            assertThat(status().checked()).isEqualTo(paid);
        }
    }

    @Test
    void whatItRemembersIsNeverTheReasonToStop() throws Exception {
        log.fill(EVENTS, 5);
        log.sign();
        pass();
        log.files().put("scrub/memory", new byte[] {1, 2, 3});
        memory = new ScrubMemory(log.tiles());

        pass();

        assertThat(status().count()).isZero();
        assertThat(told).isEmpty();
    }

    private void pass() throws Exception {
        try (var session = session()) {
            session.open();
            session.step();
            while (status().isUnderWay()) {
                session.step();
            }
        }
    }

    private ScrubStatus status() {
        return memory.status(settings());
    }

    private ScrubSettings settings() {
        return new ScrubSettings(bytesPerSecond, every);
    }

    private ScrubSession session() {
        return session(System::nanoTime);
    }

    private ScrubSession session(LongSupplier ticker) {
        return new ScrubSession(
                log.consumer(),
                log.history(),
                memory,
                new Told(),
                settings(),
                () -> Instant.ofEpochMilli(now.get()),
                ticker);
    }

    private List<String> differences() {
        return told.stream()
                .map(event -> ((AuditEvent.Differed) event).difference())
                .map(each -> each.place() + " " + each.kind())
                .toList();
    }

    private final class Told implements Telling {

        @Override
        public void tell(UUID id, AuditEvent event) {
            told.add(event);
            ids.add(id);
            if (isSilenced) {
                throw new KafkaException("nobody answers");
            }
        }

        @Override
        public void close() {
            // Nothing to let go of.
        }
    }
}
