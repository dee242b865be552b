package dev.millrace.gateway.admission;

import dev.millrace.domain.task.Failure;
import dev.millrace.schemas.client.SessionLoop;
import dev.millrace.schemas.serde.DeadLetters;
import dev.millrace.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads requests, has them judged, many at once, and moves on behind those that are settled.
///
/// ```
/// task-requests ──▶ lane of the partition ──▶ judged ─┬─ admitted, duplicate ──────▶ settled
///                              ▲                      ├─ refused ──▶ dead letter ──▶ settled
///                              └──────── a second ◀───┴─ later
/// ```
///
/// The group's offset of a partition stands at its first request that is not settled, so none is
/// lost; whoever goes on from there judges those behind it again, which decides nothing twice. A
/// partition whose [Lane] is full is read no further.
///
/// Confined to one thread, but for [#wakeUp]. Kafka's failures end it; the next session goes on.
final class AdmissionSession implements SessionLoop.Session {

    /// Before a request is looked at again.
    static final Duration LATER = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(AdmissionSession.class);
    private static final Duration IDLE_POLL = Duration.ofSeconds(1);
    private static final Duration BUSY_POLL = Duration.ofMillis(50);
    private static final long FULL_WAIT_MILLIS = 20;
    private static final Duration COMMIT = Duration.ofSeconds(5);
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final Consumer<byte[], byte[]> consumer;
    private final Producer<byte[], byte[]> producer;
    private final Judge judge;
    private final Executor threads;
    private final AdmissionMeters meters;
    private final LongSupplier nanos;
    private final Map<TopicPartition, Lane> lanes = new HashMap<>();
    /* Neither holds more than there are open requests. */
    private final BlockingDeque<Judged> judged = new LinkedBlockingDeque<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private boolean isHeldUp;

    /// Takes the clients over.
    ///
    /// @param consumer of the group, without automatic commits
    /// @param threads on which requests are judged
    /// @param nanos a clock that only grows
    AdmissionSession(
            Consumer<byte[], byte[]> consumer,
            Producer<byte[], byte[]> producer,
            Judge judge,
            Executor threads,
            AdmissionMeters meters,
            LongSupplier nanos) {
        this.consumer = consumer;
        this.producer = producer;
        this.judge = judge;
        this.threads = threads;
        this.meters = meters;
        this.nanos = nanos;
    }

    /// Joins the group.
    @Override
    public void open() {
        consumer.subscribe(List.of(Topics.TASK_REQUESTS), new Rebalancing());
    }

    @Override
    public void wakeUp() {
        consumer.wakeup();
    }

    /// Settles what was judged, and waits up to a second for more requests.
    @Override
    public void step() throws InterruptedException {
        settle();
        lookAgain();
        var moved = moved(lanes.values());
        if (!moved.isEmpty()) {
            consumer.commitAsync(moved, null);
        }
        var batch = consumer.poll(patience());
        for (var request : batch) {
            var lane = lanes.get(new TopicPartition(request.topic(), request.partition()));
            if (lane != null) {
                lane.open(request);
                begin(lane, request);
            }
        }
        batch.nextOffsets()
                .forEach((partition, next) -> {
                    var lane = lanes.get(partition);
                    if (lane != null) {
                        lane.readTo(next.offset());
                    }
                });
    }

