package dev.millrace.site.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.site.cli.DocumentFolder.Skipped;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Takes folders in against a site that says what it is told to say.
class IngestionTest {

    private static final String DONE =
            "{\"id\":\"d1\",\"task\":\"t1\",\"name\":\"good.md\",\"state\":\"searchable\","
                    + "\"chunks\":1,\"embedded\":1,\"searchable\":1}";
    private static final String WAITING =
            "{\"id\":\"d1\",\"task\":\"t1\",\"name\":\"good.md\",\"state\":\"chunked\","
                    + "\"chunks\":1,\"embedded\":0,\"searchable\":0}";

    @TempDir private Path folder = Path.of(".");
    private HttpServer site = unstarted();
    private String row = DONE;
    private String health = "{\"status\":\"ready\",\"parts\":[]}";
    private int healthStatus = 200;

    @BeforeEach
    void start() {
        site.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        site.createContext(
                "/v1/documents",
                exchange -> {
                    var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
                    if (body.contains("refused.md")) {
                        answer(exchange, 422, "{\"title\":\"No\",\"detail\":\"not this one\"}");
                    } else {
                        answer(exchange, 202, "{\"id\":\"d1\"}");
                    }
                });
        site.createContext(
                "/v1/views/documents",
                exchange -> answer(exchange, 200, "{\"items\":[" + row + "],\"next_token\":null}"));
        site.createContext(
                "/v1/tasks",
                exchange -> answer(exchange, 200, "{\"items\":[],\"next_token\":null}"));
        site.createContext("/v1/search/count", exchange -> answer(exchange, 200, "{\"chunks\":1}"));
        site.createContext("/health", exchange -> answer(exchange, healthStatus, health));
        site.start();
    }

    @AfterEach
    void stop() {
        site.stop(0);
    }

    @Test
    void whatCannotBeTakenInIsSkippedAndTheRestGoesOn() throws Exception {
        Files.writeString(folder.resolve("good.md"), "text");
        Files.writeString(folder.resolve("refused.md"), "text");
        Files.writeString(folder.resolve("vanishing.md"), "text");
        Files.write(folder.resolve("latin.md"), new byte[] {'a', (byte) 0xE9});
        var listed = DocumentFolder.scan(folder);
        Files.delete(folder.resolve("vanishing.md"));

        var result = ingestion().run(listed);

        assertThat(result.rows()).hasSize(1);
        assertThat(result.searchable()).isEqualTo(1);
        assertThat(result.skipped())
                .containsExactlyInAnyOrder(
                        new Skipped("refused.md", "No: not this one"),
                        new Skipped(
                                "vanishing.md",
                                "vanished after it was listed; run again if it should be there"),
                        new Skipped(
                                "latin.md",
                                "not UTF-8 text (byte 1, counted from 0); convert it, for"
                                        + " instance with iconv"));
    }

    @Test
    void partThatFailedIsToldAtOnce() throws Exception {
        Files.writeString(folder.resolve("good.md"), "text");
        row = WAITING;
        for (int status : new int[] {200, 503}) {
            healthStatus = status;
            health =
                    "{\"status\":\"ready\",\"parts\":["
                            + "{\"name\":\"views\",\"state\":\"ready\",\"detail\":\"\"},"
                            + "{\"name\":\"model\",\"state\":\"failed\","
                            + "\"detail\":\"could not be loaded: no such file\"}]}";

            assertThatExceptionOfType(ApiProblem.class)
                    .isThrownBy(() -> ingestion().run(DocumentFolder.scan(folder)))
                    .withMessageContaining(
                            "part model has failed: could not be loaded: no such file")
                    .withMessageContaining("logs/millrace.log")
                    .withMessageContaining("What was published is kept");
        }
    }

    private Ingestion ingestion() {
        var address = site.getAddress();
        var gateway = URI.create("http://" + address.getHostString() + ":" + address.getPort());
        var quiet = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);
        return new Ingestion(new ApiClient(gateway, "token"), new ProgressBars(quiet, false));
    }

    private static HttpServer unstarted() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            var bytes = json.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
