package dev.millrace.schemas.registry.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.entities.Config;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Over real HTTP: as Confluent's own client sees it, and as other programs do.
class EmbeddedRegistryTest {

    private static final String SUBJECT = "a/b +c%-value";
    private static final AvroSchema FIRST = schema("{'name':'a','type':'string'}");
    private static final AvroSchema SECOND =
            schema("{'name':'a','type':'string'},{'name':'b','type':'int','default':0}");
    private static final AvroSchema ODD = schema("{'name':'c','type':'string'}");

    private final HttpClient http = HttpClient.newHttpClient();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private MemoryRegistryLog log = new MemoryRegistryLog();
    private EmbeddedRegistry registry;
    private CachedSchemaRegistryClient client;

    @BeforeEach
    void start() throws Exception {
        registry = new EmbeddedRegistry(new RegistryConfig("127.0.0.1", 0), log, meters);
        registry.start();
        client = new CachedSchemaRegistryClient(registry.uri().toString(), 100);
    }

    @AfterEach
    void stop() {
        http.close();
        registry.close();
    }

    @Test
    void confluentsClientRegistersAndFinds() throws Exception {
        int first = client.register(SUBJECT, FIRST);
        int second = client.register(SUBJECT, SECOND);
        client.reset();

        assertThat(client.getSchemaById(first)).isEqualTo(FIRST);
        assertThat(client.getSchemaById(second)).isEqualTo(SECOND);
        assertThat(client.getAllVersions(SUBJECT)).containsExactly(1, 2);
        assertThat(client.getAllSubjects()).containsExactly(SUBJECT);
        assertThat(client.getLatestSchemaMetadata(SUBJECT).getId()).isEqualTo(second);
        assertThat(client.getSchemaMetadata(SUBJECT, 1).getSchema())
                .isEqualTo(FIRST.canonicalString());
        assertThat(client.getVersion(SUBJECT, SECOND)).isEqualTo(2);
        assertThat(client.getId(SUBJECT, FIRST)).isEqualTo(first);
        assertThat(client.getAllVersionsById(first))
                .singleElement()
                .extracting(use -> use.getSubject() + "@" + use.getVersion())
                .isEqualTo(SUBJECT + "@1");
        assertThat(client.getMode()).isEqualTo("READWRITE");
    }

    @Test
    void anIncompatibleSchemaIsA409() throws Exception {
        client.register(SUBJECT, FIRST);

        assertThat(client.testCompatibility(SUBJECT, SECOND)).isTrue();
        assertThat(client.testCompatibility(SUBJECT, ODD)).isFalse();
        assertThat(client.testCompatibilityVerbose(SUBJECT, ODD))
                .singleElement()
                .asString()
                .contains("READER_FIELD_MISSING_DEFAULT_VALUE");
        assertThat(code(() -> client.register(SUBJECT, ODD))).isEqualTo(409);
        assertThat(client.getAllVersions(SUBJECT)).containsExactly(1);
    }

    @Test
    void compatibilityIsSetForAllOrForOneSubject() throws Exception {
        client.register(SUBJECT, FIRST);

        assertThat(client.getConfig(null).getCompatibilityLevel()).isEqualTo("BACKWARD_TRANSITIVE");
        assertThat(code(() -> client.getConfig(SUBJECT))).isEqualTo(40408);
        client.updateConfig(null, new Config("FULL"));
        client.updateConfig(SUBJECT, new Config("NONE"));
        assertThat(client.getConfig(null).getCompatibilityLevel()).isEqualTo("FULL");
        assertThat(client.getConfig(SUBJECT).getCompatibilityLevel()).isEqualTo("NONE");
        assertThat(client.register(SUBJECT, ODD)).isEqualTo(2);
        client.deleteConfig(SUBJECT);
        assertThat(code(() -> client.getConfig(SUBJECT))).isEqualTo(40408);
        assertThat(code(() -> client.updateConfig(SUBJECT, new Config("SOMEWHAT"))))
                .isEqualTo(42203);
    }

