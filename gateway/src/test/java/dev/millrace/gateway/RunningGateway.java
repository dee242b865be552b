package dev.millrace.gateway;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Actor.Proof;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Site;
import dev.millrace.gateway.access.BearerTokens;
import dev.millrace.gateway.access.Principal;
import dev.millrace.gateway.access.Role;
import dev.millrace.gateway.contract.DeclaredContract;
import dev.millrace.gateway.live.FakeLiveLog;
import dev.millrace.gateway.status.Readiness;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A real gateway on a free port, over fakes of its ports; whatever it answers is held against the
/// contract.
final class RunningGateway implements AutoCloseable {

    static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    static final Site SITE = new Site("12D3KooWTest", new UUID(0x7000, 2));
    static final int MAX_BODY_BYTES = 20 * 1024 * 1024;

    final FakeSubmissions submissions = new FakeSubmissions();
    final FakeWork work = new FakeWork();
    final FakeAudit audit = new FakeAudit();
    final FakeViews views = new FakeViews();
    final FakeReplays replays = new FakeReplays(views);
    final FakeLog log = new FakeLog();
    final FakeLiveLog live =
            new FakeLiveLog(
                    Map.of(
                            "millrace.task-events", 2,
                            "millrace.task-reports", 2,
                            "millrace.documents", 1));
    final FakeLetters letters = new FakeLetters();
    final FakeRebuilds rebuilds = new FakeRebuilds();
    final FakeIndex index = new FakeIndex();
    final FakeBlobs blobs = new FakeBlobs();
    final FakeKinds kinds = new FakeKinds();
    final FakeExports exports = new FakeExports();
    volatile Optional<Duration> staleness = Optional.of(Duration.ofMillis(12));
    volatile @Nullable String full;
    volatile Readiness readiness = new Readiness(true, List.of());

    private final DeclaredContract contract = new DeclaredContract();
    private final AtomicLong ids = new AtomicLong();
    private final Gateway gateway;
    private final int port;
    private boolean stopped;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    RunningGateway() throws Exception {
        this(GatewayConfig.DEFAULT_BODY_TIMEOUT);
    }

    RunningGateway(Duration bodyTimeout) throws Exception {
        var config =
                new GatewayConfig(
                        "127.0.0.1", 0, MAX_BODY_BYTES, Set.of(), Set.of(), bodyTimeout, "0.1.0");
        gateway =
                new Gateway(
                        config,
                        new BearerTokens(principals()),
                        new GatewayPorts(
                                submissions,
                                work,
                                work,
                                views,
                                (_, _) -> CompletableFuture.completedStage(staleness),
                                rebuilds,
                                replays,
                                log,
                                live,
                                exports,
                                letters,
                                index,
                                blobs,
                                kinds,
                                kinds,
                                () -> full,
                                () -> readiness,
                                audit),
                        SITE,
                        () -> new UUID(0x7000, ids.incrementAndGet()),
                        () -> NOON);
        port = gateway.start().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    static String token(Role role) {
        return "token-of-" + role.wireName() + "-0123456789";
    }

    int port() {
        return port;
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30));
    }

    HttpRequest.Builder asAdmin(String path) {
        return request(path).header("Authorization", "Bearer " + token(Role.ADMIN));
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        var request = asAdmin(path);
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    HttpResponse<String> post(String path, String json, String... headers) throws Exception {
        var request =
                asAdmin(path)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(json));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    HttpResponse<String> send(HttpRequest.Builder builder) throws Exception {
        var request = builder.build();
        var response = client.send(request, BodyHandlers.ofString());
        contract.requireDeclared(
                request.method(),
                request.uri().getRawPath(),
                response.statusCode(),
                response.headers().firstValue("Content-Type").orElse(""),
                response.body());
        return response;
    }

    /// Sends text as it is, and returns what comes back up to `end`.
    String raw(String text, String end) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            var answer = new StringBuilder();
            var in = socket.getInputStream();
            int b = in.read();
            while (b >= 0) {
                answer.append((char) b);
                b = answer.indexOf(end) >= 0 ? -1 : in.read();
            }
            return answer.toString();
        }
    }

    /// Sends text as it is, and returns all that comes back until the gateway hangs up.
    String raw(String text) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// Asks for something, to be read from the socket or not.
    Socket ask(String path) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        var request =
                "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\n\r\n"
                        .formatted(path, port, token(Role.ADMIN));
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        return socket;
    }

    /// Sends a request, and hangs up once something has happened.
    void abandon(String path, String json, Callable<?> until) throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            var request =
                    """
                    POST %s HTTP/1.1\r
                    Host: 127.0.0.1:%d\r
                    Authorization: Bearer %s\r
                    Content-Type: application/json\r
                    Content-Length: %d\r
                    \r
                    %s\
                    """
                            .formatted(path, port, token(Role.ADMIN), json.length(), json);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            until.call();
        }
    }

    /// Stores a text, which only a virtual thread may.
    Content blob(String text) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return threads.submit(() -> blobs.hold(text)).get();
        }
    }

    /// Stops answering.
    void stopServing() {
        if (!stopped) {
            stopped = true;
            gateway.close();
        }
    }

    @Nullable String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse(null);
    }

    @Override
    public void close() {
        client.close();
        stopServing();
    }

    private static Map<String, Principal> principals() {
        var principals = new HashMap<String, Principal>();
        for (var role : Role.values()) {
            principals.put(
                    token(role),
                    new Principal(
                            role.wireName(),
                            Envelope.DEFAULT_TENANT,
                            Set.of(role),
                            new Actor(role.wireName(), Proof.LOCAL)));
        }
        return principals;
    }
}
