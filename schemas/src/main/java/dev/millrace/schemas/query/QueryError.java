package dev.millrace.schemas.query;

import dev.millrace.domain.search.Busy;
import dev.millrace.domain.search.ModelNotReady;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.UnknownView;
import dev.millrace.domain.view.ViewBehind;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.schemas.client.Causes;
import java.util.Locale;

/// Why a question was not answered, in a form from which the asking side makes the exception again.
///
/// @param detail for people; of [Kind#VIEW_UNAVAILABLE] the cause alone, of [Kind#VIEW_BEHIND] a
///   position
public record QueryError(Kind kind, String detail) {

    /// What kind of error it is.
    public enum Kind {
        /// The question can never be answered.
        INVALID(400),
        UNKNOWN_VIEW(404),
        /// Nothing is asked at this path.
        NOT_FOUND(404),
        TOO_LARGE(413),
        /// The cause is in the log of whoever was asked.
        INTERNAL(500),
        VIEW_UNAVAILABLE(503),
        /// The detail is the position that the view has come to.
        VIEW_BEHIND(504),
        MODEL_NOT_READY(503),
        BUSY(503);

        private final int status;

        Kind(int status) {
            this.status = status;
        }

        /// The HTTP status.
        public int status() {
            return status;
        }
    }

    /// The error a failure stands for; [Kind#INTERNAL] if it was not foreseen.
    public static QueryError of(Throwable failure) {
        var cause = Causes.ofStage(failure);
        return switch (cause) {
            case UnknownView unknown -> new QueryError(Kind.UNKNOWN_VIEW, message(unknown));
            case ViewBehind behind -> new QueryError(Kind.VIEW_BEHIND, behind.reached().toString());
            case ViewUnavailable away -> new QueryError(Kind.VIEW_UNAVAILABLE, away.why());
            case ModelNotReady notReady -> new QueryError(Kind.MODEL_NOT_READY, message(notReady));
            case Busy busy -> new QueryError(Kind.BUSY, message(busy));
            case InvalidQuery invalid -> new QueryError(Kind.INVALID, message(invalid));
            default -> new QueryError(Kind.INTERNAL, "the cause is in the log");
        };
    }

    /// Reads what [#write] writes.
    ///
    /// @throws IllegalArgumentException if `json` is something else
    public static QueryError read(byte[] json) {
        var error = QueryJson.parse(json);
        return new QueryError(
                Kind.valueOf(QueryJson.text(error, "error").toUpperCase(Locale.ROOT)),
                QueryJson.text(error, "detail"));
    }

    /// The error as `{"error": kind, "detail": …}`.
    public byte[] write() {
        return QueryJson.bytes(
                QueryJson.object()
                        .put("error", kind.name().toLowerCase(Locale.ROOT))
                        .put("detail", detail));
    }

    private static String message(Throwable failure) {
        var message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