    @Test
    void deletingTakesTwoSteps() throws Exception {
        int first = client.register(SUBJECT, FIRST);
        client.register(SUBJECT, SECOND);

        assertThat(code(() -> client.deleteSubject(SUBJECT, true))).isEqualTo(40405);
        assertThat(client.deleteSchemaVersion(SUBJECT, "2", false)).isEqualTo(2);
        assertThat(code(() -> client.deleteSchemaVersion(SUBJECT, "2", false))).isEqualTo(40406);
        assertThat(code(() -> client.deleteSchemaVersion(SUBJECT, "1", true))).isEqualTo(40407);
        assertThat(client.getAllVersions(SUBJECT)).containsExactly(1);
        assertThat(client.deleteSubject(SUBJECT, false)).containsExactly(1);
        assertThat(code(() -> client.deleteSubject(SUBJECT, false))).isEqualTo(40404);
        assertThat(code(() -> client.getAllVersions(SUBJECT))).isEqualTo(40401);
        assertThat(client.getAllSubjects()).isEmpty();
        assertThat(client.getAllSubjects(true)).containsExactly(SUBJECT);
        assertThat(client.getSchemaById(first)).isEqualTo(FIRST);
        assertThat(client.deleteSubject(SUBJECT, true)).containsExactly(1, 2);
        client.reset();
        assertThat(code(() -> client.getSchemaById(first))).isEqualTo(40403);
        assertThat(code(() -> client.deleteSubject(SUBJECT, false))).isEqualTo(40401);
    }

    @Test
    void whatIsNotThereHasConfluentsCodes() throws Exception {
        client.register(SUBJECT, FIRST);

        assertThat(code(() -> client.getLatestSchemaMetadata("none"))).isEqualTo(40401);
        assertThat(code(() -> client.getSchemaMetadata(SUBJECT, 9))).isEqualTo(40402);
        assertThat(code(() -> client.getSchemaById(9))).isEqualTo(40403);
        assertThat(code(() -> client.getVersion(SUBJECT, ODD))).isEqualTo(40403);
        assertThat(code(() -> client.getSchemaMetadata(SUBJECT, 0))).isEqualTo(42202);
    }

    @Test
    void aRestartForgetsNothing() throws Exception {
        int first = client.register(SUBJECT, FIRST);
        int second = client.register(SUBJECT, SECOND);
        client.updateConfig(SUBJECT, new Config("FULL"));
        registry.close();
        log = log.reopened();
        start();

        assertThat(client.getSchemaById(first)).isEqualTo(FIRST);
        assertThat(client.register(SUBJECT, SECOND)).isEqualTo(second);
        assertThat(client.getConfig(SUBJECT).getCompatibilityLevel()).isEqualTo("FULL");
        assertThat(client.register("other", ODD)).isEqualTo(second + 1);
    }

    @Test
    void readsGoOnWhileKafkaIsAwayAndWritesAreA503() throws Exception {
        int first = client.register(SUBJECT, FIRST);
        client.reset();
        log.goAway();

        assertThat(client.getSchemaById(first)).isEqualTo(FIRST);
        var answer = post("/subjects/s/versions", "{\"schema\":\"\\\"int\\\"\"}");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    }

    @Test
    void whatIsNotKnownHereIsA503WhileKafkaIsAway() throws Exception {
        int first = client.register(SUBJECT, FIRST);
        log.goAway();

        assertThat(get("/schemas/ids/" + (first + 1))).contains("50002");
        assertThat(get("/subjects/none/versions/1")).contains("50002");
    }

