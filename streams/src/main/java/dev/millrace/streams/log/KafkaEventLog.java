package dev.millrace.streams.log;

import dev.millrace.domain.log.EventLog;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
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
import org.jspecify.annotations.Nullable;

/// Reads the log back with plain consumers that belong to no group.
///
/// A topic may be named in full or without `millrace.`; with a key, only the key's partition is
/// read. A page ends where the partitions ended when it began; one that took too long to fill
/// ([LogReader#MOST_SCANNED], [LogReader#LONGEST_NANOS]) holds what was found by then, with `atEnd`
/// false. A record that cannot be read is shown as one, by its place and length alone; whoever
/// consumes the topic has put it into the dead letters.
///
/// At most [#READERS] pages are read at a time and [#MOST_WAITING] wait; beyond that, after
/// [#close], and while the brokers or the Schema Registry do not answer, a stage fails with
/// [ViewUnavailable]. Safe for use by many threads; never blocks.
public final class KafkaEventLog implements EventLog, AutoCloseable {

    /// How many pages are read at a time, each with a consumer of its own.
    public static final int READERS = 4;

    /// How many reads may wait for a consumer.
    public static final int MOST_WAITING = 64;

    private static final String PREFIX = "millrace.";
    private static final Duration LONGEST_STOP = Duration.ofSeconds(5);
    private static final int MAX_POLL_RECORDS = 1_000;
    private static final int API_TIMEOUT_MILLIS = 10_000;

    private final EventSerdes serdes;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final LongSupplier ticker;
    private final Queue<Consumer<byte[], byte[]>> idle = new ConcurrentLinkedQueue<>();
    private final ThreadPoolExecutor readers =
            new ThreadPoolExecutor(
                    READERS,
                    READERS,
                    0,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(MOST_WAITING),
                    Thread.ofVirtual().name("event-log-", 0).factory());

    /// @param client how Kafka is reached: `bootstrap.servers` and whatever else its clients need
    public KafkaEventLog(Map<String, Object> client, EventSerdes serdes) {
        this(() -> new KafkaConsumer<>(properties(client)), serdes, System::nanoTime);
    }

    /// @param consumers makes consumers that see committed records only
    /// @param ticker nanoseconds that only grow
    KafkaEventLog(
            Supplier<Consumer<byte[], byte[]>> consumers, EventSerdes serdes, LongSupplier ticker) {
        this.consumers = consumers;
        this.serdes = serdes;
        this.ticker = ticker;
    }

    @Override
    public CompletionStage<LogPage> read(LogQuery query) {
        var topic = topic(query.topic());
        if (topic == null) {
            return CompletableFuture.failedStage(
                    new InvalidQuery(
                            "topic: %s (expected: one of %s)"
                                    .formatted(
                                            query.topic(),
                                            Topics.events().stream().map(Topic::name).toList())));
        }
        var page = new CompletableFuture<LogPage>();
        try {
            readers.execute(() -> read(topic, query, page));
        } catch (RejectedExecutionException refused) {
            page.completeExceptionally(
                    new ViewUnavailable(
                            "events",
                            readers.isShutdown()
                                    ? "the site is stopping"
                                    : MOST_WAITING + " reads wait already; ask again soon"));
        }
        return page;
    }

    /// Gives up what is being read and closes the consumers, within 5 s.
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
        closeIdle();
    }

    private static @Nullable Topic<?> topic(String name) {
        var topic = Topics.byName(name);
        return topic == null ? Topics.byName(PREFIX + name) : topic;
    }

    /// The top of a reader's thread: whatever goes wrong is the page's failure.
    private void read(Topic<?> topic, LogQuery query, CompletableFuture<LogPage> page) {
        if (readers.isShutdown()) {
            page.completeExceptionally(new ViewUnavailable("events", "the site is stopping"));
            return;
        }
        try {
            var consumer = idle.poll();
            page.complete(readWith(consumer == null ? consumers.get() : consumer, topic, query));
        } catch (RetriableException | InterruptException silent) {
            page.completeExceptionally(
                    new ViewUnavailable(
                            "events",
                            readers.isShutdown()
                                    ? "the site is stopping"
                                    : "the brokers do not answer; ask again soon"));
        } catch (Exception failure) {
            page.completeExceptionally(failure);
        }
    }

    private LogPage readWith(Consumer<byte[], byte[]> consumer, Topic<?> topic, LogQuery query)
            throws ViewUnavailable {
        boolean sound = false;
        try {
            var page = new LogReader<>(consumer, serdes, topic, query, ticker).read();
            sound = true;
            return page;
        } finally {
            if (sound) {
                idle.add(consumer);
            } else {
                consumer.close(CloseOptions.timeout(Duration.ZERO));
            }
        }
    }

    private void closeIdle() {
        for (var consumer = idle.poll(); consumer != null; consumer = idle.poll()) {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
    }

    private static Map<String, Object> properties(Map<String, Object> client) {
        var properties = new HashMap<>(client);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, API_TIMEOUT_MILLIS);
        properties.put(
                ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
                ByteArrayDeserializer.class.getName());
        properties.put(
                ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
                ByteArrayDeserializer.class.getName());
        return properties;
    }
}
