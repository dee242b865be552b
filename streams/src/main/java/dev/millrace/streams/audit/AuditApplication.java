package dev.millrace.streams.audit;

import dev.millrace.domain.audit.Audit;
import dev.millrace.domain.audit.tree.TileFolder;
import dev.millrace.schemas.client.SessionLoop;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// Folds the audited topics into trees, and signs a checkpoint of them every few seconds.
///
/// ```
/// audited topics ──▶ a tree a partition ──▶ site log ──▶ checkpoints
/// ```
///
/// It only reads what others wrote, at its own pace, so it holds nobody up. While the broker is
/// away or the disk is full it tries again each second. A site has one of these. Safe for use by
/// many threads.
public final class AuditApplication implements AutoCloseable {

    private static final int MAX_POLL_RECORDS = 1_000;
    private static final int MAX_FETCH_BYTES = 8 << 20;
    private static final int API_TIMEOUT_MILLIS = 10_000;

    private final SessionLoop loop;
    private final Audit audit;

    /// @param kafka where the cluster is and how to log in to it
    /// @param folder of the history; made if it is not there
    public AuditApplication(
            Map<String, Object> kafka,
            Path folder,
            AuditKeys keys,
            AuditSettings settings,
            InstantSource clock) {
        var shared = new AuditSession.Shared();
        Supplier<Consumer<byte[], byte[]>> consumers = () -> new KafkaConsumer<>(properties(kafka));
        this.loop =
                new SessionLoop(
                        "audit",
                        "Signing the history",
                        () ->
                                new AuditSession(
                                        consumers.get(),
                                        TopicIds.of(kafka),
                                        () -> new SiteHistory(store(folder), keys, clock),
                                        settings,
                                        System::nanoTime,
                                        shared));
        this.audit =
                new KafkaAudit(
                        store(folder), keys.shown(), shared::live, consumers, System::nanoTime);
    }

    /// Begins, in the background.
    public void start() {
        loop.start();
    }

    /// Whether what is written now is signed soon.
    public boolean isReady() {
        return loop.isOpen();
    }

    /// What others may ask.
    public Audit audit() {
        return audit;
    }

    /// Completes when it has stopped: with nothing after [#close], with the cause if it cannot go
    /// on.
    public CompletionStage<@Nullable Void> stopped() {
        return loop.stopped();
    }

    /// Stops, within 15 s. What is not signed by then is read once more after the next start.
    @Override
    public void close() {
        loop.close();
    }

    private static AuditStore store(Path folder) {
        return new AuditStore(new TileFolder(folder));
    }

    private static Map<String, Object> properties(Map<String, Object> kafka) {
        var properties = new HashMap<>(kafka);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // An offset out of range is to be looked into, not passed over.
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, MAX_FETCH_BYTES);
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
