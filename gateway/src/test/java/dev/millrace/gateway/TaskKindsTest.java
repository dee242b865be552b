package dev.millrace.gateway;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.kind.BuiltInKinds;
import dev.millrace.domain.kind.TaskKind;
import dev.millrace.domain.kind.TaskKindEvent;
import dev.millrace.domain.task.Retries;
import dev.millrace.gateway.access.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Kinds of task: registered, listed, and held against submissions.
class TaskKindsTest {

    private static final String ROTATE =
            """
            {"name":"image.rotate","description":"Turns a picture.",
             "input_schema":{"type":"object","required":["by"],"additionalProperties":false,
               "properties":{"by":{"type":"integer","minimum":0,"maximum":359},
                             "tags":{"type":"array","items":{"$ref":"#/$defs/tag"}},
                             "scale":{"enum":[1,1.5]}},
               "$defs":{"tag":{"type":"string","maxLength":3}}},
             "retries":{"max_attempts":7,"final_codes":["no_picture"]},
             "lease_ms":60000,"timeout_ms":600000,"submitters":["publisher"],"workers":["worker"]}
            """;

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
    void aNewKindIsRegisteredAndItsQueuesAreProvided() throws Exception {
        var response = gateway.post("/v1/task-kinds", ROTATE);

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(gateway.header(response, "Location")).isEqualTo("/v1/task-kinds/image.rotate");
        assertThat(new JsonObject(response.body()).getString("position"))
                .isEqualTo("millrace.task-kinds-0@7");
        var kind = requireNonNull(gateway.kinds.catalogue().find("image.rotate"));
        assertThat(kind.version()).isEqualTo(1);
        assertThat(kind.retries().mostAttempts()).isEqualTo(7);
        assertThat(kind.retries().first()).isEqualTo(Retries.DEFAULT.first());
        assertThat(kind.retries().finalCodes()).containsExactly("no_picture");
        assertThat(kind.lease()).isEqualTo(Duration.ofMinutes(1));
        assertThat(kind.timeout()).isEqualTo(Duration.ofMinutes(10));
        assertThat(kind.submitters()).containsExactly("publisher");
        assertThat(kind.workers()).containsExactly("worker");
        assertThat(kind.outputSchema()).isNull();
        assertThat(gateway.kinds.provided()).containsExactly("image.rotate");
        assertThat(gateway.kinds.lastActor()).isEqualTo(new Actor("admin", Actor.Proof.LOCAL));
        var shown = body(response);
        assertThat(shown.getBoolean("built_in")).isFalse();
        assertThat(shown.getJsonObject("input_schema"))
                .isEqualTo(new JsonObject(ROTATE).getJsonObject("input_schema"));
    }

    @Test
    void theSameContentAgainIsTheSameVersion() throws Exception {
        gateway.post("/v1/task-kinds", ROTATE);
        var numbered = new JsonObject(ROTATE).put("version", 1).encode();

        for (var again : List.of(ROTATE, numbered)) {
            var response = gateway.post("/v1/task-kinds", again);

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(body(response).getInteger("version")).isEqualTo(1);
        }
        // A registration that broke off before its queues were there is mended by the next.
        assertThat(gateway.kinds.provided()).hasSize(3);
    }

    @Test
    void otherContentIsTheNextVersion() throws Exception {
        gateway.post("/v1/task-kinds", ROTATE);

        var response = gateway.post("/v1/task-kinds", described("Turns it.").encode());

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(body(response).getInteger("version")).isEqualTo(2);
    }

    @Test
    void aVersionThatIsTakenOrNotTheNextIsAConflict() throws Exception {
        gateway.post("/v1/task-kinds", ROTATE);

        for (int version : new int[] {1, 3}) {
            var response =
                    gateway.post(
                            "/v1/task-kinds",
                            described("Turns it.").put("version", version).encode());

            assertThat(response.statusCode()).isEqualTo(409);
            assertThat(body(response).getString("error_code")).isEqualTo("kind_conflict");
            assertThat(body(response).getString("detail")).contains("(expected: 2, the next)");
        }
        assertThat(gateway.kinds.provided()).hasSize(1);
    }

    @Test
    void builtInNamesAreReserved() throws Exception {
        for (var kind : BuiltInKinds.ALL) {
            var response =
                    gateway.post(
                            "/v1/task-kinds", new JsonObject().put("name", kind.name()).encode());

            assertThat(response.statusCode()).as(kind.name()).isEqualTo(409);
            assertThat(body(response).getString("detail")).contains(kind.name() + " is built in");
        }
    }

    @Test
    void aSchemaThatIsNoneIsRefusedWhereItIsWrong() throws Exception {
        var response =
                gateway.post(
                        "/v1/task-kinds",
                        """
                        {"name":"rotate",
                         "input_schema":{"properties":{"by":{"type":"angle"}}},
                         "output_schema":{"properties":{"a":{"$ref":"http://elsewhere.example/s"}}}}
                        """);

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(body(response).getString("error_code")).isEqualTo("invalid_schema");
        assertThat(fields(response))
                .contains("/input_schema/properties/by/type", "/output_schema/properties/a/$ref");
        assertThat(gateway.kinds.catalogue().find("rotate")).isNull();
    }

