package dev.millrace.streams.log;

import dev.millrace.domain.log.EventFilter;
import dev.millrace.domain.log.EventLog.LoggedEvent;
import dev.millrace.domain.log.LogExports;
import dev.millrace.domain.log.PositionGone;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.Moment;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.serde.SchemaUnreachable;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.runtime.PlainConsumers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Reads topics in bulk with plain consumers that belong to no group, one for each export,
/// partition after partition.
///
/// At most [#MOST_RUNNING] run at a time; beyond that a stage fails with [ViewUnavailable]. Safe
/// for use by many threads; never blocks.
public final class KafkaLogExports implements LogExports, AutoCloseable {

    /// How many exports are read at a time, each with a consumer of its own.
    public static final int MOST_RUNNING = 4;

    /// How long an export may come no further in the log before it fails.
    static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

    private static final int MOST_WAITING = 16;
    private static final int MAX_POLL_RECORDS = 500;
    private static final int FETCH_BYTES = 2 * 1024 * 1024;
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long LONGEST_READ_NANOS = Duration.ofSeconds(1).toNanos();

    private final EventSerdes serdes;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final long longestSilenceNanos;
    private final ConsumerPool places;
    private final Semaphore running = new Semaphore(MOST_RUNNING);
    private volatile boolean isClosed;

    /// @param client how Kafka is reached: `bootstrap.servers` and whatever else its clients need
    public KafkaLogExports(Map<String, Object> client, EventSerdes serdes) {
        this(
                () ->
                        PlainConsumers.exact(
                                client,
                                MAX_POLL_RECORDS,
                                Map.of(
                                        ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                                        FETCH_BYTES,
                                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                                        FETCH_BYTES)),
                serdes,
                LONGEST_SILENCE);
    }

    /// @param consumers makes consumers that see committed records only, and fail where there is no
    ///   record at an offset
    KafkaLogExports(
            Supplier<Consumer<byte[], byte[]>> consumers,
            EventSerdes serdes,
            Duration longestSilence) {
        this.consumers = consumers;
        this.serdes = serdes;
        this.longestSilenceNanos = longestSilence.toNanos();
        this.places = new ConsumerPool("log-exports", 1, MOST_WAITING, consumers);
    }

    @Override
    public CompletionStage<LogExport> open(ExportQuery query) {
        var topic = Topics.named(query.topic());
        if (topic == null) {
            return CompletableFuture.failedStage(
                    new InvalidQuery(
                            "topic: %s (expected: one of %s)"
                                    .formatted(
                                            query.topic(),
                                            Topics.events().stream().map(Topic::name).toList())));
        }
        var wrong = wrong("after", query.after(), topic);
        wrong = wrong == null ? wrong("until", query.until(), topic) : wrong;
        if (wrong != null) {
            return CompletableFuture.failedStage(new InvalidQuery(wrong));
        }
        if (running.availablePermits() == 0) {
            return CompletableFuture.failedStage(tooMany());
        }
        return places.submit(consumer -> range(consumer, topic, query));
    }

    private static @Nullable String wrong(String name, @Nullable Moment moment, Topic<?> topic) {
        return switch (moment) {
            case null -> null;
            case Moment.Time _ -> null;
            case Moment.Event(var event) ->
                    "%s: %s (expected: a time or a position)".formatted(name, event);
            case Moment.Place(var place) ->
                    place.offsets().keySet().stream()
                            .filter(partition -> !partition.startsWith(topic.name() + "-"))
                            .findFirst()
                            .map(partition ->
                                    "%s: %s (expected: a position in %s)"
                                            .formatted(name, partition, topic.name()))
                            .orElse(null);
        };
    }

    private static ViewUnavailable tooMany() {
        return new ViewUnavailable(
                "events", MOST_RUNNING + " exports are under way already; ask again soon");
    }

