package dev.millrace.gateway.work;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.kind.KindsUnavailable;
import dev.millrace.domain.kind.TaskKind;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskProgress;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.gateway.commands.TaskReports;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.kinds.KindCheck;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import dev.millrace.gateway.submit.InputStore;
import dev.millrace.gateway.submit.WriteGate;
import dev.millrace.gateway.tasks.CanonicalJson;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// `POST /v1/work/{kind}/…`: claim, heartbeat, complete, fail and release.
///
/// Whoever shows the claim token of an attempt holds it; the kind in the address says no more than
/// who may ask. Safe for use by many threads.
public final class WorkResource implements AutoCloseable {

    private static final int OK = 200;
    private static final int MOST_OUTPUT_BYTES = 16 * 1024 * 1024;

    private final KindCheck kinds;
    private final Reporter reporter;
    private final Claims claims;
    private final InputStore outputs;

    /// @param writes asked again when work has come for who waited: to hand it out is to write
    /// @param ids makes UUIDv7s
    /// @param threads where blobs may be waited for
    public WorkResource(
            KindCheck kinds,
            WorkSource source,
            TaskReports reports,
            BlobStore blobs,
            WriteGate writes,
            Site site,
            Supplier<UUID> ids,
            InstantSource clock,
            Executor threads) {
        this.kinds = kinds;
        this.reporter = new Reporter(reports, site, ids, clock);
        this.claims = new Claims(source, reporter, new ItemsJson(blobs), writes, ids, threads);
        this.outputs = new InputStore(blobs);
    }

    /// Hands out work, once there is some or the time is up.
    ///
    /// @throws KindsUnavailable if the kinds are not known yet
    public CompletionStage<Answer> claim(Call call) throws KindsUnavailable {
        return claims.claim(call, ClaimRequest.of(call, kind(call)));
    }

    /// Extends a lease, and tells how far the work is if its worker says so: of an attempt that it
    /// holds alone, so that nobody speaks for another.
    public CompletionStage<Answer> heartbeat(Call call) throws KindsUnavailable {
        var of = of(call);
        var progress = progress(call, of);
        var lease = Duration.ofMillis(call.body().getInteger("lease_ms"));
        return reporter.say(call, new TaskReport.Heartbeat(of.task, of.attempt, of.token, lease))
                .thenApply(accepted -> {
                    if (progress != null) {
                        reporter.tell(call, progress);
                    }
                    var ends = accepted.leaseEnds();
                    var json = new JsonObject().put("position", accepted.position().toString());
                    return Answer.json(
                            OK, ends == null ? json : json.put("lease_ends", ends.toString()));
                });
    }

    private static @Nullable TaskProgress progress(Call call, Of of) {
        var said = call.body().getJsonObject("progress");
        return said == null
                ? null
                : new TaskProgress(
                        of.task,
                        of.attempt,
                        said.getNumber("fraction").doubleValue(),
                        said.getString("note", ""));
    }

    /// Ends a task well. Blocks while a large output is stored.
    public CompletionStage<Answer> complete(Call call) throws KindsUnavailable {
        var kind = kind(call);
        var of = Of.of(call);
        var output = call.body().getJsonObject("output");
        kinds.requireOutput(kind, output);
        var text = CanonicalJson.of("output", output);
        int bytes = text.getBytes(UTF_8).length;
        if (bytes > MOST_OUTPUT_BYTES) {
            throw new ProblemException(
                    Problem.ofField(
                            ProblemKind.TOO_LARGE,
                            "output",
                            bytes + " bytes (expected: at most " + MOST_OUTPUT_BYTES + ")"));
        }
        var held = outputs.hold(text);
        return said(call, of, new TaskReport.Succeeded(of.task, of.attempt, of.token, held));
    }

    /// Ends an attempt badly.
    public CompletionStage<Answer> fail(Call call) throws KindsUnavailable {
        var of = of(call);
        var error = call.body().getJsonObject("error");
        var failure = new Failure(error.getString("code"), error.getString("detail", ""));
        boolean isRetryable = call.body().getBoolean("retryable", true);
        return said(
                call,
                of,
                new TaskReport.Failed(of.task, of.attempt, of.token, failure, isRetryable));
    }

    /// Gives an attempt back, undone.
    public CompletionStage<Answer> release(Call call) throws KindsUnavailable {
        var of = of(call);
        return said(call, of, new TaskReport.Released(of.task, of.attempt, of.token));
    }

    /// Lets those who wait for work go.
    @Override
    public void close() {
        claims.close();
    }

    private TaskKind kind(Call call) throws KindsUnavailable {
        return kinds.ofWorker(call.caller(), call.required("kind"));
    }

    private Of of(Call call) throws KindsUnavailable {
        var _ = kind(call);
        return Of.of(call);
    }

    private CompletionStage<Answer> said(Call call, Of of, TaskReport report) {
        return reporter.say(call, report)
                .thenApply(accepted ->
                        Answer.json(
                                OK,
                                new JsonObject()
                                        .put("id", of.task.toString())
                                        .put("position", accepted.position().toString())));
    }

    /// The attempt that a request speaks of.
    private record Of(TaskId task, int attempt, @Nullable String token) {
        static Of of(Call call) {
            var body = call.body();
            return new Of(
                    Call.parsed("task", body.getString("task"), TaskId::parse),
                    body.getInteger("attempt"),
                    body.getString("claim_token"));
        }
    }
}