    @Test
    void aSchemaBeyondItsBoundIsRefused() throws Exception {
        var schema = new JsonObject().put("description", "x".repeat(TaskKind.LARGEST_SCHEMA_BYTES));

        var response =
                gateway.post(
                        "/v1/task-kinds",
                        new JsonObject()
                                .put("name", "rotate")
                                .put("input_schema", schema)
                                .encode());

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(body(response).getString("detail"))
                .contains("input_schema: 65554 bytes (expected: at most 65,536)");
    }

    @Test
    void withoutQueuesNothingIsAnsweredAndAskingAgainIsSafe() throws Exception {
        gateway.kinds.beWithoutQueues(true);
        var refused = gateway.post("/v1/task-kinds", ROTATE);
        gateway.kinds.beWithoutQueues(false);
        var again = gateway.post("/v1/task-kinds", ROTATE);

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(gateway.header(refused, "Retry-After")).isEqualTo("1");
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(gateway.kinds.provided()).containsExactly("image.rotate");
    }

    @Test
    void kindsAreListedByNameWithoutTheirSchemas() throws Exception {
        gateway.post("/v1/task-kinds", ROTATE);
        var names = new ArrayList<String>();
        var path = "/v1/task-kinds?limit=2";
        for (int page = 0; page < 4; page++) {
            var response = gateway.get(path);
            assertThat(response.statusCode()).isEqualTo(200);
            for (var item : body(response).getJsonArray("items")) {
                var kind = (JsonObject) item;
                names.add(kind.getString("name"));
                assertThat(kind.containsKey("input_schema")).isFalse();
            }
            path = "/v1/task-kinds?limit=2&token=" + body(response).getString("next_token");
        }

        assertThat(names)
                .containsExactly(
                        "echo", "embed", "http", "image.rotate", "ingest", "resize", "shout");
        assertThat(path).endsWith("token=null");
    }

    @Test
    void allVersionsOfAKindAreShownTheNewestFirst() throws Exception {
        gateway.post("/v1/task-kinds", ROTATE);
        gateway.post("/v1/task-kinds", described("Turns it.").encode());

        var all = body(gateway.get("/v1/task-kinds/image.rotate")).getJsonArray("items");
        var first = body(gateway.get("/v1/task-kinds/image.rotate?limit=1"));
        var second =
                body(
                        gateway.get(
                                "/v1/task-kinds/image.rotate?limit=1&token="
                                        + first.getString("next_token")));

        assertThat(versions(all)).containsExactly(2, 1);
        assertThat(all.getJsonObject(1).getJsonObject("input_schema").getString("type"))
                .isEqualTo("object");
        assertThat(versions(first.getJsonArray("items"))).containsExactly(2);
        assertThat(versions(second.getJsonArray("items"))).containsExactly(1);
        assertThat(second.getString("next_token")).isNull();
    }

    @Test
    void builtInKindsAreShownLikeAllOthers() throws Exception {
        var ingest = body(gateway.get("/v1/task-kinds/ingest")).getJsonArray("items");

        assertThat(ingest.getJsonObject(0).getBoolean("in_house")).isTrue();
        assertThat(ingest.getJsonObject(0).getBoolean("built_in")).isTrue();
    }

    @Test
    void aKindThatIsNotThereIsNotFoundButGuessed() throws Exception {
        var response = gateway.get("/v1/task-kinds/ehco");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(body(response).getString("detail")).contains("expected: echo perhaps");
        assertThat(gateway.get("/v1/task-kinds/Echo").statusCode()).isEqualTo(400);
        assertThat(gateway.get("/v1/task-kinds/echo?token=x").statusCode()).isEqualTo(400);
    }

    @Test
    void anInputThatDoesNotFitIsRefusedFieldByField() throws Exception {
        gateway.post("/v1/task-kinds", ROTATE);

        var response =
                submit(
                        "{\"by\":360,\"tags\":[\"ab\",7,\"abcd\"],\"scale\":2,\"a/b\":1}",
                        Role.PUBLISHER);

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(body(response).getString("error_code")).isEqualTo("invalid_input");
        assertThat(fields(response))
                .containsExactlyInAnyOrder(
                        "/input/by",
                        "/input/tags/1",
                        "/input/tags/2",
                        "/input/scale",
                        "/input/a~1b");
        assertThat(fields(submit("{}", Role.PUBLISHER))).containsExactly("/input/by");
        assertThat(gateway.submissions.count()).isZero();
    }

    @Test
    void anInputThatFitsIsSubmittedOnTheKindsTerms() throws Exception {
        gateway.post("/v1/task-kinds", ROTATE);

        var response = submit("{\"by\":90.0,\"scale\":1.50}", Role.PUBLISHER);

        assertThat(response.statusCode()).isEqualTo(202);
        var retries = gateway.submissions.lastSubmit().terms().retries();
        assertThat(retries.mostAttempts()).isEqualTo(7);
        assertThat(retries.finalCodes()).containsExactly("no_picture");
    }

