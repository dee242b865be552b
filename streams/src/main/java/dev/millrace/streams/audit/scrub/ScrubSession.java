package dev.millrace.streams.audit.scrub;

import dev.millrace.domain.audit.AuditEvent;
import dev.millrace.domain.audit.Checkpoint;
import dev.millrace.domain.audit.Difference;
import dev.millrace.domain.audit.PartitionHead;
import dev.millrace.domain.audit.bundle.Snapshot;
import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.TreeDamaged;
import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.event.Digest;
import dev.millrace.schemas.client.SessionLoop;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Goes through the history, pass after pass, and tells of what it finds.
///
/// A pass is about the checkpoint that is the newest at its beginning, or at the beginning of the
/// session that goes on with it. Confined to the loop's thread, but for [#wakeUp].
final class ScrubSession implements SessionLoop.Session {

    private static final Logger LOG = LoggerFactory.getLogger(ScrubSession.class);
    private static final Duration LONGEST_REST = Duration.ofMillis(500);
    private static final Duration SAVE_EVERY = Duration.ofSeconds(10);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final Consumer<byte[], byte[]> consumer;
    private final SignedHistory history;
    private final ScrubMemory memory;
    private final Telling telling;
    private final ScrubSettings settings;
    private final InstantSource clock;
    private final LongSupplier ticker;
    private final Pace pace;
    private final CountDownLatch closing = new CountDownLatch(1);
    private List<Target> plan = List.of();
    private int target;
    private long doneBefore;
    private long total;
    private @Nullable TargetCheck check;
    private long nextLook;
    private long nextSave;

    /// @param consumer taken over; sees committed records only, and says so when an offset is out
    ///   of range
    /// @param telling taken over
    /// @param ticker nanoseconds that only grow
    ScrubSession(
            Consumer<byte[], byte[]> consumer,
            SignedHistory history,
            ScrubMemory memory,
            Telling telling,
            ScrubSettings settings,
            InstantSource clock,
            LongSupplier ticker) {
        this.consumer = consumer;
        this.history = history;
        this.memory = memory;
        this.telling = telling;
        this.settings = settings;
        this.clock = clock;
        this.ticker = ticker;
        this.pace = new Pace(settings.bytesPerSecond(), ticker);
        this.nextLook = ticker.getAsLong();
        this.nextSave = nextLook;
    }

    @Override
    public void open() {
        onDisk(memory::load);
    }

