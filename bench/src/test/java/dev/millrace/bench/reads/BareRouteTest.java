package dev.millrace.bench.reads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.load.WireClient;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The bare route answers what it was given, on all its event loops.
class BareRouteTest {

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        var _ = vertx.close().await();
    }

    @Test
    void eachPathHasItsAnswer() throws Exception {
        int port =
                BareRoute.listen(
                        vertx,
                        Map.of("/v1/tasks", "{\"items\":[]}", "/v1/tasks/7", "{\"id\":\"7\"}"),
                        2);
        var address = URI.create("http://127.0.0.1:" + port);

        try (var http = HttpClient.newHttpClient();
                var wire = WireClient.connect(address, 8)) {
            var row =
                    http.send(
                            HttpRequest.newBuilder(address.resolve("/v1/tasks/7")).build(),
                            BodyHandlers.ofString());
            assertThat(row.body()).isEqualTo("{\"id\":\"7\"}");
            assertThat(row.headers().firstValue("Content-Type")).contains("application/json");
            for (int i = 0; i < 8; i++) {
                assertThat(wire.send(WireClient.get(address, "/v1/tasks?limit=2")).join())
                        .isEqualTo(200);
            }
            assertThat(wire.send(WireClient.get(address, "/v1/tasks/8")).join()).isEqualTo(404);
        }
    }
}
