package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.access.Role;
import dev.millrace.gateway.contract.DeclaredContract;
import dev.millrace.gateway.contract.DeclaredContract.Declared;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RefusalsTest {

    private static final List<Declared> OPERATIONS = new DeclaredContract().operations();
    private static final String SEARCH = "{\"text\":\"wheel\"}";

    private RunningGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = new RunningGateway();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void nothingButThePublicIsAnsweredWithoutAToken() throws Exception {
        for (var operation : OPERATIONS) {
            var response = call(operation, null);

            if (operation.roles().isEmpty()) {
                assertThat(response.statusCode()).as(operation.id()).isEqualTo(200);
            } else {
                assertThat(response.statusCode()).as(operation.id()).isEqualTo(401);
                assertThat(gateway.header(response, "WWW-Authenticate")).isEqualTo("Bearer");
            }
        }
    }

    @Test
    void everyOperationIsClosedToRolesThatItDoesNotName() throws Exception {
        for (var operation : OPERATIONS) {
            for (var role : Role.values()) {
                if (operation.roles().isEmpty() || operation.roles().contains(role)) {
                    continue;
                }
                var response = call(operation, RunningGateway.token(role));

                assertThat(response.statusCode())
                        .as("%s by %s", operation.id(), role)
                        .isEqualTo(403);
                assertThat(code(response)).isEqualTo("forbidden");
            }
        }
    }

    @Test
    void everyOperationIsOpenToRolesThatItNames() throws Exception {
        gateway.views.put("tasks");
        for (var operation : OPERATIONS) {
            for (var role : operation.roles()) {
                var response = call(operation, RunningGateway.token(role));

                assertThat(response.statusCode())
                        .as("%s by %s", operation.id(), role)
                        .isNotIn(401, 403, 405, 500, 501);
            }
        }
    }

    @Test
    void forgedHostIsTurnedAwayBeforeAnythingElse() throws Exception {
        for (var path : List.of("/health", "/v1/whoami", "/nothing")) {
            var response =
                    gateway.raw(
                            "GET %s HTTP/1.1\r\nHost: evil.example.org:%d\r\nConnection: close\r\n\r\n"
                                    .formatted(path, gateway.port()));

            assertThat(response)
                    .startsWith("HTTP/1.1 421")
                    .containsIgnoringCase("content-type: application/problem+json")
                    .contains("\"error_code\":\"misdirected\"");
        }
    }

    @Test
    void requestWithoutAHostIsTurnedAway() throws Exception {
        assertThat(gateway.raw("GET /health HTTP/1.0\r\n\r\n")).contains(" 421 ");
    }

    @Test
    void foreignOriginIsTurnedAway() throws Exception {
        var foreign =
                gateway.send(gateway.asAdmin("/v1/whoami").header("Origin", "http://evil.example"));
        var own =
                gateway.send(
                        gateway.asAdmin("/v1/whoami")
                                .header("Origin", "http://localhost:" + gateway.port()));

        assertThat(foreign.statusCode()).isEqualTo(403);
        assertThat(code(foreign)).isEqualTo("foreign_origin");
        assertThat(own.statusCode()).isEqualTo(200);
    }

    @Test
    void malformedJsonIsRefusedWhereItBreaks() throws Exception {
        for (var body :
                List.of(
                        "",
                        "{",
                        "{\"text\":}",
                        "{\"text\":\"a\"} x",
                        "{\"text\":\"a\",\"text\":\"b\"}",
                        "\ufeff{")) {
            var response = gateway.post("/v1/search", body);

            assertThat(response.statusCode()).as(body).isEqualTo(400);
            assertThat(code(response)).as(body).isEqualTo("malformed_request");
        }
        assertThat(
                        new JsonObject(gateway.post("/v1/search", "{\n \"text\": x").body())
                                .getString("detail"))
                .contains("line 2");
    }

    @Test
    void bodyThatIsNoObjectIsRefused() throws Exception {
        for (var body : List.of("[]", "1", "null", "\"text\"", "true")) {
            var response = gateway.post("/v1/search", body);

            assertThat(response.statusCode()).as(body).isEqualTo(400);
            assertThat(code(response)).as(body).isEqualTo("invalid_request");
        }
    }

    @Test
    void unknownFieldIsRefusedByName() throws Exception {
        for (var entry :
                Map.of(
                                "/v1/search", "{\"text\":\"a\",\"colour\":1}",
                                "/v1/search/count", "{\"colour\":1}",
                                "/v1/documents", "{\"name\":\"a\",\"text\":\"b\",\"colour\":1}",
                                "/v1/tasks", "{\"kind\":\"a\",\"input\":{},\"colour\":1}")
                        .entrySet()) {
            var response = gateway.post(entry.getKey(), entry.getValue());

            assertThat(response.statusCode()).as(entry.getKey()).isEqualTo(400);
            assertThat(new JsonObject(response.body()).getJsonArray("errors").getJsonObject(0))
                    .isEqualTo(
                            new JsonObject()
                                    .put("field", "colour")
                                    .put("message", "not a field of this request"));
        }
        assertThat(gateway.submissions.count()).isZero();
    }

    @Test
    void parametersAreHeldAgainstTheContract() throws Exception {
        gateway.views.put("tasks", "{}");
        for (var query :
                List.of(
                        "limit=0",
                        "limit=1001",
                        "limit=ten",
                        "limit=1&limit=2",
                        "colour=red",
                        "token=")) {
            var response = gateway.get("/v1/tasks?" + query);

            assertThat(response.statusCode()).as(query).isEqualTo(400);
            assertThat(new JsonObject(response.body()).getJsonArray("errors")).hasSize(1);
        }
    }

    @Test
    void otherContentTypesAreRefused() throws Exception {
        for (var type :
                List.of(
                        "text/plain",
                        "application/jsonfoo",
                        "application/json; charset=latin1",
                        "nonsense")) {
            var response =
                    gateway.send(
                            gateway.asAdmin("/v1/search")
                                    .header("Content-Type", type)
                                    .POST(BodyPublishers.ofString(SEARCH)));

            assertThat(response.statusCode()).as(type).isEqualTo(415);
            assertThat(gateway.header(response, "Accept")).isEqualTo("application/json");
        }
        var compressed = gateway.post("/v1/search", SEARCH, "Content-Encoding", "gzip");
        assertThat(compressed.statusCode()).isEqualTo(415);
    }

    @Test
    void missingBodyIsRefused() throws Exception {
        var response = gateway.send(gateway.asAdmin("/v1/search").POST(BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(response.body()).getString("detail")).contains("missing");
    }

    @Test
    void bodyThatAnnouncesTooMuchIsRefusedUnread() throws Exception {
        var response =
                gateway.raw(
                        String.join(
                                "\r\n",
                                "POST /v1/search HTTP/1.1",
                                "Host: 127.0.0.1:" + gateway.port(),
                                "Authorization: Bearer " + RunningGateway.token(Role.ADMIN),
                                "Content-Type: application/json",
                                "Content-Length: " + (RunningGateway.MAX_BODY_BYTES + 1),
                                "",
                                ""),
                        "\"errors\":[]}");

        assertThat(response).startsWith("HTTP/1.1 413").contains("\"error_code\":\"too_large\"");
    }

    @Test
    void bodyThatGrowsTooLargeIsRefused() throws Exception {
        var body = new byte[RunningGateway.MAX_BODY_BYTES + 1];

        var response =
                gateway.send(
                        gateway.asAdmin("/v1/search")
                                .header("Content-Type", "application/json")
                                .POST(
                                        BodyPublishers.ofInputStream(
                                                () -> new ByteArrayInputStream(body))));

        assertThat(response.statusCode()).isEqualTo(413);
    }

    @Test
    void unknownAddressIsNotFound() throws Exception {
        for (var path : List.of("/", "/v1", "/v1/nothing", "/v1/tasks/a/b/c")) {
            var response = gateway.get(path);

            assertThat(response.statusCode()).as(path).isEqualTo(404);
            assertThat(code(response)).isEqualTo("not_found");
        }
        assertThat(gateway.send(gateway.request("/v1/nothing")).statusCode()).isEqualTo(401);
    }

    @Test
    void otherMethodsAreRefusedWithTheOnesOffered() throws Exception {
        var response = gateway.send(gateway.asAdmin("/v1/tasks").DELETE());

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(gateway.header(response, "Allow")).isEqualTo("GET, POST");
        assertThat(code(response)).isEqualTo("method_not_allowed");
    }

    @Test
    void addressThatCannotBeDecodedIsRefused() throws Exception {
        for (var path : List.of("/v1/views/%zz", "/v1/tasks?state=%zz")) {
            var response =
                    gateway.raw(
                            "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n"
                                    .formatted(
                                            path,
                                            gateway.port(),
                                            RunningGateway.token(Role.ADMIN)));

            assertThat(response)
                    .as(path)
                    .startsWith("HTTP/1.1 400")
                    .containsIgnoringCase("application/problem+json");
        }
    }

    private HttpResponse<String> call(
            Declared operation, @org.jspecify.annotations.Nullable String token) throws Exception {
        var request = gateway.request(operation.path());
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return gateway.send(
                operation.method().equals("POST")
                        ? request.header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString("{}"))
                        : request.method(operation.method(), BodyPublishers.noBody()));
    }

    private static String code(HttpResponse<String> response) {
        return new JsonObject(response.body()).getString("error_code");
    }
}