    @Override
    public void step() throws InterruptedException {
        var left = pace.left();
        if (left.isZero() && !onDisk(this::work)) {
            left = LONGEST_REST;
        }
        if (left.isPositive()) {
            var rest = left.compareTo(LONGEST_REST) < 0 ? left : LONGEST_REST;
            var _ = closing.await(rest.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void wakeUp() {
        closing.countDown();
        consumer.wakeup();
    }

    @Override
    public void close() {
        try (telling) {
            memory.save();
        } catch (IOException lost) {
            LOG.atWarn().setMessage("How far the scrub is could not be saved").setCause(lost).log();
        } finally {
            consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
        }
    }

    /// @return whether there was anything to do
    private boolean work() throws IOException {
        if (check != null) {
            go(check);
            return true;
        }
        long now = ticker.getAsLong();
        if (now - nextLook < 0) {
            return false;
        }
        nextLook = now + LOOK_EVERY.toNanos();
        var newest = newest();
        if (newest == null || newest.heads().heads().stream().noneMatch(history::isLive)) {
            return false;
        }
        tellRecoveries(newest);
        boolean isDue =
                memory.isUnderWay()
                        || Math.abs(clock.millis() - memory.began()) >= settings.every().toMillis();
        if (isDue) {
            begin(newest);
        }
        return isDue;
    }

    /// Null if there is none, or it is not what was signed.
    private @Nullable Snapshot newest() throws IOException {
        try {
            return history.newest();
        } catch (TreeDamaged | IllegalArgumentException damaged) {
            found(new Difference(null, 0, 0, Difference.Kind.TREE, null, null));
            return null;
        }
    }

    private void begin(Snapshot newest) throws IOException {
        if (!memory.isUnderWay()) {
            memory.begin(clock.millis());
        }
        long number = newest.state().number();
        if (!history.isSigned(newest.checkpoint())) {
            found(new Difference(null, 0, number, Difference.Kind.CHANGED, null, null));
        }
        plan = plan(newest);
        total = plan.stream().mapToLong(Target::size).sum();
        target = 0;
        doneBefore = 0;
        long from = 0;
        for (int i = 0; i < plan.size(); i++) {
            if (plan.get(i).key().equals(memory.target())) {
                target = i;
                from = Math.min(memory.next(), plan.get(i).size());
                break;
            }
        }
        for (var before : plan.subList(0, target)) {
            doneBefore += before.size();
        }
        check(from - from % Block.WIDTH);
    }

    private List<Target> plan(Snapshot newest) throws IOException {
        var all = new ArrayList<Target>();
        long size = newest.state().number() + 1;
        var log = history.log();
        all.add(new Target(null, log, size, signedRoot(newest), false));
        for (var head : newest.heads().heads()) {
            try {
                all.add(
                        new Target(
                                head,
                                history.tree(head),
                                head.size(),
                                head.root(),
                                history.isLive(head)));
            } catch (TreeDamaged damaged) {
                found(
                        new Difference(
                                head.topic(),
                                head.partition(),
                                head.firstOffset(),
                                Difference.Kind.TREE,
                                null,
                                null));
            }
        }
        return all;
    }

    private static Hash signedRoot(Snapshot newest) {
        return Checkpoint.parse(newest.checkpoint().text()).root();
    }

    private void check(long from) {
        check = new TargetCheck(plan.get(target), from, consumer, history, this::found, ticker);
        memory.at(plan.get(target).key(), from, doneBefore, total);
    }

    private void go(TargetCheck going) throws IOException {
        if (!going.isDone()) {
            pace.spend(going.step());
            memory.at(plan.get(target).key(), going.next(), doneBefore, total);
        } else if (target + 1 < plan.size()) {
            doneBefore += plan.get(target).size();
            target++;
            check(0);
        } else {
            check = null;
            memory.end(clock.millis());
            memory.save();
        }
        if (ticker.getAsLong() - nextSave >= 0) {
            nextSave = ticker.getAsLong() + SAVE_EVERY.toNanos();
            memory.save();
        }
    }

    private void found(Difference difference) {
        if (!memory.isNew(difference)) {
            return;
        }
        LOG.atError()
                .setMessage("The log and the signed history differ")
                .addKeyValue("place", difference.place())
                .addKeyValue("kind", difference.kind().wireName())
                .log();
        telling.tell(id(difference), new AuditEvent.Differed(difference));
        memory.told(difference);
        onDisk(memory::save);
    }

    private void tellRecoveries(Snapshot newest) throws IOException {
        for (var head : newest.heads().heads()) {
            if (head.epoch() > 0 && !memory.hasRecovery(Target.key(head))) {
                for (var recovery : history.recoveries(head)) {
                    tell(head, recovery.epoch(), AuditEvent.Recovered.of(recovery));
                }
            }
        }
    }

    private void tell(PartitionHead head, int epoch, AuditEvent.Recovered recovered)
            throws IOException {
        var key = "%s/%s/%d/%d".formatted(head.topic(), head.topicId(), head.partition(), epoch);
        if (!memory.hasRecovery(key)) {
            telling.tell(DerivedId.of("audit-recovery", key), recovered);
            memory.toldRecovery(key);
            memory.save();
        }
    }

    private static UUID id(Difference difference) {
        return DerivedId.of(
                "audit-difference",
                difference.place(),
                difference.kind().wireName(),
                text(difference.expected()),
                text(difference.found()));
    }

    private static String text(@Nullable Digest digest) {
        return digest == null ? "" : digest.hex();
    }

    /// A full disk may be emptied, so another session tries.
    private static void onDisk(DiskWork work) {
        var _ =
                onDisk(() -> {
                    work.run();
                    return true;
                });
    }

    private static boolean onDisk(DiskQuestion work) {
        try {
            return work.ask();
        } catch (TreeDamaged damaged) {
            throw new IllegalStateException(
                    "the history cannot be checked: " + damaged.getMessage(), damaged);
        } catch (IOException refused) {
            throw new KafkaException("the history cannot be read or written: " + refused, refused);
        }
    }

    /// Something that may fail for the disk's sake.
    private interface DiskWork {
        void run() throws IOException;
    }

    /// The same, with an answer.
    private interface DiskQuestion {
        boolean ask() throws IOException;
    }
}
