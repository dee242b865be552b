package dev.millrace.gateway;

import dev.millrace.domain.event.Site;
import dev.millrace.gateway.access.BearerTokens;
import dev.millrace.gateway.access.Perimeter;
import dev.millrace.gateway.audit.AuditResource;
import dev.millrace.gateway.blobs.BlobsResource;
import dev.millrace.gateway.contract.Contract;
import dev.millrace.gateway.contract.ContractRouter;
import dev.millrace.gateway.contract.OperationHandler;
import dev.millrace.gateway.diff.DiffResource;
import dev.millrace.gateway.documents.DocumentsResource;
import dev.millrace.gateway.events.DeadLettersResource;
import dev.millrace.gateway.events.EventsResource;
import dev.millrace.gateway.export.ExportResource;
import dev.millrace.gateway.kinds.KindCheck;
import dev.millrace.gateway.kinds.TaskKindsResource;
import dev.millrace.gateway.live.EventStreams;
import dev.millrace.gateway.live.LiveStreams;
import dev.millrace.gateway.live.ViewStreams;
import dev.millrace.gateway.problem.Failures;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemKind;
import dev.millrace.gateway.replays.ReplaysResource;
import dev.millrace.gateway.search.SearchResource;
import dev.millrace.gateway.status.StatusResource;
import dev.millrace.gateway.submit.Ingest;
import dev.millrace.gateway.submit.InputStore;
import dev.millrace.gateway.submit.Submitter;
import dev.millrace.gateway.tasks.BatchCancelResource;
import dev.millrace.gateway.tasks.BatchResource;
import dev.millrace.gateway.tasks.Intake;
import dev.millrace.gateway.tasks.PastSubmissions;
import dev.millrace.gateway.tasks.Repeats;
import dev.millrace.gateway.tasks.RerunResource;
import dev.millrace.gateway.tasks.TaskWaits;
import dev.millrace.gateway.tasks.TasksResource;
import dev.millrace.gateway.views.ReadOnly;
import dev.millrace.gateway.views.RebuildResource;
import dev.millrace.gateway.views.ViewExport;
import dev.millrace.gateway.views.ViewsResource;
import dev.millrace.gateway.work.WorkResource;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.metrics.MetricsOptions;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The HTTP server of a site, as its contract `openapi.yaml` describes it.
///
/// Started and closed once. It owns its threads, and none of its ports.
public final class Gateway implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final int IDLE_SECONDS = 75;
    private static final int MAX_FORM_FIELDS = 16;
    private static final int CLOSE_SECONDS = 10;
    /* What clients send in is not read. */
    private static final int MAX_SOCKET_BYTES = 4_096;

    private final GatewayConfig config;
    private final Vertx vertx;
    private final HttpServer server;
    private final WorkResource work;
    private final TaskWaits waits;
    private final LiveStreams streams;
    private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();

    /// @param tokens who may call
    /// @param site what commands are marked with
    /// @param ids makes UUIDv7s
    /// @throws IllegalStateException if the contract has an operation without an access rule or a
    ///   handler
    public Gateway(
            GatewayConfig config,
            BearerTokens tokens,
            GatewayPorts ports,
            Site site,
            Supplier<UUID> ids,
            InstantSource clock) {
        this(config, tokens, ports, site, ids, clock, UnaryOperator.identity());
    }

    /// The same, watched.
    ///
    /// @param watching adds to Vert.x what measures its requests
    public Gateway(
            GatewayConfig config,
            BearerTokens tokens,
            GatewayPorts ports,
            Site site,
            Supplier<UUID> ids,
            InstantSource clock,
            UnaryOperator<VertxBuilder> watching) {
        this.config = config;
        var contract = Contract.load();
        var failures = new Failures(ids);
        work =
                new WorkResource(
                        new KindCheck(ports.kinds()),
                        ports.work(),
                        ports.reports(),
                        ports.blobs(),
                        ports.writes(),
                        site,
                        ids,
                        clock,
                        calls);
        var submitter = new Submitter(ports.submissions(), site, ids, clock);
        waits = new TaskWaits(submitter, ports.submissions(), ports.views());
        streams = new LiveStreams(ports.live(), calls);
        var router =
                new ContractRouter(
                        contract,
                        handlers(
                                contract,
                                config,
                                ports,
                                submitter,
                                waits,
                                streams,
                                calls,
                                new RebuildResource(ports.rebuilds(), clock),
                                failures,
                                work),
                        new Perimeter(
                                config.host(), config.allowedHosts(), config.allowedOrigins()),
                        tokens,
                        failures,
                        calls,
                        config.maxBodyBytes(),
                        config.bodyTimeout());
        vertx = watching.apply(Vertx.builder().with(vertxOptions())).build();
        streams.startTicking(vertx);
        server =
                vertx.createHttpServer(serverOptions())
                        .requestHandler(router.build(vertx))
                        .invalidRequestHandler(Gateway::refuseUnreadable);
    }

    /// Begins to listen; completes with the bound port.
    public CompletionStage<Integer> start() {
        return server.listen(config.port(), config.host())
                .map(HttpServer::actualPort)
                .onSuccess(port ->
                        LOG.atInfo()
                                .setMessage("The gateway listens")
                                .addKeyValue("host", config.host())
                                .addKeyValue("port", port)
                                .log())
                .toCompletionStage();
    }

    /// Stops listening, and waits up to ten seconds for requests under way; those that wait for
    /// work, or for the end of a task, are answered as if their time was up, and streams end with
    /// an event that says so.
    @Override
    public void close() {
        work.close();
        waits.close();
        streams.close();
        await(
                server.shutdown(CLOSE_SECONDS, TimeUnit.SECONDS).toCompletionStage(),
                2 * CLOSE_SECONDS);
        calls.shutdown();
        await(vertx.close().toCompletionStage(), CLOSE_SECONDS);
    }

    private static Map<String, OperationHandler> handlers(
            Contract contract,
            GatewayConfig config,
            GatewayPorts ports,
            Submitter submitter,
            TaskWaits waits,
            LiveStreams streams,
            Executor calls,
            RebuildResource rebuilds,
            Failures failures,
            WorkResource work) {
        var writes = ports.writes();
        var store = new InputStore(ports.blobs());
        var ingest = new Ingest(store);
        var documents = new DocumentsResource(submitter, ingest);
        var check = new KindCheck(ports.kinds());
        var intake = new Intake(submitter, ingest, store, check);
        var batch = new BatchResource(submitter, intake, failures);
        var cancelling = new BatchCancelResource(submitter, failures);
        var kinds = new TaskKindsResource(ports.kinds(), ports.queues());
        var blobs = new BlobsResource(ports.blobs());
        var replays = new ReplaysResource(ports.replays());
        var views =
                new ViewsResource(
                        ports.views(),
                        ports.freshness(),
                        replays,
                        new ViewStreams(streams, ports.views()));
        var diffs = new DiffResource(ports.views(), replays);
        var past = new PastSubmissions(ports.views(), ports.log());
        var tasks = new TasksResource(submitter, intake, waits, new Repeats(past), views);
        var reruns = new RerunResource(submitter, waits, past, check, ports.blobs(), calls);
        var search = new SearchResource(ports.search());
        var events = new EventsResource(ports.log(), new EventStreams(streams));
        var exports = new ExportResource(ports.exports(), calls);
        var letters = new DeadLettersResource(ports.letters());
        var audit = new AuditResource(ports.audit());
        var status = new StatusResource(contract, ports.readiness(), config.version());
        return Map.ofEntries(
                Map.entry("submitDocument", writes.guard(documents::submit)),
                Map.entry("submitTask", writes.guard(tasks::submit, tasks::repeat)),
                Map.entry("submitTasks", writes.guard(batch::submit)),
                Map.entry("getTaskByKey", tasks::byKey),
                Map.entry("rerunTask", writes.guard(reruns::submit)),
                Map.entry("cancelTask", writes.guard(tasks::cancel)),
                Map.entry("cancelTasks", writes.guard(cancelling::cancel)),
                Map.entry("registerTaskKind", writes.guard(kinds::register)),
                Map.entry("listTaskKinds", kinds::list),
                Map.entry("getTaskKind", kinds::versions),
                Map.entry("listTasks", new ReadOnly(views::tasks)),
                Map.entry("getTask", new ReadOnly(tasks::get)),
                Map.entry("getTaskHistory", new ReadOnly(views::history)),
                Map.entry("claimWork", writes.guard(work::claim)),
                Map.entry("extendLease", writes.guard(work::heartbeat)),
                Map.entry("completeWork", writes.guard(work::complete)),
                Map.entry("failWork", writes.guard(work::fail)),
                Map.entry("releaseWork", writes.guard(work::release)),
                Map.entry("getBlob", blobs::get),
                Map.entry("getTaskProgress", new ReadOnly(views::progress)),
                Map.entry("listViews", views::describe),
                Map.entry("rebuildViews", writes.guard(rebuilds::begin)),
                Map.entry("getRebuild", rebuilds::show),
                Map.entry("cancelRebuild", rebuilds::cancel),
                Map.entry("listViewRows", new ReadOnly(views::list)),
                Map.entry("exportViewRows", new ViewExport(ports.views())::export),
                Map.entry("diffView", diffs::list),
                Map.entry("getViewRow", new ReadOnly(views::get)),
                Map.entry("diffViewRow", diffs::row),
                Map.entry("startReplay", writes.guard(replays::start)),
                Map.entry("listReplays", replays::list),
                Map.entry("getReplay", replays::get),
                Map.entry("pauseReplay", replays::pause),
                Map.entry("resumeReplay", writes.guard(replays::resume)),
                Map.entry("cancelReplay", replays::cancel),
                Map.entry("listReplaySteps", replays::steps),
                Map.entry("listReplayRows", replays::rows),
                Map.entry("getReplayRow", replays::row),
                Map.entry("search", search::search),
                Map.entry("countSearchable", search::count),
                Map.entry("readEvents", events::read),
                Map.entry("exportEvents", exports::export),
                Map.entry("listDeadLetters", letters::list),
                Map.entry("redriveDeadLetter", writes.guard(letters::redrive)),
                Map.entry("getAuditKeys", audit::keys),
                Map.entry("listCheckpoints", audit::checkpoints),
                Map.entry("proveInclusion", audit::inclusion),
                Map.entry("proveConsistency", audit::consistency),
                Map.entry("makeAuditBundle", audit::bundle),
                Map.entry("getScrub", audit::scrub),
                Map.entry("whoami", status::whoami),
                Map.entry("version", status::version),
                Map.entry("health", status::health),
                Map.entry("contract", status::contract));
    }

    private static VertxOptions vertxOptions() {
        return new VertxOptions()
                .setMetricsOptions(new MetricsOptions().setEnabled(true))
                .setFileSystemOptions(
                        new FileSystemOptions()
                                .setFileCachingEnabled(false)
                                .setClassPathResolvingEnabled(false));
    }

    private static HttpServerOptions serverOptions() {
        return new HttpServerOptions()
                .setHttp2ClearTextEnabled(false)
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setMaxFormFields(MAX_FORM_FIELDS)
                .setMaxWebSocketFrameSize(MAX_SOCKET_BYTES)
                .setMaxWebSocketMessageSize(MAX_SOCKET_BYTES)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
    }

    private static void refuseUnreadable(HttpServerRequest request) {
        var problem = unreadable(request.decoderResult().cause());
        var _ =
                request.response()
                        .setStatusCode(problem.kind().status())
                        .putHeader("Content-Type", Problem.MEDIA_TYPE)
                        .putHeader("Connection", "close")
                        .end(problem.toJson(""))
                        .onComplete(_ -> request.connection().close());
    }

    private static Problem unreadable(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException _ ->
                    Problem.of(
                            ProblemKind.ADDRESS_TOO_LONG,
                            "the first line of the request is too long (expected: at most "
                                    + HttpServerOptions.DEFAULT_MAX_INITIAL_LINE_LENGTH
                                    + " bytes); send fewer or shorter parameters");
            case TooLongHttpHeaderException _ ->
                    Problem.of(
                            ProblemKind.HEADERS_TOO_LARGE,
                            "the headers are too large (expected: at most "
                                    + HttpServerOptions.DEFAULT_MAX_HEADER_SIZE
                                    + " bytes in all); send fewer or shorter ones");
            case null, default ->
                    Problem.of(
                            ProblemKind.MALFORMED_REQUEST,
                            "this is not HTTP (expected: a request as in RFC 9112)");
        };
    }

    private static void await(CompletionStage<Void> closing, int seconds) {
        try {
            closing.toCompletableFuture().get(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException
                | java.util.concurrent.TimeoutException late) {
            LOG.atWarn().setMessage("The gateway did not close in order").setCause(late).log();
        }
    }
}