    @Test
    void whatARequestSaysOfRetriesGoesBeforeWhatTheKindSays() throws Exception {
        gateway.post("/v1/task-kinds", ROTATE);

        gateway.post(
                "/v1/tasks",
                """
                {"kind":"image.rotate","input":{"by":1},"retries":{"first_wait_ms":5}}
                """);

        var retries = gateway.submissions.lastSubmit().terms().retries();
        assertThat(retries.first()).isEqualTo(Duration.ofMillis(5));
        assertThat(retries.mostAttempts()).isEqualTo(7);
    }

    @Test
    void aRepeatIsOneThoughTheKindHasOtherRetriesByNow() throws Exception {
        var task = "{\"kind\":\"image.rotate\",\"input\":{\"by\":1}}";
        gateway.post("/v1/task-kinds", ROTATE);
        var first = gateway.post("/v1/tasks", task, "Idempotency-Key", "k");
        gateway.post(
                "/v1/task-kinds",
                new JsonObject(ROTATE)
                        .put("retries", new JsonObject().put("max_attempts", 2))
                        .encode());

        var again = gateway.post("/v1/tasks", task, "Idempotency-Key", "k");

        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(again.statusCode()).isEqualTo(202);
        assertThat(gateway.header(again, "Idempotency-Replayed")).isEqualTo("true");
    }

    @Test
    void onlySubmittersOfAKindMaySubmitIt() throws Exception {
        gateway.post("/v1/task-kinds", ROTATE);

        var response = submit("{\"by\":1}", Role.OPERATOR);

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(body(response).getString("detail")).contains("image.rotate", "publisher");
        assertThat(submit("{\"by\":1}", Role.PUBLISHER).statusCode()).isEqualTo(202);
        assertThat(submit("{\"by\":1}", Role.ADMIN).statusCode()).isEqualTo(202);
    }

    @Test
    void theNewestVersionCountsAndARetiredKindDoesNot() throws Exception {
        gateway.post("/v1/task-kinds", ROTATE);
        gateway.post("/v1/task-kinds", "{\"name\":\"image.rotate\"}");
        assertThat(submit("{\"anything\":[]}", Role.PUBLISHER).statusCode()).isEqualTo(202);

        gateway.kinds.hear(new TaskKindEvent.Retired("image.rotate", ""));

        var response = submit("{}", Role.PUBLISHER);
        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(body(response).getString("detail")).contains("no longer offered");
    }

    @Test
    void aSchemaNobodyLookedAtIsAnAnswerNotAFailure() throws Exception {
        for (var schema :
                List.of("{\"$ref\":\"#\"}", "{\"$ref\":\"#/$defs/a\"}", "not even JSON")) {
            gateway.kinds.hear(new TaskKindEvent.Registered(unfit(schema)));
        }
        for (int version = 1; version <= 3; version++) {
            assertThat(gateway.kinds.catalogue().find("unfit", version)).isNotNull();
        }

        var response = gateway.post("/v1/tasks", "{\"kind\":\"unfit\",\"input\":{}}");

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(fields(response)).containsExactly("/input");
    }

    @Test
    void beforeTheKindsAreKnownNothingIsSubmitted() throws Exception {
        gateway.kinds.beUnavailable();

        for (var response :
                List.of(
                        gateway.post("/v1/tasks", "{\"kind\":\"echo\",\"input\":{}}"),
                        gateway.post("/v1/task-kinds", ROTATE),
                        gateway.get("/v1/task-kinds"),
                        gateway.get("/v1/task-kinds/echo"))) {
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(gateway.header(response, "Retry-After")).isEqualTo("1");
        }
        assertThat(gateway.submissions.count()).isZero();
    }

    private TaskKind unfit(String schema) throws Exception {
        return new TaskKind(
                "unfit",
                gateway.kinds.catalogue().nextVersion("unfit"),
                "",
                schema,
                null,
                Retries.DEFAULT,
                TaskKind.DEFAULT_LEASE,
                null,
                Set.of(),
                Set.of());
    }

    private HttpResponse<String> submit(String input, Role role) throws Exception {
        var body = "{\"kind\":\"image.rotate\",\"input\":" + input + "}";
        return gateway.send(
                gateway.request("/v1/tasks")
                        .header("Authorization", "Bearer " + RunningGateway.token(role))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)));
    }

    private static JsonObject described(String description) {
        return new JsonObject(ROTATE).put("description", description);
    }

    private static JsonObject body(HttpResponse<String> response) {
        return new JsonObject(response.body());
    }

    private static List<Integer> versions(JsonArray kinds) {
        return kinds.stream().map(kind -> ((JsonObject) kind).getInteger("version")).toList();
    }

    private static List<String> fields(HttpResponse<String> response) {
        return body(response).getJsonArray("errors").stream()
                .map(error -> ((JsonObject) error).getString("field"))
                .toList();
    }
}