    @Test
    void answersAreConfluentsJson() throws Exception {
        var registered =
                post(
                        "/subjects/s/versions?normalize=true",
                        "{\"schema\":\"\\\"int\\\"\",\"unknown\":1}");

        assertThat(registered.body()).isEqualTo("{\"id\":1}");
        assertThat(registered.headers().firstValue("Content-Type"))
                .contains("application/vnd.schemaregistry.v1+json");
        assertThat(get("/")).isEqualTo("{}");
        assertThat(get("/subjects/s/versions/latest"))
                .isEqualTo("{\"subject\":\"s\",\"version\":1,\"id\":1,\"schema\":\"\\\"int\\\"\"}");
        assertThat(get("/subjects/s/versions/1/schema")).isEqualTo("\"int\"");
        assertThat(get("/schemas/ids/1?fetchMaxId=true"))
                .isEqualTo("{\"schema\":\"\\\"int\\\"\",\"maxId\":1}");
        assertThat(get("/schemas/ids/1/schema")).isEqualTo("\"int\"");
        assertThat(get("/schemas/ids/1/subjects")).isEqualTo("[\"s\"]");
        assertThat(get("/schemas/types")).isEqualTo("[\"AVRO\"]");
        assertThat(get("/config/s?defaultToGlobal=true"))
                .isEqualTo("{\"compatibilityLevel\":\"BACKWARD_TRANSITIVE\"}");
        assertThat(get("/subjects/none/versions"))
                .isEqualTo("{\"error_code\":40401,\"message\":\"Subject 'none' not found.\"}");
        assertThat(
                        post(
                                        "/compatibility/subjects/s/versions?verbose=true",
                                        "{\"schema\":\"\\\"int\\\"\"}")
                                .body())
                .isEqualTo("{\"is_compatible\":true,\"messages\":[]}");
        assertThat(
                        post("/compatibility/subjects/s/versions/7", "{\"schema\":\"\\\"int\\\"\"}")
                                .body())
                .isEqualTo("{\"error_code\":40402,\"message\":\"Version 7 not found.\"}");
        assertThat(
                        post(
                                        "/compatibility/subjects/none/versions/latest",
                                        "{\"schema\":\"\\\"int\\\"\"}")
                                .body())
                .isEqualTo("{\"is_compatible\":true}");
    }

    @Test
    void whatItCannotDoItRefusesByName() throws Exception {
        assertThat(post("/subjects/s/versions", "{\"schema\":\"{}\"}").body()).contains("42201");
        assertThat(post("/subjects/s/versions", "{}").body()).contains("42201", "Empty schema");
        assertThat(
                        post("/subjects/s/versions", "{\"schema\":\"x\",\"schemaType\":\"JSON\"}")
                                .body())
                .contains("42201", "schemaType: JSON (expected: AVRO");
        assertThat(
                        post(
                                        "/subjects/s/versions",
                                        "{\"schema\":\"\\\"int\\\"\",\"references\":[{\"name\":\"n\"}]}")
                                .body())
                .contains("42201", "subject: missing");
        assertThat(post("/subjects/:.ctx:/versions", "{\"schema\":\"\\\"int\\\"\"}").body())
                .contains("42208");
        assertThat(post("/subjects/:*:s/versions", "{\"schema\":\"\\\"int\\\"\"}").body())
                .contains("42208");
        assertThat(post("/subjects/%07/versions", "{\"schema\":\"\\\"int\\\"\"}").body())
                .contains("42208");
        assertThat(post("/subjects/s/versions", "{\"schema\":\"\\\"int\\\"\",\"id\":5}").body())
                .contains("42205");
        assertThat(post("/subjects/s/versions", "nonsense").statusCode()).isEqualTo(400);
        assertThat(post("/subjects", "{}").statusCode()).isEqualTo(405);
        assertThat(post("/elsewhere", "{}").statusCode()).isEqualTo(404);
        assertThat(get("/schemas/ids/one")).contains("404");
        assertThat(raw("GET /subjects/%zz", "localhost")).startsWith("HTTP/1.1 400");
    }

