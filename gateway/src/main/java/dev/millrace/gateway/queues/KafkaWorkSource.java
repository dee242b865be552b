package dev.millrace.gateway.queues;

import dev.millrace.domain.task.WorkItem;
import dev.millrace.gateway.queues.Taker.Provision;
import dev.millrace.gateway.work.TakenItem;
import dev.millrace.gateway.work.WorkSource;
import dev.millrace.gateway.work.WorkUnavailable;
import dev.millrace.schemas.client.ByteClients;
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
/// The brokers give each member of a share group some of the partitions, whether or not it reads
/// them. So a kind has one member for each priority here, for all who ask, and it leaves a few
/// seconds after nobody asks: what is in its partitions could be had by nobody else. A member locks
/// up to four items at once; those that nobody waits for go back at once.
///
/// Safe for use by many threads.
public final class KafkaWorkSource implements WorkSource, AutoCloseable {

    /// As many kinds can be asked for at once.
    static final int MOST_KINDS = 16;

    /* An item that goes back counts as delivered, and after ten of these the queue gives it up. */
    private static final int MOST_AT_ONCE = 4;

    private static final Duration IDLE = Duration.ofSeconds(3);

    private final Provision provision;
    private final BiFunction<Topic<WorkItem>, String, ShareConsumer<byte[], byte[]>> consumers;
    private final ItemReader reader;
    private final Duration idle;
    private final Map<String, Taker> takers = new HashMap<>();
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
                new ItemReader(
                        serdes, new ByteClients(kafka, "millrace-gateway-dead-letters")::producer),
                IDLE);
    }

    KafkaWorkSource(
            Provision provision,
            BiFunction<Topic<WorkItem>, String, ShareConsumer<byte[], byte[]>> consumers,
            ItemReader reader,
            Duration idle) {
        this.provision = provision;
        this.consumers = consumers;
        this.reader = reader;
        this.idle = idle;
    }

    private static BiFunction<Topic<WorkItem>, String, ShareConsumer<byte[], byte[]>> consumers(
            Map<String, Object> kafka, String instance) {
        return (queue, kind) -> {
            var settings = new HashMap<>(kafka);
            settings.remove(CommonClientConfigs.GROUP_INSTANCE_ID_CONFIG);
            settings.put(
                    CommonClientConfigs.CLIENT_ID_CONFIG,
                    "millrace-gateway-%s-%s".formatted(queue.name(), instance));
            settings.put(ConsumerConfig.GROUP_ID_CONFIG, WorkTopics.group(kind));
            settings.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
            settings.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit");
            settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MOST_AT_ONCE);
            return new KafkaShareConsumer<>(
                    settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        };
    }

    @Override
    public CompletableFuture<List<TakenItem>> take(String kind, int most, Duration wait) {
        var ask = new Ask(most, wait);
        var refusal = offer(kind, ask);
        if (refusal != null) {
            ask.fail(refusal);
        }
        return ask.answer();
    }

    private synchronized @Nullable WorkUnavailable offer(String kind, Ask ask) {
        if (closed) {
            return new WorkUnavailable("the gateway is closing");
        }
        var taker = takers.get(kind);
        if (taker != null && taker.offer(ask)) {
            return null;
        }
        if (!takers.containsKey(kind) && takers.size() >= MOST_KINDS && !makeRoom()) {
            return new WorkUnavailable("work of too many kinds is asked for at once");
        }
        var fresh =
                new Taker(
                        kind,
                        provision,
                        queue -> consumers.apply(queue, kind),
                        reader,
                        idle,
                        one -> forget(kind, one));
        var _ = fresh.offer(ask);
        takers.put(kind, fresh);
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

    private synchronized void forget(String kind, Taker ended) {
        takers.remove(kind, ended);
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
}
