package dev.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.access.Role;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Requests that go wrong before anybody looks into their body.
class BadRequestsTest {

    private static final Duration SHORT = Duration.ofMillis(200);
    private static final String ANSWERED = "\"errors\":[]";

    private RunningGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = new RunningGateway(SHORT);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void tokensThatStandForNobodyAreRefused() throws Exception {
        var good = RunningGateway.token(Role.ADMIN);
        for (var header :
                List.of(
                        "Bearer",
                        "Bearer wrong",
                        "Bearer " + good + "x",
                        "Bearer " + good.substring(1),
                        "Bearer " + good.toUpperCase(java.util.Locale.ROOT),
                        "Bearer Bearer " + good,
                        "Bearer \"" + good + "\"",
                        "Bearer " + "x".repeat(7_000),
                        "Basic YWRtaW46YWRtaW4=",
                        "Digest username=\"admin\"",
                        good)) {
            var response =
                    gateway.send(gateway.request("/v1/whoami").header("Authorization", header));

            assertThat(response.statusCode()).as(header).isEqualTo(401);
            assertThat(gateway.header(response, "WWW-Authenticate"))
                    .as(header)
                    .isEqualTo("Bearer error=\"invalid_token\"");
            assertThat(new JsonObject(response.body()).getString("detail"))
                    .contains("stands for nobody", "file token of the data folder");
            assertThat(response.body()).doesNotContain(good);
        }
    }

    @Test
    void tokenInTheAddressIsNoToken() throws Exception {
        var response =
                gateway.send(
                        gateway.request(
                                "/v1/whoami?access_token=" + RunningGateway.token(Role.ADMIN)));

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(gateway.header(response, "WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(new JsonObject(response.body()).getString("detail")).contains("file token");
    }

    @Test
    void forgedHostsAndOriginsAreToldTheWayOut() throws Exception {
        for (var host :
                List.of(
                        "evil.example.org",
                        "evil.example.org:" + gateway.port(),
                        "127.0.0.1",
                        "127.0.0.1:1",
                        "",
                        "0.0.0.0:" + gateway.port())) {
            var answer =
                    gateway.raw("GET /health HTTP/1.1\r\nHost: " + host + "\r\n\r\n", ANSWERED);

            requireProblem(answer, 421, "misdirected", "millrace.gateway.allowed-hosts");
        }
        for (var host :
                List.of(
                        "evil@127.0.0.1:" + gateway.port(),
                        "127.0.0.1:" + gateway.port() + ".evil.example.org")) {
            requireProblem(
                    gateway.raw("GET /health HTTP/1.1\r\nHost: " + host + "\r\n\r\n", ANSWERED),
                    400,
                    "malformed_request",
                    "Host header is missing or none");
        }
        for (var origin : List.of("http://evil.example.org", "null", "x", "file://")) {
            var response = gateway.send(gateway.asAdmin("/health").header("Origin", origin));

            assertThat(response.statusCode()).as(origin).isEqualTo(403);
            assertThat(response.body()).contains("millrace.gateway.allowed-origins");
        }
    }

    @Test
    void bodyThatIsNeverWholeIsNotWaitedForBeyondItsTime() throws Exception {
        for (var type : List.of("application/json", "multipart/form-data; boundary=b")) {
            for (var body :
                    List.of(
                            "Content-Length: 1000\r\n\r\n{\"text\":",
                            "Transfer-Encoding: chunked\r\n\r\n8\r\n{\"text\":\r\n")) {
                var answer =
                        gateway.raw(
                                post("/v1/documents") + "Content-Type: " + type + "\r\n" + body,
                                ANSWERED);

                requireProblem(answer, 408, "too_slow", "not whole after 200 ms; send it faster");
            }
        }
        assertThat(gateway.submissions.count()).isZero();
    }

    @Test
    void senderThatGoesOnForeverIsCutOff() throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout(60_000);
            var head =
                    post("/v1/search")
                            + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{";
            socket.getOutputStream().write(head.getBytes(UTF_8));
            socket.getOutputStream().flush();

            var all = new String(socket.getInputStream().readAllBytes(), UTF_8);

            requireProblem(all, 408, "too_slow", "send it faster");
        }
    }

    @Test
    void roomIsThereAgainAfterSlowSenders() throws Exception {
        var announced =
                post("/v1/search")
                        + "Content-Type: application/json\r\nContent-Length: "
                        + RunningGateway.MAX_BODY_BYTES
                        + "\r\n\r\n{";
        for (int sender = 0; sender < 12; sender++) {
            requireProblem(gateway.raw(announced, ANSWERED), 408, "too_slow", "send it faster");
        }

        assertThat(gateway.post("/v1/search", "{\"text\":\"wheel\"}").statusCode()).isEqualTo(200);
    }

    @Test
    void bodyThatBreaksOffHurtsNobodyElse() throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            var head =
                    post("/v1/documents")
                            + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{";
            socket.getOutputStream().write(head.getBytes(UTF_8));
            socket.getOutputStream().flush();
        }

        assertThat(gateway.post("/v1/search", "{\"text\":\"wheel\"}").statusCode()).isEqualTo(200);
        assertThat(gateway.submissions.count()).isZero();
    }

