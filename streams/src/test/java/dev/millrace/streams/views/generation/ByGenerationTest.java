package dev.millrace.streams.views.generation;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.schemas.query.QueryPaths;
import dev.millrace.streams.views.RunningViews;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ByGenerationTest {

    private final FakeGroup group = new FakeGroup();
    private final Map<Integer, RunningViews> running =
            Map.of(1, group.new Instance(1), 2, group.new Instance(2));
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                QueryPaths.STORES, new ByGeneration(running::get, RunningViews::storesHandler));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void theGenerationThatIsNamedAnswers() throws Exception {
        assertThat(status("1")).isEqualTo(201);
        assertThat(status("2")).isEqualTo(202);
    }

    @Test
    void whoNamesNoneIsOfAVersionThatHasOnlyTheFirst() throws Exception {
        assertThat(status(null)).isEqualTo(201);
    }

    @Test
    void oneThatDoesNotRunIsAsIfTheInstanceWereNotThere() throws Exception {
        assertThat(status("3")).isEqualTo(503);
        assertThat(status("x")).isEqualTo(400);
    }

    private int status(@Nullable String generation) throws Exception {
        var address = server.getAddress();
        var request =
                HttpRequest.newBuilder(
                        URI.create(
                                "http://%s:%d%s/get"
                                        .formatted(
                                                address.getHostString(),
                                                address.getPort(),
                                                QueryPaths.STORES)));
        if (generation != null) {
            request.header(QueryPaths.GENERATION, generation);
        }
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request.build(), BodyHandlers.discarding()).statusCode();
        }
    }
}
