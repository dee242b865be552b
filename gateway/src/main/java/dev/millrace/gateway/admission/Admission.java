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
import dev.millrace.schemas.client.ByteClients;
import dev.millrace.schemas.client.SessionLoop;
import dev.millrace.schemas.serde.EventSerdes;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.IsolationLevel;
import org.jspecify.annotations.Nullable;

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

    private final ExecutorService judges = Executors.newVirtualThreadPerTaskExecutor();
    private final SessionLoop loop;

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
        this.loop =
                new SessionLoop(
                        "admission", "Taking in requests from Kafka", () -> sessions.apply(judges));
    }

    /// Begins, in the background.
    public void start() {
        loop.start();
    }

    /// Whether requests are being read just now.
    public boolean isReady() {
        return loop.isOpen();
    }

    /// Completes when it has stopped: with nothing after [#close], with the cause if it cannot go
    /// on.
    public CompletionStage<@Nullable Void> stopped() {
        return loop.stopped();
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

    /// Stops, within 15 s.
    @Override
    public void close() {
        loop.close();
        judges.shutdownNow();
    }

    private static Function<ExecutorService, AdmissionSession> sessions(
            Map<String, Object> kafka, String instance, Judge judge, AdmissionMeters meters) {
        var clients = new ByteClients(kafka, "admission-" + instance);
        return judges ->
                clients.session(
                        GROUP,
                        Lane.MOST_OPEN,
                        IsolationLevel.READ_COMMITTED,
                        (consumer, producer) ->
                                new AdmissionSession(
                                        consumer,
                                        producer,
                                        judge,
                                        judges,
                                        meters,
                                        System::nanoTime));
    }
}
