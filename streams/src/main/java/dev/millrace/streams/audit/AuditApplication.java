package dev.millrace.streams.audit;

import dev.millrace.domain.audit.Audit;
import dev.millrace.domain.audit.tree.TileFolder;
import dev.millrace.schemas.client.SessionLoop;
import dev.millrace.streams.runtime.PlainConsumers;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
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
        Supplier<Consumer<byte[], byte[]>> consumers =
                () ->
                        // An offset out of range is to be looked into, not passed over.
                        PlainConsumers.exact(
                                kafka,
                                MAX_POLL_RECORDS,
                                Map.of(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, MAX_FETCH_BYTES));
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
}