    /// How long to wait for requests; where there is no room for more, this waits for room itself.
    private Duration patience() throws InterruptedException {
        var full = new ArrayList<TopicPartition>();
        var free = new ArrayList<TopicPartition>();
        boolean isBusy = false;
        for (var lane : lanes.values()) {
            (lane.isFull() ? full : free).add(lane.partition());
            isBusy |= !lane.isEmpty();
        }
        consumer.pause(full);
        consumer.resume(free);
        if (full.isEmpty()) {
            return isBusy ? BUSY_POLL : IDLE_POLL;
        }
        var next = judged.poll(FULL_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        if (next != null) {
            judged.addFirst(next);
        }
        return Duration.ZERO;
    }

    private void begin(Lane lane, ConsumerRecord<byte[], byte[]> request) {
        threads.execute(() ->
                judge.judge(request)
                        .thenAccept(verdict -> judged.add(new Judged(lane, request, verdict))));
    }

    /// Settles all that was judged; returns when the brokers have the dead letters of it.
    private void settle() {
        var letters = new ArrayList<Letter>();
        for (var one = judged.poll(); one != null; one = judged.poll()) {
            if (isOurs(one.lane)) {
                settle(one, letters);
            }
        }
        if (letters.isEmpty()) {
            return;
        }
        producer.flush();
        for (var letter : letters) {
            await(letter.written);
            meters.refused();
            letter.about.lane.settle(letter.about.request.offset());
        }
    }

    private void settle(Judged one, List<Letter> letters) {
        switch (one.verdict) {
            case Verdict.Admitted _ -> {
                meters.admitted();
                settled(one);
            }
            case Verdict.Duplicate _ -> {
                meters.duplicate();
                settled(one);
            }
            case Verdict.Refused(Failure cause) -> {
                var letter = DeadLetters.of(one.request, cause, Admission.GROUP);
                letters.add(new Letter(one, producer.send(letter)));
            }
            case Verdict.Later(String why) -> {
                if (!isHeldUp) {
                    isHeldUp = true;
                    LOG.atWarn()
                            .setMessage("Requests for tasks wait and are looked at each second")
                            .addKeyValue("cause", why)
                            .log();
                }
                waiting.add(new Waiting(one, nanos.getAsLong() + LATER.toNanos()));
            }
        }
    }

    private void settled(Judged one) {
        one.lane.settle(one.request.offset());
        isHeldUp = false;
    }

    private void lookAgain() {
        long now = nanos.getAsLong();
        var due = waiting.stream().filter(one -> one.due - now <= 0).toList();
        waiting.removeAll(due);
        for (var one : due) {
            if (isOurs(one.about.lane)) {
                begin(one.about.lane, one.about.request);
            }
        }
    }

    /// Whether a partition is still this session's as it was then. One that went to another, and
    /// perhaps came back, is judged anew.
    @SuppressWarnings("ReferenceEquality") // this very lane, not one of the same partition
    private boolean isOurs(Lane lane) {
        return lanes.get(lane.partition()) == lane;
    }

    /// The positions that the group does not know of yet; they count as told from now on.
    private static Map<TopicPartition, OffsetAndMetadata> moved(Collection<Lane> lanes) {
        var moved = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (var lane : lanes) {
            if (lane.hasMoved()) {
                lane.note();
                moved.put(lane.partition(), new OffsetAndMetadata(lane.position()));
            }
        }
        return moved;
    }

    private static void await(Future<?> written) {
        try {
            written.get();
        } catch (InterruptedException stopped) {
            throw new InterruptException(stopped);
        } catch (ExecutionException failure) {
            throw failure.getCause() instanceof KafkaException cause
                    ? cause
                    : new KafkaException("could not write a dead letter", failure.getCause());
        }
    }

    /// Tells the group of positions for the last time. If that fails, some requests are judged
    /// again.
    private void leave(Collection<Lane> left) {
        var positions = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (var lane : left) {
            if (lane.position() != Lane.UNKNOWN) {
                positions.put(lane.partition(), new OffsetAndMetadata(lane.position()));
            }
        }
        if (positions.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(positions, COMMIT);
        } catch (KafkaException untold) {
            LOG.atInfo()
                    .setMessage("Some requests for tasks will be looked at once more")
                    .addKeyValue("cause", String.valueOf(untold.getMessage()))
                    .log();
        }
    }

    @Override
    public void close() {
        try {
            leave(lanes.values());
            lanes.clear();
        } finally {
            try {
                producer.close(CLOSE);
            } finally {
                consumer.close(CloseOptions.timeout(CLOSE));
            }
        }
    }

    /// Keeps a lane for each partition that is this session's.
    private final class Rebalancing implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            for (var partition : partitions) {
                lanes.put(partition, new Lane(partition));
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            settle();
            var left = new ArrayList<Lane>();
            for (var partition : partitions) {
                var lane = lanes.remove(partition);
                if (lane != null) {
                    left.add(lane);
                }
            }
            leave(left);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            lanes.keySet().removeAll(partitions);
        }
    }

    /// A request with its verdict.
    private record Judged(Lane lane, ConsumerRecord<byte[], byte[]> request, Verdict verdict) {}

    /// A request that is looked at again.
    private record Waiting(Judged about, long due) {}

    /// A dead letter on its way.
    private record Letter(Judged about, Future<?> written) {}
}