    private LogExport range(Consumer<byte[], byte[]> consumer, Topic<?> topic, ExportQuery query)
            throws ViewUnavailable, PositionGone {
        var infos = consumer.partitionsFor(topic.name());
        int count = infos == null ? 0 : infos.size();
        if (count == 0) {
            throw new ViewUnavailable("events", "there is no topic " + topic.name() + " yet");
        }
        var key = query.filter().key();
        var wanted =
                key == null ? IntStream.range(0, count) : IntStream.of(topic.partition(key, count));
        var partitions =
                wanted.mapToObj(partition -> new TopicPartition(topic.name(), partition)).toList();
        consumer.assign(partitions); // a consumer complains of what is not its own
        var first = consumer.beginningOffsets(partitions);
        var ends = new HashMap<>(consumer.endOffsets(partitions));
        var from = from(consumer, first, ends, query.after());
        until(consumer, ends, query.until());
        var until = Position.START;
        for (var partition : partitions) {
            long end = Math.max(ends.getOrDefault(partition, 0L), from.getOrDefault(partition, 0L));
            ends.put(partition, end);
            if (end > 0) {
                until = until.with(partition.topic(), partition.partition(), end - 1);
            }
        }
        return new Running(topic, query.filter(), from, ends, until);
    }

    /// The offset to begin at, for each partition.
    private static Map<TopicPartition, Long> from(
            Consumer<byte[], byte[]> consumer,
            Map<TopicPartition, Long> first,
            Map<TopicPartition, Long> ends,
            @Nullable Moment after)
            throws PositionGone {
        return switch (after) {
            case null -> new HashMap<>(first);
            case Moment.Event _ -> new HashMap<>(first);
            case Moment.Time(var time) -> {
                var from = new HashMap<>(ends);
                from.putAll(firstAfter(consumer, ends.keySet(), time));
                yield from;
            }
            case Moment.Place(var place) -> {
                var from = new HashMap<>(first);
                for (var partition : first.keySet()) {
                    long applied = place.offset(partition.topic(), partition.partition());
                    if (applied >= 0) {
                        long begin = first.getOrDefault(partition, 0L);
                        if (applied + 1 < begin || applied + 1 > ends.getOrDefault(partition, 0L)) {
                            throw gone(first);
                        }
                        from.put(partition, applied + 1);
                    }
                }
                yield from;
            }
        };
    }

    private static PositionGone gone(Map<TopicPartition, Long> first) {
        var earliest = Position.START;
        for (var partition : first.entrySet()) {
            if (partition.getValue() > 0) {
                var at = partition.getKey();
                earliest = earliest.with(at.topic(), at.partition(), partition.getValue() - 1);
            }
        }
        return new PositionGone(
                "what comes after this position is not in the log any more, or not yet; begin after"
                        + " earliest, or where you like",
                earliest);
    }

    private static void until(
            Consumer<byte[], byte[]> consumer,
            Map<TopicPartition, Long> ends,
            @Nullable Moment until) {
        switch (until) {
            case null -> {}
            case Moment.Event _ -> {}
            case Moment.Time(var time) ->
                    firstAfter(consumer, Set.copyOf(ends.keySet()), time)
                            .forEach((partition, offset) ->
                                    ends.merge(partition, offset, Math::min));
            case Moment.Place(var place) ->
                    ends.replaceAll((partition, end) ->
                            Math.min(
                                    end,
                                    place.offset(partition.topic(), partition.partition()) + 1));
        }
    }

    /// The first record of each partition that was written after a time, if there is one.
    private static Map<TopicPartition, Long> firstAfter(
            Consumer<byte[], byte[]> consumer, Set<TopicPartition> partitions, Instant time) {
        long millis = Math.max(0, time.toEpochMilli() + 1);
        var first = new HashMap<TopicPartition, Long>();
        consumer.offsetsForTimes(
                        partitions.stream()
                                .collect(Collectors.toMap(partition -> partition, _ -> millis)))
                .forEach((partition, found) -> {
                    if (found != null) {
                        first.put(partition, found.offset());
                    }
                });
        return first;
    }

