package dev.millrace.gateway.problem;

import java.util.Locale;

/// Every kind of error that the gateway answers with.
public enum ProblemKind {
    MALFORMED_REQUEST(400, "The request cannot be read"),
    INVALID_REQUEST(400, "The request does not fit the contract"),
    UNAUTHENTICATED(401, "A valid token is needed"),
    FORBIDDEN(403, "None of your roles may do this"),
    BAD_CLAIM(403, "The claim token is not that of the attempt"),
    FOREIGN_ORIGIN(403, "Requests from this origin are not allowed"),
    NOT_FOUND(404, "There is no such thing"),
    UNKNOWN_REPLAY(404, "There is no such replay"),
    UNKNOWN_VIEW(404, "There is no such view"),
    METHOD_NOT_ALLOWED(405, "This method is not offered here"),
    TOO_SLOW(408, "The request took too long"),
    KIND_CONFLICT(409, "The kind of task, or this version of it, is taken"),
    ALREADY_ENDED(409, "The task has ended"),
    STALE_ATTEMPT(409, "Another attempt is the current one"),
    TAKEN(409, "Another worker holds the attempt"),
    IDEMPOTENCY_IN_FLIGHT(409, "This submission is under way"),
    NOT_REDRIVABLE(409, "The dead letter cannot go back"),
    REBUILD_REFUSED(409, "The rebuild cannot begin, or end, now"),
    POSITION_GONE(410, "The log does not hold what comes after this position"),
    TOO_LARGE(413, "The request is too large"),
    ADDRESS_TOO_LONG(414, "The address of the request is too long"),
    UNSUPPORTED_MEDIA_TYPE(415, "This type of content is not taken"),
    MISDIRECTED(421, "The request was meant for another host"),
    IDEMPOTENCY_CONFLICT(422, "This submission was made before with another input"),
    UNKNOWN_KIND(422, "There is no such kind of task"),
    INVALID_INPUT(422, "The input does not fit the kind of task"),
    INVALID_OUTPUT(422, "The output does not fit the kind of task"),
    INVALID_SCHEMA(422, "This schema cannot be used"),
    NOT_TEXT(422, "The document is not UTF-8 text"),
    REFUSED(422, "The task was refused"),
    HEADERS_TOO_LARGE(431, "The headers of the request are too large"),
    INTERNAL(500, "The gateway failed"),
    OVERLOADED(503, "Too much is going on"),
    UNAVAILABLE(503, "Not available just now"),
    BEHIND(504, "The view is not there yet"),
    STORAGE_FULL(507, "There is no room left on the disk");

    private final int status;
    private final String title;

    ProblemKind(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /// The HTTP status.
    public int status() {
        return status;
    }

    /// A sentence for people, the same for all problems of the kind.
    public String title() {
        return title;
    }

    /// The name for programs, for instance `unknown_view`.
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
