package dev.millrace.streams.log;

import dev.millrace.domain.view.Freshness;
import dev.millrace.domain.view.Position;
import dev.millrace.streams.runtime.PlainConsumers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Looks at where the log ends, to tell how far views are behind it: at most once a second for each
/// view, and only while somebody does: again earlier only for an answer of which that look knows
/// nothing. Where a view is behind, the first records that it has not folded are read (at most 500
/// of a partition are kept), whose times say for how long. Of an answer that does not say how far
/// it has folded a partition that has records, nothing is told.
///
/// The end of a partition is no record often, but the mark of a transaction: what is behind the
/// last record that a view folded is read, too, to see whether it is more than that.
///
/// Asks nothing of the processes that fold: the position of an answer is all that is needed. Safe
/// for use by many threads; never blocks.
public final class KafkaFreshness implements Freshness, AutoCloseable {

    static final Duration PERIOD = Duration.ofSeconds(1);

    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int MOST_POLLS = 6;
    private static final int MAX_POLL_RECORDS = 500;
    private static final int MOST_WAITING = 64;
    private static final long NONE = -2;

    private final Function<String, List<String>> topics;
    private final int partitions;
    private final InstantSource clock;
    private final LongSupplier ticker;
    private final Duration patience;
    private final ConsumerPool consumers;
    private final Map<String, Look> looks = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Look>> underWay = new ConcurrentHashMap<>();

    /// @param client how Kafka is reached: `bootstrap.servers` and whatever else its clients need
    /// @param topics that a view is made of; none of what is no view
    /// @param partitions how many each topic has
    public KafkaFreshness(
            Map<String, Object> client,
            Function<String, List<String>> topics,
            int partitions,
            InstantSource clock) {
        this(
                () -> PlainConsumers.nearTheEnd(client, MAX_POLL_RECORDS),
                topics,
                partitions,
                clock,
                System::nanoTime,
                PATIENCE);
    }

    /// @param ticker nanoseconds that only grow
    /// @param patience how long an answer waits for a look
    KafkaFreshness(
            Supplier<Consumer<byte[], byte[]>> consumers,
            Function<String, List<String>> topics,
            int partitions,
            InstantSource clock,
            LongSupplier ticker,
            Duration patience) {
        this.consumers = new ConsumerPool("freshness", 1, MOST_WAITING, consumers);
        this.topics = topics;
        this.partitions = partitions;
        this.clock = clock;
        this.ticker = ticker;
        this.patience = patience;
    }

    @Override
    public CompletionStage<Optional<Duration>> staleness(String view, Position position) {
        var last = looks.get(view);
        if (last != null && age(last).compareTo(PERIOD) < 0) {
            var known = last.staleness(position, clock.millis());
            if (known.isPresent()) {
                return CompletableFuture.completedStage(known);
            }
        }
        if (topics.apply(view).isEmpty() || (last != null && last.isMissingIn(position))) {
            return CompletableFuture.completedStage(Optional.empty());
        }
        return look(view, position)
                .copy()
                .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .handle((look, _) -> {
                    if (look != null) {
                        return look.staleness(position, clock.millis());
                    }
                    return last == null ? Optional.empty() : since(last, position);
                });
    }

    /// What can be said if the log cannot be looked at any more.
    private Optional<Duration> since(Look last, Position position) {
        var age = age(last);
        return last.staleness(position, clock.millis())
                .map(known -> known.compareTo(age) > 0 ? known : age);
    }

    private Duration age(Look look) {
        return Duration.ofNanos(ticker.getAsLong() - look.nanos());
    }

    /// Looks, or waits for the look that is under way.
    private CompletableFuture<Look> look(String view, Position position) {
        var mine = new CompletableFuture<Look>();
        var other = underWay.putIfAbsent(view, mine);
        if (other != null) {
            return other;
        }
        var _ =
                consumers
                        .submit(consumer -> look(consumer, view, position))
                        .whenComplete((look, failure) -> {
                            underWay.remove(view);
                            if (failure == null) {
                                looks.put(view, look);
                                mine.complete(look);
                            } else {
                                mine.completeExceptionally(failure);
                            }
                        });
        return mine;
    }

