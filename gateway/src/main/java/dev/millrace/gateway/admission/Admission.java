package dev.millrace.gateway.admission;

import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.kind.TaskKinds;
import dev.millrace.gateway.GatewayConfig;
import dev.millrace.gateway.commands.TaskSubmissions;
import dev.millrace.gateway.kinds.KindCheck;
import dev.millrace.gateway.submit.Ingest;
import dev.millrace.gateway.submit.InputStore;
import dev.millrace.gateway.submit.Submitter;
import dev.millrace.gateway.submit.WriteGate;
import dev.millrace.gateway.tasks.Intake;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.serde.LastingFailure;
import dev.millrace.schemas.topic.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes in what programs ask for in `millrace.task-requests`, as `POST /v1/tasks` would.
///
/// ```
/// task-requests ──▶ checked as over HTTP ─┬─▶ task-commands ──▶ decide ──▶ outcome awaited
///                                         └─▶ dead-letters
/// ```
///
/// While `decide`, the broker, the registry or the disk cannot take them, requests wait where they
/// are, and are tried again each second. Processes share the partitions.
///
/// Safe for use by many threads; the reading is done by one thread of its own, the judging by
/// virtual ones, no more of them than lanes have room for.
public final class Admission implements AutoCloseable {

    /// The consumer group, and whose name dead letters bear.
    public static final String GROUP = "millrace-admission";

    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
    private static final long RESTART_MILLIS = 1_000;
    private static final long CLOSE_MILLIS = 15_000;
    private static final int MAX_BLOCK_MILLIS = 5_000;
    private static final int REQUEST_TIMEOUT_MILLIS = 5_000;
    private static final int DELIVERY_TIMEOUT_MILLIS = 10_000;

    private final Function<ExecutorService, AdmissionSession> sessions;
    private final ExecutorService judges = Executors.newVirtualThreadPerTaskExecutor();
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CompletableFuture<@Nullable Void> stopped = new CompletableFuture<>();
    private volatile @Nullable AdmissionSession session;
    private volatile boolean joined;

    /// @param kafka where the cluster is and how to log in to it
    /// @param instance names this process
    /// @param site what commands are marked with
    /// @param ids makes UUIDv7s
    public Admission(
            Map<String, Object> kafka,
            String instance,
            EventSerdes serdes,
            TaskSubmissions submissions,
            TaskKinds kinds,
            BlobStore blobs,
            WriteGate writes,
            Site site,
            Supplier<UUID> ids,
            InstantSource clock,
            MeterRegistry meters) {
        this(
                sessions(
                        kafka,
                        instance,
                        judge(serdes, submissions, kinds, blobs, writes, site, ids, clock),
                        new AdmissionMeters(meters)));
    }

    Admission(Function<ExecutorService, AdmissionSession> sessions) {
        this.sessions = sessions;
        this.thread = Thread.ofPlatform().daemon().name("admission").unstarted(this::run);
    }

    /// Begins, in the background.
    public void start() {
        thread.start();
    }

    /// Whether requests are being read just now.
    public boolean isReady() {
        return joined;
    }

    /// Completes when it has stopped: with nothing after [#close], with the cause if it cannot go
    /// on.
    public CompletionStage<@Nullable Void> stopped() {
        return stopped.minimalCompletionStage();
    }

    static Judge judge(
            EventSerdes serdes,
            TaskSubmissions submissions,
            TaskKinds kinds,
            BlobStore blobs,
            WriteGate writes,
            Site site,
            Supplier<UUID> ids,
            InstantSource clock) {
        var submitter = new Submitter(submissions, site, ids, clock);
        var store = new InputStore(blobs);
        return new RequestJudge(
                serdes,
                new RequestBody(GatewayConfig.DEFAULT_MAX_BODY_BYTES),
                new Intake(submitter, new Ingest(store), store, new KindCheck(kinds)),
                submitter,
                writes);
    }

    private void run() {
        try {
            while (closing.getCount() > 0) {
                try {
                    serve();
                } catch (KafkaException failure) {
                    if (closing.getCount() == 0) {
                        break;
                    }
                    if (LastingFailure.is(failure)) {
                        throw failure;
                    }
                    LOG.atWarn()
                            .setMessage("Taking in requests was interrupted and goes on shortly")
                            .addKeyValue("cause", String.valueOf(failure.getMessage()))
                            .log();
                    var _ = closing.await(RESTART_MILLIS, TimeUnit.MILLISECONDS);
                }
            }
            stopped.complete(null);
        } catch (InterruptedException interrupted) {
            stopped.complete(null);
        } catch (RuntimeException | Error failure) {
            LOG.atError()
                    .setMessage("Requests in Kafka cannot be taken in any more")
                    .setCause(failure)
                    .log();
            stopped.completeExceptionally(failure);
        } finally {
            joined = false;
        }
    }

    private void serve() throws InterruptedException {
        try (var opened = sessions.apply(judges)) {
            session = opened;
            opened.open();
            joined = true;
            while (closing.getCount() > 0) {
                opened.step();
            }
        } finally {
            joined = false;
            session = null;
        }
    }

    /// Stops, within 15 s.
    @Override
    public void close() {
        closing.countDown();
        var current = session;
        if (current != null) {
            current.wakeUp();
        }
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        judges.shutdownNow();
    }

    private static Function<ExecutorService, AdmissionSession> sessions(
            Map<String, Object> kafka, String instance, Judge judge, AdmissionMeters meters) {
        var common = new HashMap<>(kafka);
        common.put(CommonClientConfigs.CLIENT_ID_CONFIG, "admission-" + instance);
        common.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
        var reading = new HashMap<>(common);
        reading.put(ConsumerConfig.GROUP_ID_CONFIG, GROUP);
        reading.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
        reading.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        reading.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        reading.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        reading.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        reading.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Lane.MOST_OPEN);
        var writing = new HashMap<>(common);
        writing.put(ProducerConfig.ACKS_CONFIG, "all");
        writing.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        writing.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_DEAD_LETTER_BYTES);
        writing.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MILLIS);
        writing.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MILLIS);
        return judges -> {
            var consumer =
                    new KafkaConsumer<>(
                            reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            try {
                var producer =
                        new KafkaProducer<>(
                                writing, new ByteArraySerializer(), new ByteArraySerializer());
                return new AdmissionSession(
                        consumer, producer, judge, judges, meters, System::nanoTime);
            } catch (KafkaException failure) {
                consumer.close();
                throw failure;
            }
        };
    }
}
