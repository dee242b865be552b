package dev.millrace.inference.work;

import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.kind.TaskKinds;
import dev.millrace.domain.task.Priority;
import dev.millrace.schemas.client.ByteClients;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.KafkaWorkQueues;
import dev.millrace.schemas.topic.TopicsNotProvisioned;
import dev.millrace.schemas.topic.WorkTopics;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Supplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Does tasks: takes work of some kinds out of their queues, shared with all other workers of the
/// kinds, and reports what came of it.
///
/// ```
/// work.<kind>.<priority> ──▶ one source each ──▶ slots, the most urgent first ──▶ the kind's work
///                                                                                  │
/// task-control ──▶ granted, withdrawn                            task-reports ◀────┘
/// ```
///
/// Safe for use by many threads; cannot be started again once closed.
public final class TaskWorkers implements AutoCloseable {

    private static final Duration GRACE = Duration.ofSeconds(20);
    private static final Duration LAST_MOMENT = Duration.ofSeconds(3);
    private static final long BETWEEN_LOOKS_MILLIS = 20;

    /* A batch is a fraction of the slots, so that no worker hoards what another could do. */
    private static final int SLOTS_A_RECORD = 4;
    private static final int MOST_RECORDS = 64;

    private final List<WorkSource> sources = new ArrayList<>();
    private final List<Performer<?, ?>> performers = new ArrayList<>();
    private final KafkaWorkQueues queues;
    private final Holdings holdings;
    private final SignalTail signals;
    private final Reports reports;
    private final ScheduledThreadPoolExecutor timers;
    private final ExecutorService threads;

    /// @param kafka where the cluster is and how to log in to it
    /// @param kinds what this process does
    /// @param known says how long a worker of a kind may be silent; what it does not know yet is as
    ///   usual
    /// @param queues makes the queues that are missing
    /// @param site in whose name it reports
    /// @param instance names this process
    /// @param ids makes ids, UUIDv7
    /// @param meters where [WorkMeters] show
    public TaskWorkers(
            Map<String, Object> kafka,
            EventSerdes serdes,
            List<WorkKind<?, ?>> kinds,
            TaskKinds known,
            KafkaWorkQueues queues,
            BlobStore blobs,
            Site site,
            String instance,
            Supplier<UUID> ids,
            InstantSource clock,
            MeterRegistry meters) {
        // A process that comes back is another worker: it knows nothing of what it held.
        var worker = instance + "/" + ids.get().toString().substring(24);
        this.queues = queues;
        this.holdings = new Holdings(worker);
        this.signals = new SignalTail(SignalTail.consumers(kafka, worker), serdes, holdings);
        this.reports =
                new Reports(
                        new ByteClients(kafka, "work-reports-" + worker).producer(),
                        serdes,
                        worker,
                        site,
                        ids,
                        clock);
        this.timers =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().daemon().name("work-timers").factory());
        this.timers.setRemoveOnCancelPolicy(true);
        this.threads = Executors.newVirtualThreadPerTaskExecutor();
        var work = new WorkMeters(meters);
        for (var kind : kinds) {
            var performer =
                    new Performer<>(
                            kind, worker, holdings, reports, blobs, timers, work, known, clock);
            performers.add(performer);
            for (var priority : Priority.values()) {
                sources.add(
                        new WorkSource(
                                consumers(kafka, kind, worker),
                                priority,
                                serdes,
                                performer,
                                holdings,
                                signals::following,
                                reports,
                                blobs,
                                threads,
                                clock,
                                WorkSource.RENEW));
            }
        }
    }

    private static Supplier<ShareConsumer<byte[], byte[]>> consumers(
            Map<String, Object> kafka, WorkKind<?, ?> kind, String worker) {
        int batch = Math.clamp(kind.concurrency() / SLOTS_A_RECORD, 1, MOST_RECORDS);
        var settings = new HashMap<>(kafka);
        settings.remove(CommonClientConfigs.GROUP_INSTANCE_ID_CONFIG);
        settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, "work-" + kind.name() + "-" + worker);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, WorkTopics.group(kind.name()));
        settings.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
        settings.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, batch);
        return () ->
                new KafkaShareConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /// Makes the queues that are missing and begins to work, in the background.
    ///
    /// @throws TopicsNotProvisioned if the brokers refused or did not answer
    public void start() throws TopicsNotProvisioned, InterruptedException {
        for (var performer : performers) {
            queues.provide(performer.kind().name());
        }
        signals.start();
        sources.forEach(WorkSource::start);
    }

    /// Takes no more work until [#resume]; what was begun goes on to its end.
    public void pause() {
        sources.forEach(WorkSource::pause);
    }

    /// Goes on after [#pause].
    public void resume() {
        sources.forEach(WorkSource::resume);
    }

    /// Whether work that is queued now would be done now.
    public boolean isReady() {
        return sources.stream().allMatch(WorkSource::isReady);
    }

    /// Completes when a queue has stopped being read: with the cause if it cannot go on.
    public CompletionStage<?> stopped() {
        return CompletableFuture.anyOf(
                sources.stream().map(WorkSource::stopped).toArray(CompletableFuture[]::new));
    }

    /// Takes no more work, lets what is under way end for up to 20 s, gives the rest back, and
    /// stops.
    @Override
    public void close() {
        sources.forEach(WorkSource::drain);
        try {
            if (!isIdleWithin(GRACE)) {
                performers.forEach(Performer::drain);
                holdings.all().forEach(Held::interrupt);
                var _ = isIdleWithin(LAST_MOMENT);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        sources.forEach(WorkSource::close);
        threads.shutdownNow();
        timers.shutdownNow();
        signals.close();
        reports.close();
    }

    private boolean isIdleWithin(Duration most) throws InterruptedException {
        long until = System.nanoTime() + most.toNanos();
        while (!holdings.isEmpty()) {
            if (System.nanoTime() - until > 0) {
                return false;
            }
            Thread.sleep(BETWEEN_LOOKS_MILLIS);
        }
        return true;
    }
}
