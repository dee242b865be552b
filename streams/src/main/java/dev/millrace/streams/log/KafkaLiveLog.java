package dev.millrace.streams.log;

import dev.millrace.domain.log.LiveLog;
import dev.millrace.domain.log.LogPartition;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.runtime.PlainConsumers;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/// Reads pieces of the log with plain consumers that belong to no group, and follows it with one
/// more for each tail.
///
/// At most [#READERS] pieces are read at a time, in the order in which they were asked for, and
/// [#MOST_WAITING] wait. Safe for use by many threads; never blocks.
public final class KafkaLiveLog implements LiveLog, AutoCloseable {

    /// How many pieces are read at a time, each with a consumer of its own.
    public static final int READERS = 4;

    /// How many reads may wait for a consumer.
    public static final int MOST_WAITING = 1_024;

    private static final int MAX_POLL_RECORDS = 500;
    /* A fetch that waits at the end of the log would keep the next piece from being read. */
    private static final int SLICE_FETCH_MILLIS = 10;
    private static final int TAIL_FETCH_MILLIS = 500;
    /* A piece is begun anew each time, and what was fetched and not taken is thrown away. */
    private static final int SLICE_FETCH_BYTES = 256 * 1024;
    private static final int SLICE_PARTITION_BYTES = 128 * 1024;
    private static final int TAIL_FETCH_BYTES = 4 * 1024 * 1024;
    private static final int TAIL_PARTITION_BYTES = 1024 * 1024;

    private final EventSerdes serdes;
    private final ConsumerPool slices;
    private final Supplier<Consumer<byte[], byte[]>> readersOfTails;
    private final LongSupplier ticker;

    /// @param client how Kafka is reached: `bootstrap.servers` and whatever else its clients need
    public KafkaLiveLog(Map<String, Object> client, EventSerdes serdes) {
        this(
                () ->
                        consumer(
                                client,
                                SLICE_FETCH_MILLIS,
                                SLICE_FETCH_BYTES,
                                SLICE_PARTITION_BYTES),
                () -> consumer(client, TAIL_FETCH_MILLIS, TAIL_FETCH_BYTES, TAIL_PARTITION_BYTES),
                serdes,
                System::nanoTime);
    }

    /// @param readersOfSlices makes consumers that see committed records only, and fail where there
    ///   is no record at an offset
    /// @param readersOfTails makes such consumers too
    /// @param ticker nanoseconds that only grow
    KafkaLiveLog(
            Supplier<Consumer<byte[], byte[]>> readersOfSlices,
            Supplier<Consumer<byte[], byte[]>> readersOfTails,
            EventSerdes serdes,
            LongSupplier ticker) {
        this.slices = new ConsumerPool("live-log", READERS, MOST_WAITING, readersOfSlices);
        this.readersOfTails = readersOfTails;
        this.serdes = serdes;
        this.ticker = ticker;
    }

    @Override
    public CompletionStage<SortedMap<String, Integer>> partitions() {
        return slices.submit(consumer -> {
            var counts = new TreeMap<String, Integer>();
            for (var topic : Topics.events()) {
                var infos = consumer.partitionsFor(topic.name());
                if (infos != null && !infos.isEmpty()) {
                    counts.put(topic.name(), infos.size());
                }
            }
            return counts;
        });
    }

    @Override
    public CompletionStage<Bounds> bounds(Set<LogPartition> partitions) {
        return slices.submit(
                consumer -> new SliceReader(consumer, serdes, ticker).bounds(partitions));
    }

    @Override
    public CompletionStage<Map<LogPartition, Long>> at(Set<LogPartition> partitions, Instant time) {
        return slices.submit(
                consumer -> new SliceReader(consumer, serdes, ticker).at(partitions, time));
    }

    @Override
    public CompletionStage<Slice> read(SliceQuery query) {
        return slices.submit(consumer -> new SliceReader(consumer, serdes, ticker).read(query));
    }

    @Override
    public Tail follow(Follower follower) {
        var tail = new LogTail(readersOfTails, serdes, follower);
        tail.start();
        return tail;
    }

    /// Gives up what is being read and closes the consumers, within 5 s. Whoever follows closes
    /// their tail.
    @Override
    public void close() {
        slices.close();
    }

    private static Consumer<byte[], byte[]> consumer(
            Map<String, Object> client, int fetchMillis, int fetchBytes, int partitionBytes) {
        return PlainConsumers.exact(
                client,
                MAX_POLL_RECORDS,
                Map.of(
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        fetchMillis,
                        ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                        fetchBytes,
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                        partitionBytes));
    }
}