    /// Begins no more exports; those under way end with their next read.
    @Override
    public void close() {
        isClosed = true;
        places.close();
    }

    /// Has a place from its beginning on, and a consumer from its first read on, so that one that
    /// nobody reads costs nothing.
    private final class Running implements LogExport {

        private final Topic<?> topic;
        private final EventFilter filter;
        private final Map<TopicPartition, Long> from;
        private final Map<TopicPartition, Long> ends;
        private final Position until;
        private final TreeMap<Integer, TopicPartition> left = new TreeMap<>();
        private @Nullable Consumer<byte[], byte[]> consumer;
        private boolean isBegun;
        private long silentNanos;

        Running(
                Topic<?> topic,
                EventFilter filter,
                Map<TopicPartition, Long> from,
                Map<TopicPartition, Long> ends,
                Position until) {
            this.topic = topic;
            this.filter = filter;
            this.from = from;
            this.ends = ends;
            this.until = until;
            from.forEach((partition, begin) -> {
                if (begin < ends.getOrDefault(partition, 0L)) {
                    left.put(partition.partition(), partition);
                }
            });
        }

        @Override
        public String topic() {
            return topic.name();
        }

        @Override
        public Position until() {
            return until;
        }

        @Override
        public void begin() throws ViewUnavailable {
            if (!isBegun && !running.tryAcquire()) {
                throw tooMany();
            }
            isBegun = true;
        }

        @Override
        public boolean isOver() {
            return left.isEmpty();
        }

        @Override
        public List<LoggedEvent> next() throws ViewUnavailable {
            if (!isBegun) {
                throw new IllegalStateException("the export was not begun");
            }
            var events = new ArrayList<LoggedEvent>();
            long began = System.nanoTime();
            try {
                while (events.isEmpty()
                        && !left.isEmpty()
                        && System.nanoTime() - began < LONGEST_READ_NANOS) {
                    read(events);
                }
            } catch (SchemaUnreachable unreachable) {
                throw new ViewUnavailable("events", "the Schema Registry does not answer");
            } catch (KafkaException silent) {
                throw new ViewUnavailable("events", "the brokers do not answer, or the log is cut");
            }
            return events;
        }

        private void read(List<LoggedEvent> events) throws ViewUnavailable {
            if (isClosed) {
                throw new ViewUnavailable("events", "the site is stopping");
            }
            var reader = reader();
            var partition = left.firstEntry().getValue();
            long end = ends.getOrDefault(partition, 0L);
            if (!reader.assignment().contains(partition)) {
                reader.assign(List.of(partition));
                reader.seek(partition, from.getOrDefault(partition, 0L));
            }
            long before = reader.position(partition);
            long asked = System.nanoTime();
            var records = reader.poll(POLL).records(partition);
            checkProgress(before, reader.position(partition), System.nanoTime() - asked);
            for (var record : records) {
                if (record.offset() < end && StoredRecord.hasKey(record, filter.key())) {
                    var event = StoredRecord.of(serdes, topic, record).event(filter);
                    if (event != null) {
                        events.add(event);
                    }
                }
            }
            if (reader.position(partition) >= end) {
                left.remove(partition.partition());
            }
        }

        /// A client of Kafka goes on asking for as long as no broker answers.
        private void checkProgress(long before, long after, long nanos) throws ViewUnavailable {
            silentNanos = after > before ? 0 : silentNanos + nanos;
            if (silentNanos > longestSilenceNanos) {
                throw new ViewUnavailable("events", "the brokers do not answer");
            }
        }

        private Consumer<byte[], byte[]> reader() {
            var mine = consumer;
            if (mine == null) {
                mine = consumers.get();
                consumer = mine;
            }
            return mine;
        }

        @Override
        public void close() {
            var mine = consumer;
            try {
                if (mine != null) {
                    consumer = null;
                    left.clear();
                    mine.close(CloseOptions.timeout(Duration.ZERO));
                }
            } finally {
                if (isBegun) {
                    isBegun = false;
                    running.release();
                }
            }
        }
    }
}
