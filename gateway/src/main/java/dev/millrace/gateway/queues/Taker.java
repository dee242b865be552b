package dev.millrace.gateway.queues;

import dev.millrace.domain.task.WorkItem;
import dev.millrace.gateway.work.TakenItem;
import dev.millrace.gateway.work.WorkUnavailable;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.TopicsNotProvisioned;
import dev.millrace.schemas.topic.WorkTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes the work of one kind out of its queues, for whoever asks, on a thread of its own.
///
/// What was taken for one and is too much goes to the next who waits, and else back. It ends when
/// nobody asked for a while, and when it fails: whoever asks then is told, and the next one gets a
/// new taker. Safe for use by many threads.
final class Taker {

    private static final Logger LOG = LoggerFactory.getLogger(Taker.class);
    private static final int MOST_ASKS = 1_000;
    private static final int TURNS = 8;

    /* If a queue has something, it answers within so long, on a busy machine too; where it has not,
    that is waited for once, for from then on it is hungry. */
    private static final Duration FIRST_LOOK = Duration.ofMillis(100);
    private static final Duration QUICK_LOOK = Duration.ofMillis(1);
    private static final Duration LOOK = Duration.ofMillis(10);
    private static final Duration IDLE_LOOK = Duration.ofMillis(20);

    /* Less than the lock of an item lasts. */
    private static final long SETTLE_MILLIS = 25_000;
    private static final long CLOSE_MILLIS = 10_000;

    private final String kind;
    private final Provision provision;
    private final Opening opening;
    private final ItemReader reader;
    private final Duration idle;
    private final Consumer<Taker> ended;
    private final BlockingQueue<Ask> asks = new ArrayBlockingQueue<>(MOST_ASKS);
    private final Thread thread;
    private final CompletableFuture<Boolean> closing = new CompletableFuture<>();
    private boolean isOver;
    private volatile boolean serving;
    private long turns;

