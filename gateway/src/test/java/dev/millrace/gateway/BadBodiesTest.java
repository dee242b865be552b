package dev.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is in a body that should not be there, and what the gateway says of it.
class BadBodiesTest {

    private RunningGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = new RunningGateway();
    }

    @AfterEach
    void stop() {
        assertThat(gateway.submissions.count()).as("nothing was submitted").isZero();
        gateway.close();
    }

    @Test
    void nestingBeyondTheBoundIsRefusedHoweverDeep() throws Exception {
        for (int depth : new int[] {65, 10_000, 1_000_000}) {
            for (var body :
                    new String[] {
                        "[".repeat(depth),
                        "[".repeat(depth) + "]".repeat(depth),
                        "{\"kind\":\"resize\",\"input\":" + "{\"a\":".repeat(depth),
                        "{\"kind\":\"resize\",\"input\":{\"a\":"
                                + "[".repeat(depth)
                                + "]".repeat(depth)
                                + "}}"
                    }) {
                var response = gateway.post("/v1/tasks", body);

                requireRefusal(response, 400, "malformed_request", "at most 64 levels of nesting");
            }
        }
    }

    @Test
    void moreValuesThanTheBoundAreRefused() throws Exception {
        var many = "1,".repeat(5_000_000) + "1";

        requireRefusal(
                gateway.post("/v1/search/count", "{\"documents\":[" + many + "]}"),
                400,
                "malformed_request",
                "200,000 names and values");
    }

    @Test
    void manyFaultsAreToldInAShortAnswer() throws Exception {
        var response =
                gateway.post("/v1/search/count", "{\"documents\":[" + "1,".repeat(15_000) + "1]}");

        requireRefusal(response, 400, "invalid_request", "documents");
        assertThat(new JsonObject(response.body()).getJsonArray("errors")).hasSizeBetween(1, 20);
    }

    @Test
    void numbersBeyondTheirRangeAreRefused() throws Exception {
        for (var number :
                new String[] {
                    "0",
                    "-1",
                    "101",
                    "1.5",
                    "1e3",
                    "1e1000",
                    "-1e1000",
                    "1e-1000",
                    "99999999999999999999999999"
                }) {
            var response = gateway.post("/v1/search", "{\"text\":\"a\",\"limit\":" + number + "}");

            requireRefusal(response, 400, "invalid_request", "limit");
        }
        requireRefusal(
                gateway.post("/v1/search", "{\"text\":\"a\",\"limit\":" + "9".repeat(2_000) + "}"),
                400,
                "malformed_request",
                "1,000 digits in a number");
        for (var number : new String[] {"1e1001", "-1e999999999", "1e-999999999", "1e2147483647"}) {
            requireRefusal(
                    gateway.post("/v1/search", "{\"text\":\"a\",\"limit\":" + number + "}"),
                    400,
                    "malformed_request",
                    "expected: an exponent within -1000..1000");
        }
        for (var literal : new String[] {"NaN", "Infinity", "0x10", "01", "+1", ".5", "1."}) {
            requireRefusal(
                    gateway.post("/v1/search", "{\"text\":\"a\",\"limit\":" + literal + "}"),
                    400,
                    "malformed_request",
                    "line 1");
        }
    }

    @Test
    void valuesOfAnotherTypeAreRefusedByName() throws Exception {
        Map.of(
                        "{\"text\":1}", "text",
                        "{\"text\":null}", "text",
                        "{\"text\":[\"a\"]}", "text",
                        "{\"text\":{}}", "text",
                        "{\"text\":\"a\",\"limit\":\"9\"}", "limit",
                        "{\"text\":\"a\",\"limit\":true}", "limit",
                        "{\"text\":\"a\",\"limit\":null}", "limit")
                .forEach((body, field) ->
                        requireRefusal(
                                post("/v1/search", body),
                                400,
                                "invalid_request",
                                field + ": of another type (expected: "));
    }

    @Test
    void missingFieldsAreNamed() throws Exception {
        Map.of(
                        "/v1/search", "text: required",
                        "/v1/documents", "required",
                        "/v1/tasks", "required")
                .forEach((path, told) ->
                        requireRefusal(post(path, "{}"), 400, "invalid_request", told));
        requireRefusal(
                gateway.post("/v1/tasks", "{\"kind\":\"ingest\",\"input\":{\"name\":\"a\"}}"),
                400,
                "invalid_request",
                "input.text: required");
    }

    @Test
    void nameGivenTwiceIsRefusedWhereItIs() throws Exception {
        for (var body :
                new String[] {
                    "{\"text\":\"a\",\"text\":\"b\"}", "{\"text\":\"a\",\"\\u0074ext\":\"b\"}"
                }) {
            requireRefusal(
                    gateway.post("/v1/search", body),
                    400,
                    "malformed_request",
                    "Duplicate field 'text'");
        }
        requireRefusal(
                gateway.post("/v1/tasks", "{\"kind\":\"resize\",\"input\":{\"a\":1,\"a\":1}}"),
                400,
                "malformed_request",
                "Duplicate field 'a'");
    }

    @Test
    void controlCharactersInNamesAreRefused() throws Exception {
        for (var name :
                new String[] {
                    "a\\u0000b", "a\\nb", "a\\n", "\\u001b", "\\ra", "b\\u007f", "\\u0000"
                }) {
            var bad = "\"" + name + "\"";

            requireRefusal(
                    gateway.post("/v1/documents", "{\"name\":" + bad + ",\"text\":\"x\"}"),
                    400,
                    "invalid_request",
                    "name: ");
            requireRefusal(
                    gateway.post(
                            "/v1/documents",
                            "{\"name\":\"a\",\"text\":\"x\",\"subject\":" + bad + "}"),
                    400,
                    "invalid_request",
                    "subject: ");
            requireRefusal(
                    gateway.post("/v1/tasks", "{\"kind\":" + bad + ",\"input\":{}}"),
                    400,
                    "invalid_request",
                    "kind: ");
            requireRefusal(
                    gateway.post("/v1/tasks", ingest("{\"name\":" + bad + ",\"text\":\"x\"}")),
                    400,
                    "invalid_request",
                    "input.name: ");
        }
    }

    @Test
    void namesOfAnyLengthAreHeldAgainstTheirPattern() throws Exception {
        for (var name : new String[] {"a.".repeat(2_000_000) + "a", "a".repeat(4_000_000)}) {
            requireRefusal(
                    gateway.post("/v1/tasks", "{\"kind\":\"" + name + "\",\"input\":{}}"),
                    400,
                    "invalid_request",
                    "kind: ");
            requireRefusal(
                    gateway.post("/v1/documents", "{\"name\":\"" + name + "\",\"text\":\"x\"}"),
                    400,
                    "invalid_request",
                    "name: ");
            var tags = "{\"name\":\"a\",\"text\":\"x\",\"labels\":{\"tags\":[\"" + name + "\"]}}";
            requireRefusal(gateway.post("/v1/documents", tags), 400, "invalid_request", "tags");
        }
        requireRefusal(
                gateway.post("/v1/tasks", "{\"" + "k".repeat(60_000) + "\":1}"),
                400,
                "malformed_request",
                "50,000 characters in a name");
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() throws Exception {
        for (var bytes :
                new byte[][] {
                    {(byte) 0xff},
                    {(byte) 0xc3, '('},
                    {(byte) 0xc0, (byte) 0x80},
                    {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
                    {(byte) 0xf8}
                }) {
            var body = new ByteArrayOutputStream();
            body.writeBytes("{\"text\":\"".getBytes(UTF_8));
            body.writeBytes(bytes);
            body.writeBytes("\"}".getBytes(UTF_8));
            var response =
                    gateway.send(
                            gateway.asAdmin("/v1/search")
                                    .header("Content-Type", "application/json")
                                    .POST(BodyPublishers.ofByteArray(body.toByteArray())));

            requireRefusal(response, 400, "malformed_request", "UTF-8");
        }
    }

    @Test
    void idsThatAreNoneAreRefused() throws Exception {
        for (var id : new String[] {"", "x", "1-1-1-1-1", "8a0c9f7e1b2d8f3aa1b2c3d4e5f60718"}) {
            requireRefusal(
                    gateway.post("/v1/search/count", "{\"documents\":[\"" + id + "\"]}"),
                    400,
                    "invalid_request",
                    "documents");
        }
    }

    @Test
    void labelsThatAreNoneAreRefused() throws Exception {
        for (var labels :
                new String[] {
                    "{\"sensitivity\":\"secret\"}",
                    "{\"tags\":[\"A\"]}",
                    "{\"tags\":[\"\"]}",
                    "{\"tags\":[" + "\"a\",".repeat(32) + "\"a\"]}",
                    "{\"colour\":1}",
                    "[]"
                }) {
            requireRefusal(
                    gateway.post(
                            "/v1/documents",
                            "{\"name\":\"a\",\"text\":\"x\",\"labels\":" + labels + "}"),
                    400,
                    "invalid_request",
                    "labels");
        }
    }

    @Test
    void formsThatAreNoneAreRefused() throws Exception {
        requireRefusal(form("multipart/form-data", "x"), 400, "malformed_request", "boundary");
        requireRefusal(
                form("multipart/form-data; boundary=b", "nothing of the kind"),
                400,
                "invalid_request",
                "file: required");
        requireRefusal(
                form("multipart/form-data; boundary=b", part("file\"; filename=\"a.txt", "x")),
                400,
                "malformed_request",
                "broke off");
        requireRefusal(
                form(
                        "multipart/form-data; boundary=b",
                        part("tags", "No Tag")
                                + part("file\"; filename=\"a.txt", "x")
                                + "--b--\r\n"),
                400,
                "invalid_request",
                "tags: label: No Tag (expected: ");
        requireRefusal(
                form(
                        "multipart/form-data; boundary=b",
                        part("file\"; filename=\"a.txt", "x")
                                + part("file\"; filename=\"b.txt", "y")
                                + "--b--\r\n"),
                400,
                "invalid_request",
                "a second file (expected: one)");
        requireRefusal(
                form(
                        "multipart/form-data; boundary=b",
                        part("colour", "red")
                                + part("file\"; filename=\"a.txt", "x")
                                + "--b--\r\n"),
                400,
                "invalid_request",
                "colour: not a field of this request");
    }

    private HttpResponse<String> form(String type, String body) throws Exception {
        return gateway.send(
                gateway.asAdmin("/v1/documents")
                        .header("Content-Type", type)
                        .POST(BodyPublishers.ofString(body)));
    }

    private static String part(String name, String value) {
        return "--b\r\nContent-Disposition: form-data; name=\""
                + name
                + "\"\r\n\r\n"
                + value
                + "\r\n";
    }

    private HttpResponse<String> post(String path, String body) {
        try {
            return gateway.post(path, body);
        } catch (Exception failed) {
            throw new AssertionError(path, failed);
        }
    }

    private static String ingest(String input) {
        return "{\"kind\":\"ingest\",\"input\":" + input + "}";
    }

    private static void requireRefusal(
            HttpResponse<String> response, int status, String code, String told) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValue("application/problem+json");
        var problem = new JsonObject(response.body());
        assertThat(problem.getString("error_code")).as(response.body()).isEqualTo(code);
        assertThat(problem.getString("detail")).contains(told);
        assertThat(response.body().length()).as("a short answer").isLessThan(20_000);
    }
}
