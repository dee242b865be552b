package dev.millrace.gateway.queues;

import dev.millrace.domain.task.WorkItem;
import dev.millrace.gateway.queues.Taker.Provision;
import dev.millrace.gateway.work.TakenItem;
import dev.millrace.gateway.work.WorkSource;
import dev.millrace.gateway.work.WorkUnavailable;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.KafkaWorkQueues;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.WorkTopics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// Takes work out of `millrace.work.<kind>.<priority>` as one of the workers of the kind.
///
/// A consumer locks up to a fixed number of items at once. Nothing is to be locked that nobody
/// asked for, so who asks for many at once and who asks for one have consumers of their own: of 1,
/// 2, 4 … 64 items, the largest that is no more than was asked for. They are made when somebody
/// asks, and closed a minute after nobody does; there are three for each of at most 16 such pairs
/// of a kind and a number.
///
/// Safe for use by many threads.
public final class KafkaWorkSource implements WorkSource, AutoCloseable {

    /// As many kinds can be asked for at once, or fewer if some are asked for in several numbers.
    static final int MOST_TAKERS = 16;

    private static final int MOST_AT_ONCE = 64;
    private static final Duration IDLE = Duration.ofMinutes(1);

    private final Provision provision;
    private final BiFunction<Topic<WorkItem>, Key, ShareConsumer<byte[], byte[]>> consumers;
    private final ItemReader reader;
    private final Duration idle;
    private final Map<Key, Taker> takers = new HashMap<>();
    private boolean closed;

    /// @param kafka how to reach the brokers: `bootstrap.servers` and security
    /// @param queues makes the queues that are missing
    /// @param instance names this process
    public KafkaWorkSource(
            Map<String, Object> kafka,
            EventSerdes serdes,
            KafkaWorkQueues queues,
            String instance) {
        this(
                queues::provide,
                consumers(kafka, instance),
                new ItemReader(serdes, ItemReader.producers(kafka)),
                IDLE);
    }

    KafkaWorkSource(
            Provision provision,
            BiFunction<Topic<WorkItem>, Key, ShareConsumer<byte[], byte[]>> consumers,
            ItemReader reader,
            Duration idle) {
        this.provision = provision;
        this.consumers = consumers;
        this.reader = reader;
        this.idle = idle;
    }

    private static BiFunction<Topic<WorkItem>, Key, ShareConsumer<byte[], byte[]>> consumers(
            Map<String, Object> kafka, String instance) {
        return (queue, key) -> {
            var settings = new HashMap<>(kafka);
            settings.remove(CommonClientConfigs.GROUP_INSTANCE_ID_CONFIG);
            settings.put(
                    CommonClientConfigs.CLIENT_ID_CONFIG,
                    "millrace-gateway-%s-%d-%s".formatted(queue.name(), key.atOnce, instance));
            settings.put(ConsumerConfig.GROUP_ID_CONFIG, WorkTopics.group(key.kind));
            settings.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
            settings.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit");
            settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, key.atOnce);
            return new KafkaShareConsumer<>(
                    settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        };
    }

    @Override
    public CompletableFuture<List<TakenItem>> take(String kind, int most, Duration wait) {
        var ask = new Ask(wait);
        var key = new Key(kind, Integer.highestOneBit(Math.min(most, MOST_AT_ONCE)));
        var refusal = offer(key, ask);
        if (refusal != null) {
            ask.fail(refusal);
        }
        return ask.answer();
    }

    private synchronized @Nullable WorkUnavailable offer(Key key, Ask ask) {
        if (closed) {
            return new WorkUnavailable("the gateway is closing");
        }
        var taker = takers.get(key);
        if (taker != null && taker.offer(ask)) {
            return null;
        }
        if (!takers.containsKey(key) && takers.size() >= MOST_TAKERS && !makeRoom()) {
            return new WorkUnavailable("work of too many kinds is asked for at once");
        }
        var fresh =
                new Taker(
                        key.kind,
                        provision,
                        queue -> consumers.apply(queue, key),
                        reader,
                        idle,
                        one -> forget(key, one));
        var _ = fresh.offer(ask);
        takers.put(key, fresh);
        fresh.start();
        return null;
    }

    /// Ends a taker that nobody asks anything of.
    private boolean makeRoom() {
        for (var entry : takers.entrySet()) {
            if (entry.getValue().isIdle()) {
                entry.getValue().end();
                takers.remove(entry.getKey());
                return true;
            }
        }
        return false;
    }

    private synchronized void forget(Key key, Taker ended) {
        takers.remove(key, ended);
    }

    /// Lets whoever waits go, and gives all back, within ten seconds or so.
    @Override
    public void close() {
        List<Taker> ending;
        synchronized (this) {
            closed = true;
            ending = List.copyOf(takers.values());
        }
        ending.forEach(Taker::end);
        try {
            for (var taker : ending) {
                taker.awaitEnd();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        reader.close();
    }

    /// What a taker is for.
    ///
    /// @param atOnce most items that its consumers lock at once
    record Key(String kind, int atOnce) {}
}
