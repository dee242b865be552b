package dev.millrace.streams.log;

import dev.millrace.domain.log.DeadLetterLog;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.runtime.PlainConsumers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// Lists dead letters with plain consumers that belong to no group, and writes their records back.
///
/// Both are rare, and done by people: at most [#AT_ONCE] are done at a time, each with clients of
/// its own, and [#MOST_WAITING] wait. Safe for use by many threads; never blocks.
public final class KafkaDeadLetterLog implements DeadLetterLog, AutoCloseable {

    static final int AT_ONCE = 2;
    static final int MOST_WAITING = 16;

    private static final Duration LONGEST_STOP = Duration.ofSeconds(5);
    private static final int MAX_POLL_RECORDS = 500;
    private static final int MAX_BLOCK_MILLIS = 5_000;
    private static final int DELIVERY_TIMEOUT_MILLIS = 10_000;
    private static final int REQUEST_TIMEOUT_MILLIS = 5_000;

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final LongSupplier ticker;
    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(
                    AT_ONCE,
                    AT_ONCE,
                    0,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(MOST_WAITING),
                    Thread.ofVirtual().name("dead-letters-", 0).factory());

    /// @param client how Kafka is reached: `bootstrap.servers` and whatever else its clients need
    public KafkaDeadLetterLog(Map<String, Object> client) {
        this(
                () -> PlainConsumers.fromEarliest(client, MAX_POLL_RECORDS),
                () ->
                        new KafkaProducer<>(
                                writing(client),
                                new ByteArraySerializer(),
                                new ByteArraySerializer()),
                System::nanoTime);
    }

    /// @param consumers makes consumers that see committed records only
    /// @param ticker nanoseconds that only grow
    KafkaDeadLetterLog(
            Supplier<Consumer<byte[], byte[]>> consumers,
            Supplier<Producer<byte[], byte[]>> producers,
            LongSupplier ticker) {
        this.consumers = consumers;
        this.producers = producers;
        this.ticker = ticker;
    }

    @Override
    public CompletionStage<LetterPage> list(LetterQuery query) {
        return submit(reader -> new LetterReader(reader, ticker).page(query));
    }

    @Override
    public CompletionStage<Redrive> redrive(int partition, long offset) {
        return submit(reader -> {
            var letter = new LetterReader(reader, ticker).record(partition, offset);
            return switch (letter == null ? null : WayBack.of(letter)) {
                case null -> new Redrive.NoLetter();
                case WayBack.Closed(String why) -> new Redrive.Refused(why);
                case WayBack.To(ProducerRecord<byte[], byte[]> record) -> write(reader, record);
            };
        });
    }

    private Redrive write(Consumer<byte[], byte[]> reader, ProducerRecord<byte[], byte[]> record)
            throws ViewUnavailable, InterruptedException {
        var partitions = reader.partitionsFor(record.topic());
        if (partitions == null || record.partition() >= partitions.size()) {
            return new Redrive.Refused(
                    "%s has no partition %d any more"
                            .formatted(record.topic(), record.partition()));
        }
        var producer = producers.get();
        try {
            var written = producer.send(record).get();
            return new Redrive.Done(
                    Position.at(written.topic(), written.partition(), written.offset()));
        } catch (ExecutionException failure) {
            if (isRefusal(failure.getCause())) {
                return new Redrive.Refused(
                        "%s does not take the record: %s"
                                .formatted(record.topic(), failure.getMessage()));
            }
            throw new ViewUnavailable(
                    Topics.DEAD_LETTERS,
                    "the brokers did not say whether they have the record; look at the end of %s"
                                    .formatted(record.topic())
                            + " before asking again");
        } finally {
            producer.close(Duration.ZERO);
        }
    }

    private static boolean isRefusal(@Nullable Throwable cause) {
        return cause instanceof RecordTooLargeException
                || cause instanceof InvalidRecordException
                || cause instanceof InvalidTopicException;
    }

    private <T> CompletionStage<T> submit(Work<T> work) {
        var result = new CompletableFuture<T>();
        try {
            threads.execute(() -> run(work, result));
        } catch (RejectedExecutionException refused) {
            result.completeExceptionally(
                    unavailable(MOST_WAITING + " requests wait already; ask again soon"));
        }
        return result;
    }

    /// The top of a thread: whatever goes wrong is the failure of what was asked for.
    private <T> void run(Work<T> work, CompletableFuture<T> result) {
        if (threads.isShutdown()) {
            result.completeExceptionally(unavailable(""));
            return;
        }
        try {
            var consumer = consumers.get();
            try {
                result.complete(work.with(consumer));
            } finally {
                consumer.close(CloseOptions.timeout(Duration.ZERO));
            }
        } catch (RetriableException | InterruptException | InterruptedException silent) {
            result.completeExceptionally(unavailable("the brokers do not answer; ask again soon"));
        } catch (Exception failure) {
            result.completeExceptionally(failure);
        }
    }

    private ViewUnavailable unavailable(String why) {
        return new ViewUnavailable(
                Topics.DEAD_LETTERS, threads.isShutdown() ? "the site is stopping" : why);
    }

    /// Gives up what is being done, within 5 s.
    @Override
    public void close() {
        for (var waiting : threads.shutdownNow()) {
            waiting.run();
        }
        try {
            var _ = threads.awaitTermination(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Map<String, Object> writing(Map<String, Object> client) {
        var properties = new HashMap<>(client);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        // Some were compressed when they fitted their topic.
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_DEAD_LETTER_BYTES);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MILLIS);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MILLIS);
        return properties;
    }

    /// What is done with a consumer.
    @FunctionalInterface
    private interface Work<T> {
        T with(Consumer<byte[], byte[]> reader) throws Exception;
    }
}
