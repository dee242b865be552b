package dev.millrace.streams.log;

import dev.millrace.domain.log.LiveLog;
import dev.millrace.domain.log.LogPartition;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

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

    private static final Duration LONGEST_STOP = Duration.ofSeconds(5);
    private static final int MAX_POLL_RECORDS = 500;
    private static final int API_TIMEOUT_MILLIS = 10_000;
    /* A piece is begun anew each time, and what was fetched and not taken is thrown away. */
    /* A fetch that waits at the end of the log would keep the next piece from being read. */
    private static final int SLICE_FETCH_MILLIS = 10;
    private static final int TAIL_FETCH_MILLIS = 500;
    private static final int SLICE_FETCH_BYTES = 256 * 1024;
    private static final int SLICE_PARTITION_BYTES = 128 * 1024;
    private static final int TAIL_FETCH_BYTES = 4 * 1024 * 1024;
    private static final int TAIL_PARTITION_BYTES = 1024 * 1024;

    private final EventSerdes serdes;
    private final Supplier<Consumer<byte[], byte[]>> readersOfSlices;
    private final Supplier<Consumer<byte[], byte[]>> readersOfTails;
    private final LongSupplier ticker;
    private final Queue<Consumer<byte[], byte[]>> idle = new ConcurrentLinkedQueue<>();
    private final ThreadPoolExecutor readers =
            new ThreadPoolExecutor(
                    READERS,
                    READERS,
                    0,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(MOST_WAITING),
                    Thread.ofVirtual().name("live-log-", 0).factory());

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
        this.readersOfSlices = readersOfSlices;
        this.readersOfTails = readersOfTails;
        this.serdes = serdes;
        this.ticker = ticker;
    }

    @Override
    public CompletionStage<SortedMap<String, Integer>> partitions() {
        return submit(consumer -> {
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
        return submit(consumer -> new SliceReader(consumer, serdes, ticker).bounds(partitions));
    }

    @Override
    public CompletionStage<Map<LogPartition, Long>> at(Set<LogPartition> partitions, Instant time) {
        return submit(consumer -> new SliceReader(consumer, serdes, ticker).at(partitions, time));
    }

    @Override
    public CompletionStage<Slice> read(SliceQuery query) {
        return submit(consumer -> new SliceReader(consumer, serdes, ticker).read(query));
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
        for (var waiting : readers.shutdownNow()) {
            waiting.run();
        }
        try {
            if (!readers.awaitTermination(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        for (var consumer = idle.poll(); consumer != null; consumer = idle.poll()) {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
    }

    private <T> CompletionStage<T> submit(Work<T> work) {
        var result = new CompletableFuture<T>();
        try {
            readers.execute(() -> run(work, result));
        } catch (RejectedExecutionException refused) {
            result.completeExceptionally(
                    unavailable(MOST_WAITING + " reads wait already; ask again soon"));
        }
        return result;
    }

    /// The top of a reader's thread: whatever goes wrong is the failure of what was asked for.
    private <T> void run(Work<T> work, CompletableFuture<T> result) {
        if (readers.isShutdown() || result.isDone()) {
            result.completeExceptionally(unavailable(""));
            return;
        }
        try {
            var waiting = idle.poll();
            result.complete(with(waiting == null ? readersOfSlices.get() : waiting, work));
        } catch (RetriableException | InterruptException silent) {
            result.completeExceptionally(unavailable("the brokers do not answer; ask again soon"));
        } catch (Exception | Error failure) {
            result.completeExceptionally(failure);
        }
    }

    private <T> T with(Consumer<byte[], byte[]> consumer, Work<T> work) throws Exception {
        boolean sound = false;
        try {
            T done = work.with(consumer);
            sound = true;
            return done;
        } finally {
            if (sound) {
                idle.add(consumer);
            } else {
                consumer.close(CloseOptions.timeout(Duration.ZERO));
            }
        }
    }

    private ViewUnavailable unavailable(String why) {
        return new ViewUnavailable("events", readers.isShutdown() ? "the site is stopping" : why);
    }

    private static Consumer<byte[], byte[]> consumer(
            Map<String, Object> client, int fetchMillis, int fetchBytes, int partitionBytes) {
        var properties = new HashMap<>(client);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, fetchMillis);
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, fetchBytes);
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, partitionBytes);
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, API_TIMEOUT_MILLIS);
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private interface Work<T> {
        T with(Consumer<byte[], byte[]> consumer) throws Exception;
    }
}
