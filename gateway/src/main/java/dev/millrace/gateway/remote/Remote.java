package dev.millrace.gateway.remote;

import dev.millrace.schemas.client.Causes;
import dev.millrace.schemas.query.QueryError;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the processes that answer one port, in turn; if one cannot be reached or is not able to
/// answer just now, each other one once. One that took longer than [RemoteConfig#longestTry] to
/// refuse has waited for what the others would wait for as well: they are not asked then. One that
/// failed is not asked first for [#REST].
///
/// Safe for use by many threads; calls never block.
final class Remote implements AutoCloseable {

    static final int MOST_ANSWER_BYTES = 32 << 20;

    /// How long one that failed is passed over.
    static final Duration REST = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(Remote.class);
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final RemoteConfig config;
    private final HttpClient client;
    private final Semaphore places;
    private final AtomicInteger turn = new AtomicInteger();
    /* By nanoTime, when each may be asked first again. */
    private final AtomicLongArray restsUntil;

    Remote(RemoteConfig config) {
        this.config = config;
        this.restsUntil = new AtomicLongArray(config.bases().size());
        for (int i = 0; i < restsUntil.length(); i++) {
            restsUntil.set(i, System.nanoTime());
        }
        this.places = new Semaphore(config.most());
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(config.connectTimeout())
                        .build();
    }

    /// Asks; the stage fails only with what is broken.
    ///
    /// @param path below each base
    /// @param reading of the answer; fails with `IllegalArgumentException` if it is none
    <T> CompletableFuture<Asked<T>> ask(String path, byte[] question, Function<byte[], T> reading) {
        if (!places.tryAcquire()) {
            return CompletableFuture.completedFuture(new Asked.TooMany<>(config.most()));
        }
        return new Question<>(path, question, reading, first())
                .ask(0, new Asked.Silent<>())
                .whenComplete((_, _) -> places.release());
    }

    /// Whose turn it is, of those that are not resting; if all are, of all.
    private int first() {
        int count = config.bases().size();
        int next = Math.floorMod(turn.getAndIncrement(), count);
        for (int i = 0; i < count; i++) {
            int candidate = (next + i) % count;
            if (System.nanoTime() - restsUntil.get(candidate) >= 0) {
                return candidate;
            }
        }
        return next;
    }

    private void rest(int index) {
        restsUntil.set(index, System.nanoTime() + REST.toNanos());
    }

    /// Ends the questions under way.
    @Override
    public void close() {
        client.shutdownNow();
    }

    /// One question on its way from process to process, starting with the `first`.
    private final class Question<T> {
        private final String path;
        private final byte[] question;
        private final Function<byte[], T> reading;
        private final int first;

        Question(String path, byte[] question, Function<byte[], T> reading, int first) {
            this.path = path;
            this.question = question;
            this.reading = reading;
            this.first = first;
        }

        /// @param tried how many have been asked
        /// @param before how that ended
        CompletableFuture<Asked<T>> ask(int tried, Asked<T> before) {
            if (tried == config.bases().size()) {
                return CompletableFuture.completedFuture(before);
            }
            int index = (first + tried) % config.bases().size();
            var uri = config.bases().get(index).resolve(path);
            long begun = System.nanoTime();
            return send(uri, question)
                    .thenCompose(response -> {
                        if (response.statusCode() == UNAVAILABLE) {
                            rest(index);
                            var refused = new Asked.Refused<T>(error(uri, response));
                            boolean hasWaited =
                                    System.nanoTime() - begun > config.longestTry().toNanos();
                            return hasWaited
                                    ? CompletableFuture.completedFuture(refused)
                                    : ask(tried + 1, refused);
                        }
                        return CompletableFuture.completedFuture(read(uri, response));
                    })
                    .exceptionallyCompose(failure -> {
                        if (!isSilence(failure)) {
                            return CompletableFuture.failedFuture(failure);
                        }
                        rest(index);
                        return ask(tried + 1, before);
                    });
        }

        private Asked<T> read(URI uri, HttpResponse<byte[]> response) {
            if (response.statusCode() != OK) {
                return new Asked.Refused<>(error(uri, response));
            }
            try {
                return new Asked.Answered<>(reading.apply(response.body()));
            } catch (IllegalArgumentException other) {
                throw new IllegalStateException(uri + " gave an answer that is none", other);
            }
        }
    }

    private CompletableFuture<HttpResponse<byte[]>> send(URI uri, byte[] question) {
        var request =
                HttpRequest.newBuilder(uri)
                        .header("Authorization", "Bearer " + config.secret())
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(question))
                        .build();
        var sent =
                client.sendAsync(
                        request,
                        BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_ANSWER_BYTES));
        /* Over the whole exchange, which a request's own timeout is not. */
        var timed = sent.copy().orTimeout(config.timeout().toMillis(), TimeUnit.MILLISECONDS);
        var _ =
                timed.whenComplete((_, late) -> {
                    if (late != null) {
                        sent.cancel(true);
                    }
                });
        return timed;
    }

    private static boolean isSilence(Throwable failure) {
        var cause = Causes.ofStage(failure);
        return cause instanceof IOException || cause instanceof TimeoutException;
    }

    private static QueryError error(URI uri, HttpResponse<byte[]> response) {
        try {
            return QueryError.read(response.body());
        } catch (IllegalArgumentException notOurs) {
            LOG.atError()
                    .setMessage("Another process refused a question in words of its own")
                    .addKeyValue("uri", uri)
                    .addKeyValue("status", response.statusCode())
                    .log();
            return new QueryError(
                    QueryError.Kind.INTERNAL, uri + " answered " + response.statusCode());
        }
    }
}
