package dev.millrace.streams.audit;

import dev.millrace.domain.audit.Audit;
import dev.millrace.domain.audit.ScrubStatus;
import dev.millrace.domain.audit.tree.TileFolder;
import dev.millrace.domain.event.Site;
import dev.millrace.schemas.client.SessionLoop;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.streams.audit.scrub.KafkaTelling;
import dev.millrace.streams.audit.scrub.Scrub;
import dev.millrace.streams.audit.scrub.ScrubSettings;
import dev.millrace.streams.runtime.PlainConsumers;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.jspecify.annotations.Nullable;

/// Folds the audited topics into trees, signs a checkpoint of them every few seconds, and checks
/// all the time that log and trees are what was signed.
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
    private static final int SCRUBBED_RECORDS = 256;
    private static final int SCRUBBED_BYTES = 1 << 20;

    /// Read, never written.
    private final AuditStore store;

    private final SessionLoop loop;
    private final Scrub scrub;
    private final Audit audit;
    private volatile boolean held;
    private volatile boolean isStarted;

    /// @param kafka where the cluster is and how to log in to it
    /// @param folder of the history; made if it is not there
    /// @param witnessed where witnesses remember what they countersigned last: not beside the
    ///   history, so that they notice if an older one is put in its place
    /// @param site what the events of the scrub say wrote them
    public AuditApplication(
            Map<String, Object> kafka,
            Path folder,
            Path witnessed,
            AuditKeys keys,
            AuditSettings settings,
            ScrubSettings scrubbing,
            EventSerdes serdes,
            Site site,
            InstantSource clock,
            MeterRegistry meters) {
        // Each that writes has its own, as what one left unsynced is not for the next to sync.
        Supplier<AuditStore> stores =
                () -> new AuditStore(new TileFolder(folder), new TileFolder(witnessed));
        this.store = stores.get();
        var shared = new AuditSession.Shared();
        var signing = new AuditMeters(meters, clock);
        // An offset out of range is to be looked into, not passed over.
        var consumers = consumers(kafka, MAX_POLL_RECORDS, MAX_FETCH_BYTES);
        this.loop =
                new SessionLoop(
                        "audit",
                        "Signing the history",
                        () ->
                                new AuditSession(
                                        consumers.get(),
                                        TopicIds.of(kafka),
                                        () -> new SiteHistory(stores.get(), keys, clock),
                                        settings,
                                        System::nanoTime,
                                        signing,
                                        shared));
        this.scrub =
                new Scrub(
                        consumers(kafka, SCRUBBED_RECORDS, SCRUBBED_BYTES),
                        new StoredHistory(store, keys.operator().shown(), shared::live),
                        new TileFolder(folder),
                        () -> new KafkaTelling(kafka, serdes, site, clock),
                        scrubbing,
                        clock,
                        meters);
        this.audit =
                new KafkaAudit(
                        store,
                        keys.shown(),
                        shared::live,
                        consumers,
                        scrub::status,
                        People.of(serdes),
                        System::nanoTime);
    }

    private static Supplier<Consumer<byte[], byte[]>> consumers(
            Map<String, Object> kafka, int records, int bytes) {
        return () ->
                PlainConsumers.exact(
                        kafka,
                        records,
                        Map.of(
                                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                                bytes,
                                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                                SCRUBBED_BYTES));
    }

    /// Begins, in the background; unless nothing may be signed before somebody decides: see
    /// [#held].
    ///
    /// @throws IOException if the history cannot be read
    public void start() throws IOException {
        scrub.load();
        if (store.isRestored()) {
            held = true;
            return;
        }
        isStarted = true;
        loop.start();
        scrub.start();
    }

    /// Why nothing is signed or checked, and the way out; null if nothing holds it up.
    public @Nullable String held() {
        return held
                ? "the site was restored from a backup: run `millrace audit continue` if nothing was"
                        + " signed after that was made, else `millrace audit begin`, while it is"
                        + " stopped"
                : null;
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

    /// How the self-check is going.
    public ScrubStatus scrubbed() {
        return scrub.status();
    }

    /// The same as [#stopped] of the self-check, which stops for itself.
    public CompletionStage<@Nullable Void> scrubStopped() {
        return scrub.stopped();
    }

    /// Stops, within 30 s. What is not signed by then is read once more after the next start.
    @Override
    public void close() {
        if (isStarted) {
            try (scrub) {
                loop.close();
            }
        }
    }
}