    @Test
    void requestsAreMeasuredByOperationAndStatus() throws Exception {
        post("/subjects/s/versions", "{\"schema\":\"\\\"int\\\"\"}");
        post("/contexts/.c/subjects/s/versions", "{\"schema\":\"\\\"int\\\"\"}");
        get("/subjects/other/versions");
        get("/schemas/ids/1");
        post("/elsewhere", "{}");

        assertThat(requests("register", "200")).isEqualTo(2);
        assertThat(requests("versions", "404")).isEqualTo(1);
        assertThat(requests("schema", "200")).isEqualTo(1);
        assertThat(requests("unknown", "404")).isEqualTo(1);
        assertThat(meters.get("millrace.registry.schemas").gauge().value()).isEqualTo(2);
        assertThat(meters.get("millrace.registry.subjects").gauge().value()).isEqualTo(2);
    }

    @Test
    void theLagIsTheTimeSinceTheLogWasRead() throws Exception {
        client.register(SUBJECT, FIRST);
        var lag = meters.get("millrace.registry.log.lag").timeGauge();
        var reads = meters.get("millrace.registry.log.read").timer();
        double before = lag.value(TimeUnit.NANOSECONDS);

        assertThat(before).isPositive();
        assertThat(lag.value(TimeUnit.NANOSECONDS)).isGreaterThan(before);
        assertThat(reads.count()).isEqualTo(2);
    }

    private long requests(String operation, String status) {
        return meters.get("millrace.registry.request")
                .tags("operation", operation, "status", status)
                .timer()
                .count();
    }

    @Test
    void namesAreUtf8() throws Exception {
        post("/subjects/%C3%BC%2F+/versions", "{\"schema\":\"\\\"int\\\"\"}");

        assertThat(get("/subjects")).isEqualTo("[\"ü/+\"]");
    }

    @Test
    void aBodyOverOneMebibyteIsA413() throws Exception {
        var most = "{\"x\":\"" + "x".repeat(RegistryHttp.MAX_BODY_BYTES - 8) + "\"}";

        assertThat(post("/subjects/s", most).statusCode()).isEqualTo(422);
        assertThat(post("/subjects/s", most + " ").statusCode()).isEqualTo(413);
        assertThat(post("/subjects/s", most + most + most).statusCode()).isEqualTo(413);
    }

    @Test
    void aWebPageCannotWrite() throws Exception {
        var form =
                HttpRequest.newBuilder(at("/subjects/s/versions"))
                        .header("Content-Type", "text/plain")
                        .POST(BodyPublishers.ofString("{\"schema\":\"\\\"int\\\"\"}"));

        assertThat(http.send(form.build(), BodyHandlers.ofString()).statusCode()).isEqualTo(415);
        assertThat(raw("GET /subjects", "evil.example:80")).startsWith("HTTP/1.1 421");
        assertThat(raw("GET /subjects", "LocalHost:80")).startsWith("HTTP/1.1 200");
        assertThat(raw("GET /subjects", "[::1]")).startsWith("HTTP/1.1 200");
    }

    @Test
    void askingForItsAddressTooEarlyIsAMistake() {
        var idle = new EmbeddedRegistry(new RegistryConfig("127.0.0.1", 0), log, meters);

        assertThatThrownBy(idle::uri).hasMessage("registry: not started");
        idle.close();
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(at(path))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private String get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(at(path)).build(), BodyHandlers.ofString()).body();
    }

    /// The answer to a request that no proper client would send.
    private String raw(String line, String host) throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), registry.uri().getPort())) {
            var request = line + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private URI at(String path) {
        return URI.create(registry.uri() + path);
    }

    private static int code(ThrowingCallable call) {
        return catchThrowableOfType(RestClientException.class, call).getErrorCode();
    }

    private static AvroSchema schema(String fields) {
        return new AvroSchema(
                "{'type':'record','name':'R','fields':[%s]}".formatted(fields).replace('\'', '"'));
    }
}
