package dev.millrace.streams.log;

import dev.millrace.domain.log.EventLog;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.runtime.PlainConsumers;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;

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

    private static final int MAX_POLL_RECORDS = 1_000;

    private final EventSerdes serdes;
    private final ConsumerPool pages;
    private final LongSupplier ticker;

    /// @param client how Kafka is reached: `bootstrap.servers` and whatever else its clients need
    public KafkaEventLog(Map<String, Object> client, EventSerdes serdes) {
        this(() -> PlainConsumers.fromEarliest(client, MAX_POLL_RECORDS), serdes, System::nanoTime);
    }

    /// @param consumers makes consumers that see committed records only
    /// @param ticker nanoseconds that only grow
    KafkaEventLog(
            Supplier<Consumer<byte[], byte[]>> consumers, EventSerdes serdes, LongSupplier ticker) {
        this.pages = new ConsumerPool("event-log", READERS, MOST_WAITING, consumers);
        this.serdes = serdes;
        this.ticker = ticker;
    }

    @Override
    public CompletionStage<LogPage> read(LogQuery query) {
        var topic = Topics.named(query.topic());
        if (topic == null) {
            return CompletableFuture.failedStage(
                    new InvalidQuery(
                            "topic: %s (expected: one of %s)"
                                    .formatted(
                                            query.topic(),
                                            Topics.events().stream().map(Topic::name).toList())));
        }
        return pages.submit(
                consumer -> new LogReader<>(consumer, serdes, topic, query, ticker).read());
    }

    /// Gives up what is being read and closes the consumers, within 5 s.
    @Override
    public void close() {
        pages.close();
    }
}
