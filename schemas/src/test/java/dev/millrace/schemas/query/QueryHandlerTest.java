package dev.millrace.schemas.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.domain.search.ModelNotReady;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.UnknownView;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.schemas.query.QueryError.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QueryHandlerTest {

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client = HttpClient.newHttpClient();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CompletableFuture<byte[]> later = new CompletableFuture<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(
                "/internal/x",
                QueryHandler.json(
                        1,
                        Map.of(
                                "POST /echo",
                                CompletableFuture::completedStage,
                                "POST /later",
                                _ -> {
                                    asked.countDown();
                                    return later;
                                },
                                "POST /unknown",
                                _ -> failed(new UnknownView("x", List.of("a", "b"))),
                                "POST /away",
                                _ -> failed(new ViewUnavailable("x", "moving")),
                                "POST /model",
                                _ -> failed(new ModelNotReady("loading")),
                                "POST /wrong",
                                _ -> {
                                    throw new IllegalArgumentException("a: 1 (expected: 2)");
                                },
                                "POST /never",
                                _ -> failed(new InvalidQuery("token: none")),
                                "POST /bug",
                                _ -> failed(new IllegalArgumentException("secret")),
                                "POST /broken",
                                _ -> failed(new IOException("secret")))));
        server.start();
    }

    @AfterEach
    void stop() {
        later.complete(new byte[1]);
        server.stop(0);
        threads.close();
        client.close();
    }

    @Test
    void answersWhatTheRouteAnswers() throws Exception {
        var answer = ask("/echo", "{}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{}".getBytes(StandardCharsets.UTF_8));
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    }

    @Test
    void failuresAreToldInAFormThatCanBeReadAgain() throws Exception {
        refused("/unknown", 404, Kind.UNKNOWN_VIEW, "view: x (expected: one of [a, b])");
        refused("/away", 503, Kind.VIEW_UNAVAILABLE, "moving");
        refused("/model", 503, Kind.MODEL_NOT_READY, "loading");
        refused("/wrong", 400, Kind.INVALID, "a: 1 (expected: 2)");
        refused("/never", 400, Kind.INVALID, "token: none");
        refused("/bug", 500, Kind.INTERNAL, "the cause is in the log");
        refused("/broken", 500, Kind.INTERNAL, "the cause is in the log");
        refused("/nowhere", 404, Kind.NOT_FOUND, "path: /nowhere");
        assertThat(ask("/away", "").headers().firstValue("Retry-After")).contains("1");
    }

    @Test
    void aQuestionOverTheBoundIsRefused() throws Exception {
        var largest = "x".repeat(QueryHandler.MAX_BODY_BYTES);

        assertThat(ask("/echo", largest).statusCode()).isEqualTo(200);
        assertThat(ask("/echo", largest + "x").statusCode()).isEqualTo(413);
    }

    @Test
    void oneQuestionMoreThanMayIsRefusedAsBusy() throws Exception {
        var first = client.sendAsync(request("/later", ""), BodyHandlers.ofByteArray());
        asked.await();

        refused("/echo", 503, Kind.BUSY, "1 questions are under way");
        later.complete(new byte[] {7});
        assertThat(first.get().body()).containsExactly(7);
    }

    @Test
    void whoeverSendsSlowlyTakesNobodysPlace() throws Exception {
        try (var slow =
                new Socket(InetAddress.getLoopbackAddress(), server.getAddress().getPort())) {
            slow.getOutputStream()
                    .write(
                            """
                            POST /internal/x/echo HTTP/1.1
                            Host: localhost
                            Content-Length: 2
                            Expect: 100-continue

                            """
                                    .replace("\n", "\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            var answer =
                    new BufferedReader(
                            new InputStreamReader(
                                    slow.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(answer.readLine()).startsWith("HTTP/1.1 100");
            slow.getOutputStream().write('{');

            assertThat(ask("/echo", "{}").statusCode()).isEqualTo(200);
            slow.getOutputStream().write('}');
            assertThat(answer.lines().filter(line -> line.startsWith("HTTP/1.1 ")).findFirst())
                    .hasValueSatisfying(line -> assertThat(line).contains(" 200 "));
        }
    }

    private void refused(String path, int status, Kind kind, String detail) throws Exception {
        var answer = ask(path, "");

        assertThat(answer.statusCode()).as(path).isEqualTo(status);
        assertThat(QueryError.read(answer.body())).isEqualTo(new QueryError(kind, detail));
    }

    private HttpResponse<byte[]> ask(String path, String question) throws Exception {
        return client.send(request(path, question), BodyHandlers.ofByteArray());
    }

    private HttpRequest request(String path, String question) {
        var base = "http://127.0.0.1:" + server.getAddress().getPort() + "/internal/x";
        return HttpRequest.newBuilder(URI.create(base + path))
                .POST(BodyPublishers.ofString(question))
                .build();
    }

    private static CompletableFuture<byte[]> failed(Exception failure) {
        return CompletableFuture.failedFuture(failure);
    }
}
