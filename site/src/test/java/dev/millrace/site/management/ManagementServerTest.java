package dev.millrace.site.management;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.status.Readiness;
import dev.millrace.schemas.query.QueryError;
import dev.millrace.site.identity.SiteIdentity;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On loopback, with a real HTTP client.
class ManagementServerTest {

    private static final String LOOPBACK = "127.0.0.1";

    @TempDir private Path folder = Path.of(".");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Metrics metrics = new Metrics();
    private SiteSecret secret = new SiteSecret("none yet");
    private ManagementServer server;

    @SuppressWarnings("NullAway.Init")
    ManagementServerTest() {}

    @BeforeEach
    void start() throws Exception {
        secret = SiteSecret.of(SiteIdentity.open(folder.resolve("identity"), UUID::randomUUID));
        server = ManagementServer.start(LOOPBACK, 0, metrics, secret);
    }

    @AfterEach
    void stop() {
        server.close();
        metrics.close();
        http.close();
    }

    @Test
    void notReadyUntilAllPartsAre() throws Exception {
        assertThat(get("/ready").statusCode()).isEqualTo(503);
        assertThat(get("/ready").headers().firstValue("Retry-After")).hasValue("1");
        assertThat(get("/health").statusCode()).isEqualTo(200);

        server.ready(() -> parts(true, Readiness.State.READY));

        assertThat(get("/ready").statusCode()).isEqualTo(200);
        assertThat(get("/ready").body())
                .contains("\"status\":\"ready\"", "\"name\":\"views\"", "\"state\":\"ready\"");
    }

    @Test
    void partThatFailedIsNotHealthy() throws Exception {
        server.ready(() -> parts(false, Readiness.State.FAILED));

        assertThat(get("/health").statusCode()).isEqualTo(503);
        assertThat(get("/ready").statusCode()).isEqualTo(503);
    }

    @Test
    void theSitesOwnTimesAndSizesAreHistograms() throws Exception {
        metrics.registry().timer("millrace.record.age").record(Duration.ofMillis(20));
        metrics.registry().summary("millrace.index.batch.size").record(7);

        assertThat(get("/metrics").body())
                .contains("millrace_record_age_seconds_bucket{le=\"30.0\"} 1")
                .contains("millrace_index_batch_size_bucket{le=\"10000.0\"} 1");
    }

    @Test
    void metricsAreInPrometheusFormat() throws Exception {
        metrics.registry().counter("millrace.test").increment();

        assertThat(get("/metrics").headers().firstValue("Content-Type"))
                .hasValue(Metrics.MEDIA_TYPE);
        assertThat(get("/metrics").body())
                .contains("# TYPE millrace_test_total counter", "millrace_test_total 1.0")
                .contains("jvm_memory_used_bytes");
    }

    @Test
    void onlyTheSitesOwnProcessesAreAnsweredInside() throws Exception {
        server.internal(
                "/internal/echo",
                exchange -> {
                    try (exchange) {
                        exchange.sendResponseHeaders(204, -1);
                    }
                });

        assertThat(get("/internal/echo").statusCode()).isEqualTo(401);
        assertThat(get("/internal/echo", "Bearer guess").statusCode()).isEqualTo(401);
        assertThat(get("/internal/echo", "Bearer " + secret.value()).statusCode()).isEqualTo(204);
    }

    @Test
    void whatNoPartAnswersYetIsToBeAskedOfAnotherProcess() throws Exception {
        assertThat(get("/internal/views/list").statusCode()).isEqualTo(401);
        var answer = get("/internal/views/list", "Bearer " + secret.value());

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(QueryError.read(answer.body().getBytes(StandardCharsets.UTF_8)).kind())
                .isEqualTo(QueryError.Kind.BUSY);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
    }

    @Test
    void theSecretFollowsFromTheKeyAndDoesNotShow() throws Exception {
        var same = SiteSecret.of(SiteIdentity.open(folder.resolve("identity"), UUID::randomUUID));
        var other = SiteSecret.of(SiteIdentity.open(folder.resolve("other"), UUID::randomUUID));

        assertThat(same).isEqualTo(secret).isNotEqualTo(other);
        assertThat(secret).hasToString("***");
    }

    @Test
    void unknownPathsAndMethodsAreRefused() throws Exception {
        assertThat(get("/metrics/more").statusCode()).isEqualTo(404);
        assertThat(get("/nothing").statusCode()).isEqualTo(404);
        var post =
                HttpRequest.newBuilder(server.uri().resolve("/metrics"))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build();
        assertThat(http.send(post, BodyHandlers.discarding()).statusCode()).isEqualTo(405);
    }

    private static Readiness parts(boolean isReady, Readiness.State state) {
        return new Readiness(isReady, List.of(new Readiness.Part("views", state, "")));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return get(path, "");
    }

    private HttpResponse<String> get(String path, String authorization) throws Exception {
        return http.send(
                HttpRequest.newBuilder(server.uri().resolve(path))
                        .header("Authorization", authorization)
                        .build(),
                BodyHandlers.ofString());
    }
}
