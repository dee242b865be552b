package dev.millrace.gateway.work;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.event.Payload;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.task.TaskEvent.Reason;
import dev.millrace.domain.task.TaskProgress;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.domain.task.WorkItem;
import dev.millrace.gateway.commands.Outcome;
import dev.millrace.gateway.commands.SubmissionsUnavailable;
import dev.millrace.gateway.commands.TaskReports;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import dev.millrace.gateway.submit.Submitter;
import dev.millrace.schemas.client.Causes;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// Says what workers say, and turns what is decided of it into answers.
///
/// Safe for use by many threads.
final class Reporter {

    private static final int RETRY_SECONDS = 2;

    private final TaskReports reports;
    private final Site site;
    private final Supplier<UUID> ids;
    private final InstantSource clock;

    /// @param ids makes report ids, UUIDv7
    Reporter(TaskReports reports, Site site, Supplier<UUID> ids, InstantSource clock) {
        this.reports = reports;
        this.site = site;
        this.ids = ids;
        this.clock = clock;
    }

    /// Says something of an attempt. The stage fails with a [ProblemException] when that is refused
    /// or nothing is known of it in time.
    CompletionStage<Outcome.Accepted> say(Call call, TaskReport report) {
        return reports.report(this.<TaskReport>envelope(call, report))
                .handle((outcome, failure) ->
                        failure == null
                                ? accepted(outcome)
                                : CompletableFuture.<Outcome.Accepted>failedStage(problem(failure)))
                .thenCompose(stage -> stage);
    }

    /// Says how far an attempt is that the caller holds.
    void tell(Call call, TaskProgress progress) {
        reports.tell(envelope(call, progress));
    }

    private <P extends Message> Envelope<P> envelope(Call call, P said) {
        var id = ids.get();
        return new Envelope<>(
                id,
                said.type(),
                clock.instant(),
                call.tenant(),
                null,
                Labels.DEFAULT,
                call.caller().actor(),
                site,
                null,
                id,
                Submitter.trace(call),
                new Payload.Clear<>(said));
    }

    /// Says something of an attempt whose item is at hand, as a part of its story.
    ///
    /// @return the outcome, a refusal included; fails with [SubmissionsUnavailable]
    CompletionStage<Outcome> say(Call call, Envelope<WorkItem> item, TaskReport report) {
        return reports.report(
                item.following(ids.get(), clock.instant(), call.caller().actor(), site, report));
    }

    private static CompletionStage<Outcome.Accepted> accepted(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Accepted accepted -> CompletableFuture.completedStage(accepted);
            case Outcome.Refused(var position, var reason, var detail) ->
                    CompletableFuture.failedStage(
                            new ProblemException(
                                    Problem.of(kind(reason), detail)
                                            .with("position", position.toString())));
        };
    }

    private static ProblemKind kind(Reason reason) {
        return switch (reason) {
            case UNKNOWN_TASK -> ProblemKind.NOT_FOUND;
            case BAD_CLAIM -> ProblemKind.BAD_CLAIM;
            case STALE_ATTEMPT -> ProblemKind.STALE_ATTEMPT;
            case ALREADY_ENDED -> ProblemKind.ALREADY_ENDED;
            case TAKEN -> ProblemKind.TAKEN;
            case DUPLICATE,
                    CONFLICT,
                    UNKNOWN_KIND,
                    CYCLE,
                    NO_DEPENDENCY,
                    NOT_DUE,
                    TOO_LATE,
                    UNREADABLE,
                    OTHER ->
                    ProblemKind.REFUSED;
        };
    }

    /// What a report without an outcome is answered with.
    static Throwable problem(Throwable failure) {
        var cause = Causes.ofStage(failure);
        return cause instanceof SubmissionsUnavailable || cause instanceof WorkUnavailable
                ? new ProblemException(
                        Problem.retryAfter(
                                ProblemKind.UNAVAILABLE,
                                cause.getMessage() + "; sending the same request again is safe",
                                RETRY_SECONDS))
                : cause;
    }
}