    /// @param provision makes the kind's queues if they are missing
    /// @param opening makes the consumer of a queue
    /// @param idle after so long without an ask it ends
    /// @param ended told when it has ended
    Taker(
            String kind,
            Provision provision,
            Opening opening,
            ItemReader reader,
            Duration idle,
            Consumer<Taker> ended) {
        this.kind = kind;
        this.provision = provision;
        this.opening = opening;
        this.reader = reader;
        this.idle = idle;
        this.ended = ended;
        this.thread =
                Thread.ofPlatform().daemon().name("gateway-work-" + kind).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// Takes an ask on, or fails it if too many ask.
    ///
    /// @return false if this has ended
    synchronized boolean offer(Ask ask) {
        if (isOver) {
            return false;
        }
        if (!asks.offer(ask)) {
            asks.removeIf(Ask::isOver);
            if (!asks.offer(ask)) {
                ask.fail(new WorkUnavailable("too many ask for work of this kind"));
            }
        }
        return true;
    }

    /// Whether nobody asks just now.
    boolean isIdle() {
        return asks.isEmpty() && !serving;
    }

    /// Ends soon; whoever still asks gets nothing.
    void end() {
        closing.complete(true);
        var _ = asks.offer(Ask.nobody()); // wakes it
    }

    /// Waits up to ten seconds for it to have ended.
    void awaitEnd() throws InterruptedException {
        var _ = thread.join(Duration.ofMillis(CLOSE_MILLIS));
    }

    private void run() {
        WorkUnavailable why = null;
        var queues = new ArrayList<SharedQueue>();
        try {
            provision.of(kind);
            for (var topic : WorkTopics.of(kind)) {
                queues.add(new SharedQueue(topic, opening.of(topic)));
            }
            serve(queues);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (TopicsNotProvisioned | RuntimeException | Error failure) { // the top of a thread
            LOG.atWarn()
                    .setMessage("Work cannot be taken just now")
                    .addKeyValue("kind", kind)
                    .addKeyValue("cause", failure.toString())
                    .log();
            why = new WorkUnavailable("the queues of work cannot be read just now", failure);
        } finally {
            end(why);
            queues.forEach(Taker::close);
        }
    }

    private void end(@Nullable WorkUnavailable why) {
        var left = new ArrayList<Ask>();
        synchronized (this) {
            isOver = true;
            asks.drainTo(left);
        }
        ended.accept(this);
        for (var ask : left) {
            if (why == null) {
                ask.end();
            } else {
                ask.fail(why);
            }
        }
    }

    private static void close(SharedQueue queue) {
        try {
            queue.close();
        } catch (RuntimeException failure) { // the locks run out by themselves
            LOG.atDebug().setMessage("A queue did not close in order").setCause(failure).log();
        }
    }

    private void serve(List<SharedQueue> queues) throws InterruptedException {
        long quietSince = System.nanoTime();
        while (!closing.isDone()) {
            var ask = asks.poll();
            if (ask == null) {
                long left = idle.toNanos() - (System.nanoTime() - quietSince);
                if (left <= 0) {
                    return;
                }
                ask = calm(queues) ? asks.poll(left, TimeUnit.NANOSECONDS) : null;
            }
            if (ask != null && !ask.isOver()) {
                serve(queues, ask);
                quietSince = System.nanoTime();
            }
        }
    }

    private void serve(List<SharedQueue> queues, Ask ask) throws InterruptedException {
        serving = true;
        try {
            var order = order(queues, turns++);
            for (int round = 0; !closing.isDone() && !ask.isOver(); round++) {
                look(order, round, ask);
                if (ask.isBrief()) {
                    return;
                }
            }
        } catch (RuntimeException | Error failure) {
            ask.fail(new WorkUnavailable("the queues of work cannot be read just now", failure));
            throw failure;
        } finally {
            ask.end();
            serving = false;
        }
    }

    /// One look at each queue, until there is something.
    private void look(List<SharedQueue> order, int round, Ask ask) throws InterruptedException {
        for (var queue : order) {
            var most = round > 0 ? LOOK : queue.isHungry() ? QUICK_LOOK : FIRST_LOOK;
            hand(queue, queue.poll(most), ask);
            if (ask.isOver()) {
                return;
            }
        }
    }

    /// The most urgent first, but now and then another: of eight turns the least urgent has one and
    /// the one in the middle has one.
    ///
    /// @param queues the most urgent first
    private static List<SharedQueue> order(List<SharedQueue> queues, long turn) {
        var order = new ArrayList<>(queues);
        if (turn % TURNS == TURNS - 1) {
            order.addFirst(order.removeLast());
        } else if (turn % TURNS == TURNS / 2 - 1) {
            Collections.swap(order, 0, 1);
        }
        return order;
    }

    /// Gives back what comes though nobody asked for it.
    ///
    /// @return whether nothing comes any more
    private boolean calm(List<SharedQueue> queues) throws InterruptedException {
        for (var queue : queues) {
            if (queue.isHungry() && asks.isEmpty()) {
                hand(queue, queue.poll(IDLE_LOOK), Ask.nobody());
            }
        }
        return queues.stream().noneMatch(SharedQueue::isHungry);
    }

    /// Gives records to whoever asks, waits until it is known what becomes of each, and tells the
    /// queue.
    private void hand(SharedQueue queue, List<ConsumerRecord<byte[], byte[]>> records, Ask ask)
            throws InterruptedException {
        if (records.isEmpty()) {
            return;
        }
        var settling =
                new LinkedHashMap<
                        ConsumerRecord<byte[], byte[]>, CompletableFuture<AcknowledgeType>>();
        var items = new ArrayList<TakenItem>();
        for (var record : records) {
            var settled = new CompletableFuture<AcknowledgeType>();
            settling.put(record, settled);
            var item = reader.read(queue.topic(), WorkTopics.group(kind), record, settled);
            if (item != null) {
                items.add(item);
            }
        }
        share(items, ask);
        try {
            var all = CompletableFuture.allOf(settling.values().toArray(CompletableFuture[]::new));
            CompletableFuture.anyOf(all, closing).get(SETTLE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException late) {
            // What is not settled is released.
        }
        settling.forEach((record, settled) ->
                queue.acknowledge(record, settled.getNow(AcknowledgeType.RELEASE)));
        queue.commit();
    }

    /// Gives items to one, and what is too much to those who wait behind; the rest goes back.
    private void share(List<TakenItem> items, Ask first) {
        var left = items;
        var ask = first;
        while (ask != null && !left.isEmpty()) {
            int count = Math.min(ask.most(), left.size());
            if (count > 0 && ask.give(List.copyOf(left.subList(0, count)))) {
                left = left.subList(count, left.size());
            }
            ask = left.isEmpty() ? null : asks.poll();
        }
        left.forEach(TakenItem::release);
    }

    /// Makes the queues of a kind if they are missing.
    @FunctionalInterface
    interface Provision {
        void of(String kind) throws TopicsNotProvisioned, InterruptedException;
    }

    /// Makes the consumer of a queue.
    @FunctionalInterface
    interface Opening {
        ShareConsumer<byte[], byte[]> of(Topic<WorkItem> queue);
    }
}
