package dev.millrace.streams.views.stores;

import dev.millrace.domain.view.Position;
import dev.millrace.schemas.query.QueryPaths;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the other instances of the views for what they hold. Safe for use by many threads; a
/// question blocks its own, for at most five seconds, of which two are for the connection. One that
/// does not answer is not asked again for half a second, and then by one question alone each half
/// second until it answers: whoever else reads from it need not wait once more.
public final class Peers implements Instances, AutoCloseable {

    static final int MOST_ANSWER_BYTES = 32 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);
    private static final Duration REST = Duration.ofMillis(500);
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final HttpClient client;
    /* By nanoTime, until when one that did not answer is not asked again. */
    private final Map<HostInfo, Long> silentUntil = new ConcurrentHashMap<>();
    private final String authorization;
    private final String generation;
    private final Duration timeout;

    /// @param secret what the processes of a site show each other
    /// @param generation of the views; nothing is heard of another one's stores
    public Peers(String secret, int generation) {
        this(secret, generation, Duration.ofSeconds(2), Duration.ofSeconds(5));
    }

    Peers(String secret, int generation, Duration connectTimeout, Duration timeout) {
        this.generation = Integer.toString(generation);
        this.authorization = "Bearer " + secret;
        this.timeout = timeout;
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(connectTimeout)
                        .build();
    }

    /// The answer of one instance.
    ///
    /// @throws InvalidStateStoreException if it has none
    byte[] ask(HostInfo peer, String path, byte[] question) {
        var uri = URI.create("http://" + peer.host() + ":" + peer.port() + path);
        var until = silentUntil.get(peer);
        long now = System.nanoTime();
        if (until != null
                && (until - now > 0 || !silentUntil.replace(peer, until, now + REST.toNanos()))) {
            throw new InvalidStateStoreException(uri + " did not answer a moment ago");
        }
        var request =
                HttpRequest.newBuilder(uri)
                        .header("Authorization", authorization)
                        .header(QueryPaths.GENERATION, generation)
                        .POST(BodyPublishers.ofByteArray(question))
                        .build();
        var answer =
                client.sendAsync(
                        request,
                        BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_ANSWER_BYTES));
        try {
            /* Over the whole exchange, which a request's own timeout is not. */
            var response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            silentUntil.remove(peer);
            if (response.statusCode() == OK) {
                return response.body();
            }
            if (response.statusCode() != UNAVAILABLE) {
                LOG.atWarn()
                        .setMessage("Another instance of the views refused a question")
                        .addKeyValue("instance", uri)
                        .addKeyValue("status", response.statusCode())
                        .log();
            }
            throw new InvalidStateStoreException(uri + " answered " + response.statusCode());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new InvalidStateStoreException("stopped while asking " + uri, stop);
        } catch (ExecutionException | TimeoutException silent) {
            silentUntil.put(peer, System.nanoTime() + REST.toNanos());
            throw new InvalidStateStoreException(uri + " does not answer", silent);
        } finally {
            answer.cancel(true);
        }
    }

    @Override
    public <V> ReadOnlyKeyValueStore<String, V> store(
            HostInfo host, String name, int partition, @Nullable String copy) {
        return new RemoteStore<>(this, host, name, partition, copy);
    }

    @Override
    public Standbys.Copy copy(HostInfo host, String applied, int partition) {
        var question = StoreWire.write(new StoreWire.Held(applied, partition));
        return StoreWire.readCopy(ask(host, QueryPaths.STORES + QueryPaths.STANDBY, question));
    }

    /// Asks again for as long as the instance says that it has not come there.
    @Override
    public CompletableFuture<Void> reached(HostInfo peer, Position after) {
        var reached = new CompletableFuture<Void>();
        var question = after.toString().getBytes(StandardCharsets.UTF_8);
        var asking =
                Thread.startVirtualThread(() -> {
                    try {
                        while (!reached.isDone()) {
                            var path = QueryPaths.ARRIVALS + QueryPaths.AWAIT;
                            if (ArrivalsHandler.isReached(ask(peer, path, question))) {
                                reached.complete(null);
                            }
                        }
                    } catch (RuntimeException noAnswer) { // the top of this thread
                        reached.completeExceptionally(noAnswer);
                    }
                });
        // Whoever stops waiting ends the question under way.
        var _ = reached.whenComplete((_, _) -> asking.interrupt());
        return reached;
    }

    /// Ends the questions under way.
    @Override
    public void close() {
        client.shutdownNow();
    }
}
