package dev.millrace.streams.log;

import dev.millrace.domain.log.LogPartition;
import dev.millrace.domain.view.Derivations;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.ViewBehind;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.domain.view.Views;
import dev.millrace.schemas.client.Causes;
import dev.millrace.streams.runtime.GroupLog;
import dev.millrace.streams.runtime.PlainConsumers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// Waits until the application that makes one topic of another has committed that it has read a
/// position there, and looks where what it made ends: its transactions commit both together.
///
/// The log is looked at each 25 ms while somebody waits, and by at most [#MOST_WAITING] at a time;
/// one more fails with [ViewUnavailable].
public final class KafkaDerivations implements Derivations, AutoCloseable {

    static final int MOST_WAITING = 256;

    private static final Duration PAUSE = Duration.ofMillis(25);
    private static final Executor LATER =
            CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    private static final int MAX_POLL_RECORDS = 100;

    private final GroupLog log;
    private final ConsumerPool consumers;
    private final Function<String, List<String>> topics;
    private final int partitions;
    private final LongSupplier ticker;
    private final Semaphore places = new Semaphore(MOST_WAITING);

    /// @param client how Kafka is reached: `bootstrap.servers` and whatever else its clients need
    /// @param topics that a view is made of; none of what is no view
    /// @param partitions how many each topic has
    public KafkaDerivations(
            Map<String, Object> client, Function<String, List<String>> topics, int partitions) {
        this(
                GroupLog.of(Admin.create(client)),
                () -> PlainConsumers.nearTheEnd(client, MAX_POLL_RECORDS),
                topics,
                partitions,
                System::nanoTime);
    }

    /// @param ticker nanoseconds that only grow
    KafkaDerivations(
            GroupLog log,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Function<String, List<String>> topics,
            int partitions,
            LongSupplier ticker) {
        this.log = log;
        this.consumers = new ConsumerPool("derivations", 1, MOST_WAITING, consumers);
        this.topics = topics;
        this.partitions = partitions;
        this.ticker = ticker;
    }

    @Override
    public CompletionStage<Position> within(String view, Position after) {
        var made = topics.apply(view);
        var own = new TreeMap<>(after.offsets());
        var sources = new HashMap<DerivedTopic, Map<TopicPartition, Long>>();
        after.offsets()
                .forEach((name, offset) -> {
                    var named = LogPartition.parse(name);
                    var derived = DerivedTopic.leading(named.topic(), made);
                    if (derived != null && named.partition() < partitions) {
                        own.remove(name);
                        sources.computeIfAbsent(derived, _ -> new HashMap<>())
                                .put(new TopicPartition(named.topic(), named.partition()), offset);
                    }
                });
        if (sources.isEmpty()) {
            return CompletableFuture.completedFuture(after);
        }
        if (!places.tryAcquire()) {
            return CompletableFuture.failedFuture(
                    new ViewUnavailable(view, MOST_WAITING + " reads wait for theirs already"));
        }
        long until = ticker.getAsLong() + Views.LONGEST_WAIT.toNanos();
        var position = CompletableFuture.completedFuture(new Position(own));
        for (var source : sources.entrySet()) {
            position =
                    position.thenCombine(
                            made(view, source.getKey(), source.getValue(), until), Position::join);
        }
        return position.whenComplete((_, _) -> places.release())
                .exceptionallyCompose(failure -> failed(view, Causes.ofStage(failure)));
    }

    /// Where that ends which is made of a position, once it is.
    private CompletableFuture<Position> made(
            String view, DerivedTopic topic, Map<TopicPartition, Long> offsets, long untilNanos) {
        return log.committed(topic.group(), offsets.keySet())
                .toCompletableFuture()
                .thenCompose(committed -> {
                    if (isRead(offsets, committed)) {
                        return last(topic.result());
                    }
                    if (untilNanos - ticker.getAsLong() < PAUSE.toNanos()) {
                        return CompletableFuture.failedFuture(
                                new ViewBehind(view, position(committed)));
                    }
                    return CompletableFuture.runAsync(() -> {}, LATER)
                            .thenCompose(_ -> made(view, topic, offsets, untilNanos));
                });
    }

    private static boolean isRead(
            Map<TopicPartition, Long> offsets, Map<TopicPartition, Long> committed) {
        return offsets.entrySet().stream()
                .allMatch(
                        offset -> committed.getOrDefault(offset.getKey(), 0L) > offset.getValue());
    }

    private static Position position(Map<TopicPartition, Long> committed) {
        var position = Position.START;
        for (var next : committed.entrySet()) {
            var partition = next.getKey();
            if (next.getValue() > 0) {
                position =
                        position.with(
                                partition.topic(), partition.partition(), next.getValue() - 1);
            }
        }
        return position;
    }

    private CompletionStage<Position> last(String topic) {
        var all =
                IntStream.range(0, partitions)
                        .mapToObj(number -> new TopicPartition(topic, number))
                        .collect(Collectors.toSet());
        return log.ends(all)
                .thenCompose(ends ->
                        consumers.submit(
                                consumer -> new LastRecords(consumer, ticker).before(ends)));
    }

    private static CompletableFuture<Position> failed(String view, Throwable cause) {
        return CompletableFuture.failedFuture(
                cause instanceof KafkaException
                        ? new ViewUnavailable(
                                view, "the log cannot be asked for what it is made of just now")
                        : cause);
    }

    /// Looks no more.
    @Override
    public void close() {
        log.close();
        consumers.close();
    }
}
