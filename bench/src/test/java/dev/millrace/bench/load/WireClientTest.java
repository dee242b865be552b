package dev.millrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The lean client against a server of the JDK's.
class WireClientTest {

    private final AtomicInteger asked = new AtomicInteger();
    private HttpServer server;
    private URI address;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/",
                exchange -> {
                    asked.incrementAndGet();
                    boolean isGood = exchange.getRequestURI().getPath().equals("/good");
                    exchange.sendResponseHeaders(isGood ? 200 : 404, 100_000);
                    try (var body = exchange.getResponseBody()) {
                        body.write(new byte[100_000]);
                    }
                });
        server.start();
        address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void requestsBeyondItsConnectionsWaitAndEachIsAnswered() throws Exception {
        try (var client = WireClient.connect(address, 2)) {
            var outcome =
                    ClosedLoop.chained(
                            Duration.ofMillis(200),
                            8,
                            number ->
                                    client.send(
                                                    WireClient.get(
                                                            address,
                                                            number % 2 == 0 ? "/good" : "/bad",
                                                            "Accept: */*"))
                                            .thenApply(status -> status == 200));

            assertThat(outcome.good()).isPositive();
            assertThat(outcome.failed()).isPositive();
            assertThat(outcome.good() + outcome.failed()).isEqualTo(asked.get());
            assertThat(outcome.latencies().count()).isEqualTo(outcome.good());
        }
    }

    @Test
    void onceItIsClosedRequestsFail() throws Exception {
        var client = WireClient.connect(address, 1);
        client.close();

        assertThatThrownBy(() -> client.send(WireClient.get(address, "/good")).join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(IOException.class);
    }
}