    @Test
    void headersThatAreTooManyAreRefused() throws Exception {
        requireProblem(
                gateway.raw(get("/health") + "X-A: b\r\n".repeat(2_000) + "\r\n"),
                431,
                "headers_too_large",
                "at most 8192 bytes in all");
        requireProblem(
                gateway.raw(get("/health") + "X-A: " + "b".repeat(10_000) + "\r\n\r\n"),
                431,
                "headers_too_large",
                "send fewer or shorter ones");
    }

    @Test
    void addressThatIsTooLongIsRefused() throws Exception {
        requireProblem(
                gateway.raw("GET /" + "x".repeat(10_000) + " HTTP/1.1\r\n\r\n"),
                414,
                "address_too_long",
                "at most 4096 bytes");
    }

    @Test
    void whatIsNotHttpIsRefused() throws Exception {
        for (var text :
                List.of(
                        "hello\r\n\r\n",
                        "\u0016\u0003\u0001\r\n\r\n",
                        get("/health") + "Content-Length: many\r\n\r\n",
                        get("/health") + "Content-Length: -1\r\n\r\n",
                        get("/health") + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
                        get("/health") + "No colon\r\n\r\n",
                        get("/health") + "X: a\u0000b\r\n\r\n")) {
            requireProblem(gateway.raw(text), 400, "malformed_request", "expected: a request");
        }
    }

    @Test
    void limitsAndTokensThatAreNoneAreRefused() throws Exception {
        gateway.views.put("tasks", "{}");
        for (var query :
                List.of(
                        "limit=",
                        "limit=-1",
                        "limit=0",
                        "limit=1.5",
                        "limit=1001",
                        "limit=99999999999999999999",
                        "limit=%00",
                        "token=",
                        "token=" + "x".repeat(3_000) + "&token=y")) {
            var response = gateway.get("/v1/tasks?" + query);

            assertThat(response.statusCode()).as(query).isEqualTo(400);
            assertThat(new JsonObject(response.body()).getString("detail"))
                    .as(query)
                    .startsWith(query.substring(0, query.indexOf('=')) + ": ");
        }
        for (var after :
                List.of(
                        "x",
                        "millrace.task-events-0",
                        "millrace.task-events-0@x",
                        "millrace.task-events-0@-2",
                        "millrace.task-events-0@9223372036854775807",
                        "millrace.task-events@1,")) {
            var response = gateway.get("/v1/events?topic=millrace.task-events&after=" + after);

            assertThat(response.statusCode()).as(after).isEqualTo(400);
            assertThat(new JsonObject(response.body()).getString("detail"))
                    .as(after)
                    .startsWith("after: position: ")
                    .contains("expected: topic-partition@offset");
        }
    }

    @Test
    void mistakeOfTheProgramIsNotBlamedOnTheCaller() throws Exception {
        gateway.views.put("tasks", "{}");
        gateway.views.failWith(new IllegalArgumentException("a bug in /srv/mill"));

        var response = gateway.get("/v1/tasks");

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(new JsonObject(response.body()).getString("error_code")).isEqualTo("internal");
        assertThat(response.body()).doesNotContain("/srv").contains("correlation");
    }

    @Test
    void namesWithOddSignsLeadNowhereButAreAnswered() throws Exception {
        gateway.views.put("tasks", "{}");
        for (var path :
                List.of(
                        "/v1/views/%00",
                        "/v1/views/tasks/%00",
                        "/v1/views/tasks/..%2f..%2ftoken",
                        "/v1/views/%e6%b0%b4",
                        "/v1/views/tasks/" + "x".repeat(1_024))) {
            assertThat(gateway.get(path).statusCode()).as(path).isEqualTo(404);
        }
        for (var path : List.of("/v1/tasks/not-a-task", "/v1/tasks/1-1-1-1-1", "/v1/tasks/%00")) {
            var response = gateway.get(path);

            assertThat(response.statusCode()).as(path).isEqualTo(400);
            assertThat(new JsonObject(response.body()).getString("detail")).startsWith("task: ");
        }
    }

    private String get(String path) {
        return "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n".formatted(path, gateway.port());
    }

    private String post(String path) {
        return "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\n"
                .formatted(path, gateway.port(), RunningGateway.token(Role.ADMIN));
    }

    private static void requireProblem(String answer, int status, String code, String told) {
        assertThat(answer)
                .as("%d %s", status, told)
                .containsPattern("^HTTP/1\\.[01] " + status + " ")
                .containsIgnoringCase("content-type: application/problem+json")
                .contains("\"error_code\":\"" + code + "\"")
                .contains(told);
    }
}
