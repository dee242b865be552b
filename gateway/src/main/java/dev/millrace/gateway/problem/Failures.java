package dev.millrace.gateway.problem;

import dev.millrace.domain.audit.AuditUnavailable;
import dev.millrace.domain.kind.KindsUnavailable;
import dev.millrace.domain.replay.ReplaysBusy;
import dev.millrace.domain.replay.UnknownReplay;
import dev.millrace.domain.search.Busy;
import dev.millrace.domain.search.ModelNotReady;
import dev.millrace.domain.search.SearchUnavailable;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.UnknownView;
import dev.millrace.domain.view.ViewBehind;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.domain.view.generation.RebuildRefused;
import dev.millrace.domain.view.generation.RebuildsUnavailable;
import dev.millrace.schemas.client.Causes;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns whatever ended a request into the problem that its caller sees.
///
/// What was not foreseen, an [IllegalArgumentException] included, is logged with its cause under a
/// fresh id, and the caller sees the id alone. Safe for use by many threads.
public final class Failures {

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
    private static final int VIEW_RETRY_SECONDS = 1;
    private static final int REPLAY_RETRY_SECONDS = 10;
    private static final int MODEL_RETRY_SECONDS = 5;

    private final Supplier<UUID> ids;

    public Failures(Supplier<UUID> ids) {
        this.ids = ids;
    }

    /// The problem a failure stands for.
    ///
    /// @param operation what was being done, for the log
    public Problem problem(Throwable failure, String operation) {
        var cause = Causes.ofStage(failure);
        return switch (cause) {
            case ProblemException answer -> answer.problem();
            case ViewUnavailable unavailable ->
                    Problem.retryAfter(
                            ProblemKind.UNAVAILABLE, message(unavailable), VIEW_RETRY_SECONDS);
            case ViewBehind behind ->
                    Problem.of(
                                    ProblemKind.BEHIND,
                                    message(behind) + "; the same request may be sent again")
                            .with("position", behind.reached().toString());
            case KindsUnavailable unavailable ->
                    Problem.retryAfter(
                            ProblemKind.UNAVAILABLE,
                            message(unavailable) + "; sending the same request again is safe",
                            VIEW_RETRY_SECONDS);
            case SearchUnavailable unavailable ->
                    Problem.retryAfter(
                            ProblemKind.UNAVAILABLE, message(unavailable), VIEW_RETRY_SECONDS);
            case Busy busy ->
                    Problem.retryAfter(ProblemKind.OVERLOADED, message(busy), VIEW_RETRY_SECONDS);
            case ModelNotReady notReady ->
                    Problem.retryAfter(
                            ProblemKind.UNAVAILABLE, message(notReady), MODEL_RETRY_SECONDS);
            case ReplaysBusy busy ->
                    Problem.retryAfter(ProblemKind.OVERLOADED, message(busy), REPLAY_RETRY_SECONDS);
            case RebuildRefused refused ->
                    Problem.of(ProblemKind.REBUILD_REFUSED, message(refused));
            case RebuildsUnavailable unavailable ->
                    Problem.retryAfter(
                            ProblemKind.UNAVAILABLE, message(unavailable), VIEW_RETRY_SECONDS);
            case UnknownReplay unknown -> Problem.of(ProblemKind.UNKNOWN_REPLAY, message(unknown));
            case AuditUnavailable unavailable ->
                    Problem.retryAfter(
                            ProblemKind.UNAVAILABLE, message(unavailable), VIEW_RETRY_SECONDS);
            case UnknownView unknown -> Problem.of(ProblemKind.UNKNOWN_VIEW, message(unknown));
            case InvalidQuery invalid -> Problem.of(ProblemKind.INVALID_REQUEST, message(invalid));
            default -> internal(cause, operation);
        };
    }

    private Problem internal(Throwable cause, String operation) {
        var correlation = ids.get();
        LOG.atError()
                .setMessage("A request failed")
                .addKeyValue("operation", operation)
                .addKeyValue("correlation", correlation)
                .setCause(cause)
                .log();
        return new Problem(
                ProblemKind.INTERNAL,
                "the cause is in the gateway's log under " + correlation,
                List.of(),
                Map.of(),
                correlation,
                Map.of());
    }

    private static String message(Throwable failure) {
        var message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
