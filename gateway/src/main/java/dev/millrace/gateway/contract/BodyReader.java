package dev.millrace.gateway.contract;

import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Takes request bodies into memory, within bounds: no body is larger than the limit, all of them
/// together are no larger than eight times the limit, and each is there in time.
///
/// Called on event loops, by many of them.
final class BodyReader {

    static final String JSON = "application/json";
    static final String FORM = "multipart/form-data";
    static final String EVENT = "application/cloudevents+json";

    private static final int BODIES_AT_THE_LIMIT = 8;
    private static final int RETRY_SECONDS = 1;

    /* What is left of a refused request may pass by for this long. */
    private static final Duration LONGEST_DRAIN = Duration.ofSeconds(10);

    private final int maxBodyBytes;
    private final Duration timeout;
    private final AtomicLong reserved = new AtomicLong();

    /// @param timeout longest wait for the whole of a body
    BodyReader(int maxBodyBytes, Duration timeout) {
        this.maxBodyBytes = maxBodyBytes;
        this.timeout = timeout;
    }

    /// Makes room for a request's body.
    ///
    /// @return how many bytes to give back by [#release] when the request is over
    /// @throws ProblemException if the body is too large, or there is no room now
    long reserve(HttpServerRequest request) {
        long announced = announced(request);
        if (announced > maxBodyBytes) {
            throw new ProblemException(tooLarge());
        }
        long wanted = announced < 0 ? maxBodyBytes : announced;
        if (reserved.addAndGet(wanted) > (long) BODIES_AT_THE_LIMIT * maxBodyBytes) {
            reserved.addAndGet(-wanted);
            throw new ProblemException(
                    Problem.retryAfter(
                            ProblemKind.OVERLOADED,
                            "too many large requests at once",
                            RETRY_SECONDS));
        }
        return wanted;
    }

    void release(long bytes) {
        reserved.addAndGet(-bytes);
    }

    /// Reads the body; fails with a [ProblemException].
    Future<Received> read(HttpServerRequest request, Operation operation, Vertx vertx) {
        Promise<Received> done = Promise.promise();
        try {
            var mediaType = mediaType(request, operation);
            // Read first: what is refused by its headers needs no body.
            var attributes =
                    isEvent(request, operation, mediaType)
                            ? EventHeaders.attributes(request.headers())
                            : null;
            if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
                request.response().writeContinue();
            }
            if (FORM.equals(mediaType)) {
                new FormReader(vertx, request, mediaType, maxBodyBytes, done).read();
            } else {
                readJson(
                        request,
                        body ->
                                attributes == null
                                        ? new Received.Json(mediaType, body)
                                        : new Received.Event(attributes, body),
                        done);
            }
            long timer =
                    vertx.setTimer(
                            timeout.toMillis(),
                            _ -> done.tryFail(new ProblemException(tooSlow(timeout))));
            done.future().onComplete(_ -> vertx.cancelTimer(timer));
        } catch (ProblemException refused) {
            done.tryFail(refused);
        }
        return done.future();
    }

    /// Lets what is left of a refused request pass by, so that its sender can read the answer; a
    /// sender that does not stop is cut off.
    void drain(HttpServerRequest request, Vertx vertx) {
        if (request.isEnded()) {
            return;
        }
        var meter = new Meter(request, maxBodyBytes);
        request.handler(meter::admits);
        vertx.setTimer(
                LONGEST_DRAIN.toMillis(),
                _ -> {
                    if (!request.isEnded()) {
                        var _ = request.connection().close();
                    }
                });
    }

    /// Whether the headers make the body the data of an event, where events are taken.
    private static boolean isEvent(
            HttpServerRequest request, Operation operation, String mediaType) {
        return mediaType.equals(JSON)
                && operation.bodies().containsKey(EVENT)
                && EventHeaders.areIn(request.headers());
    }

    private void readJson(
            HttpServerRequest request, Function<Buffer, Received> as, Promise<Received> done) {
        var body = Buffer.buffer();
        var meter = new Meter(request, maxBodyBytes);
        request.handler(piece -> {
            if (meter.admits(piece)) {
                body.appendBuffer(piece);
            } else {
                done.tryFail(new ProblemException(tooLarge(maxBodyBytes)));
            }
        });
        request.endHandler(_ -> done.tryComplete(as.apply(body)));
        request.exceptionHandler(broken -> done.tryFail(new ProblemException(unreadable(broken))));
    }

    private static String mediaType(HttpServerRequest request, Operation operation) {
        var offered = String.join(", ", operation.bodies().keySet().stream().sorted().toList());
        var header = request.getHeader("Content-Type");
        if (header == null && announced(request) <= 0 && !isChunked(request)) {
            throw new ProblemException(
                    Problem.ofField(
                            ProblemKind.INVALID_REQUEST,
                            "",
                            "the body is missing (expected: " + offered + ")"));
        }
        var mediaType = baseType(header);
        var encoding = request.getHeader("Content-Encoding");
        if (!operation.bodies().containsKey(mediaType)
                || (encoding != null && !"identity".equalsIgnoreCase(encoding))
                || !isUtf8(header)) {
            throw new ProblemException(
                    Problem.of(
                            ProblemKind.UNSUPPORTED_MEDIA_TYPE,
                            "the body is of a type that is not taken (expected: "
                                    + offered
                                    + ", in UTF-8, without a content encoding)",
                            "Accept",
                            offered));
        }
        return mediaType;
    }

    private static String baseType(@Nullable String header) {
        if (header == null) {
            return "";
        }
        int parameters = header.indexOf(';');
        return (parameters < 0 ? header : header.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    private static boolean isUtf8(@Nullable String header) {
        if (header == null) {
            return true;
        }
        var lower = header.toLowerCase(Locale.ROOT);
        int at = lower.indexOf("charset=");
        return at < 0 || lower.substring(at).replace("\"", "").startsWith("charset=utf-8");
    }

    private static long announced(HttpServerRequest request) {
        var header = request.getHeader("Content-Length");
        try {
            return header == null ? -1 : Long.parseLong(header);
        } catch (NumberFormatException notNumber) {
            return -1;
        }
    }

    private static boolean isChunked(HttpServerRequest request) {
        return request.headers().contains("Transfer-Encoding");
    }

    private Problem tooLarge() {
        return tooLarge(maxBodyBytes);
    }

    static Problem tooLarge(int maxBytes) {
        return Problem.of(
                ProblemKind.TOO_LARGE,
                "the body holds more than " + maxBytes + " bytes; split it, or shorten it");
    }

    private static Problem tooSlow(Duration timeout) {
        return Problem.of(
                ProblemKind.TOO_SLOW,
                "the body was not whole after "
                        + timeout.toMillis()
                        + " ms; send it faster, or in smaller requests");
    }

    static Problem unreadable(Throwable broken) {
        var why = broken.getMessage();
        return Problem.of(
                ProblemKind.MALFORMED_REQUEST,
                "the body broke off or is not what its type says"
                        + (why == null ? "" : ": " + why));
    }

    /// Counts a body, and ends the connection of a sender that does not stop.
    static final class Meter {
        private final HttpServerRequest request;
        private final int maxBytes;
        private long seen;

        Meter(HttpServerRequest request, int maxBytes) {
            this.request = request;
            this.maxBytes = maxBytes;
        }

        boolean admits(Buffer piece) {
            seen += piece.length();
            if (seen > 2L * maxBytes) {
                var _ = request.connection().close();
            }
            return seen <= maxBytes;
        }
    }
}