    private Look look(Consumer<byte[], byte[]> consumer, String view, Position position) {
        var all =
                topics.apply(view).stream()
                        .flatMap(topic ->
                                IntStream.range(0, partitions)
                                        .mapToObj(number -> new TopicPartition(topic, number)))
                        .toList();
        consumer.assign(all); // a consumer complains of what is not its own
        long nanos = ticker.getAsLong();
        var ends = consumer.endOffsets(all);
        var tails = new HashMap<TopicPartition, Tail>();
        for (var partition : all) {
            long folded = position.offset(partition.topic(), partition.partition());
            tails.put(partition, Tail.unread(ends.getOrDefault(partition, 0L), folded));
        }
        read(consumer, tails);
        return new Look(Map.copyOf(tails), nanos);
    }

    /// Reads what is behind what was folded, as far as needed.
    private static void read(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Tail> tails) {
        var behind = new HashMap<>(tails);
        behind.values().removeIf(tail -> !tail.isToBeRead());
        if (behind.isEmpty()) {
            return;
        }
        consumer.assign(behind.keySet());
        behind.forEach((partition, tail) -> consumer.seek(partition, tail.folded() + 1));
        for (int polls = 0; polls < MOST_POLLS && !behind.isEmpty(); polls++) {
            var records = consumer.poll(POLL);
            behind.replaceAll((partition, tail) ->
                    tail.after(records.records(partition), consumer.position(partition)));
            tails.putAll(behind);
            behind.values().removeIf(tail -> !tail.isToBeRead());
        }
    }

    /// Looks no more.
    @Override
    public void close() {
        consumers.close();
    }

    /// What a partition had behind what was folded of it.
    ///
    /// @param end the offset behind its last record or mark
    /// @param folded of the last record that was folded then; -1 if none was
    /// @param behind the times of the first records behind that, as far as they were read, by their
    ///   offsets; none if none is known
    /// @param last the offset of the last record before the end; [#NONE] if that is not known
    private record Tail(long end, long folded, NavigableMap<Long, Long> behind, long last) {

        static Tail unread(long end, long folded) {
            return new Tail(
                    end,
                    folded,
                    Collections.emptyNavigableMap(),
                    folded >= end - 1 ? folded : NONE);
        }

        boolean isToBeRead() {
            return last == NONE && behind.isEmpty();
        }

        Tail after(List<ConsumerRecord<byte[], byte[]>> records, long position) {
            if (!isToBeRead()) {
                return this;
            }
            var before = records.stream().filter(record -> record.offset() < end).toList();
            var times = new TreeMap<Long, Long>();
            before.forEach(record -> times.put(record.offset(), Math.max(0, record.timestamp())));
            if (position < end) {
                return new Tail(end, folded, times, NONE);
            }
            /* All there is before the end was read. */
            return new Tail(
                    end, folded, times, before.isEmpty() ? folded : before.getLast().offset());
        }

        /// Whether there are records of which a position without this partition says nothing.
        boolean hasRecords() {
            return end > 0 && (folded >= 0 || last >= 0 || !behind.isEmpty());
        }

        /// How long the first record that was not folded has been there; null if nobody can tell:
        /// if records are there and an answer does not say how far it has folded them, if it is
        /// from before the look, or if it is further than this look has read.
        ///
        /// @param offset of the last record that was folded; -1 if that is not said
        @Nullable Long staleMillis(long offset, long now) {
            if (offset >= end - 1 || (last != NONE && offset >= last)) {
                return 0L;
            }
            var next = offset < 0 || offset < folded ? null : behind.higherEntry(offset);
            return next == null ? null : Math.max(1, now - next.getValue());
        }
    }

    /// How the partitions of a view were when they were looked at.
    private record Look(Map<TopicPartition, Tail> tails, long nanos) {

        /// Whether a position does not say how far a partition that has records is folded. No later
        /// look changes that.
        boolean isMissingIn(Position position) {
            return tails.entrySet().stream()
                    .anyMatch(tail ->
                            tail.getValue().hasRecords()
                                    && position.offset(
                                                    tail.getKey().topic(),
                                                    tail.getKey().partition())
                                            < 0);
        }

        /// Empty if it does not tell.
        Optional<Duration> staleness(Position position, long now) {
            long most = 0;
            for (var tail : tails.entrySet()) {
                var partition = tail.getKey();
                var stale =
                        tail.getValue()
                                .staleMillis(
                                        position.offset(partition.topic(), partition.partition()),
                                        now);
                if (stale == null) {
                    return Optional.empty();
                }
                most = Math.max(most, stale);
            }
            return Optional.of(Duration.ofMillis(most));
        }
    }
}
