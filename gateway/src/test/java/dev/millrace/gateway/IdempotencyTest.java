package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.kind.TaskKindEvent;
import dev.millrace.domain.log.EventLog.LoggedEvent;
import dev.millrace.domain.task.TaskEvent;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IdempotencyTest {

    private static final String RESIZE = "{\"kind\":\"resize\",\"input\":{\"a\":1}}";
    private static final String DOCUMENT = "{\"name\":\"a.txt\",\"text\":\"a\"}";

    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private RunningGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = new RunningGateway();
    }

    @AfterEach
    void stop() {
        clients.close();
        gateway.close();
    }

    @Test
    void repeatWhileTheFirstIsUnderWayIsToldToComeBack() throws Exception {
        gateway.submissions.hold();
        var first = clients.submit(() -> keyed("/v1/tasks", RESIZE, "k"));
        gateway.submissions.awaitHeld(1);

        for (var path : List.of("/v1/tasks", "/v1/documents")) {
            var second = keyed(path, path.endsWith("tasks") ? RESIZE : DOCUMENT, "k");

            assertThat(second.statusCode()).as(path).isEqualTo(409);
            assertThat(gateway.header(second, "Retry-After")).isEqualTo("1");
            assertThat(new JsonObject(second.body()).getString("error_code"))
                    .isEqualTo("idempotency_in_flight");
        }
        assertThat(gateway.submissions.count()).isEqualTo(1);
        gateway.submissions.release();
        assertThat(first.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(202);

        var again = keyed("/v1/tasks", RESIZE, "k");
        assertThat(again.statusCode()).isEqualTo(202);
        assertThat(gateway.header(again, "Idempotency-Replayed")).isEqualTo("true");
    }

    @Test
    void refusedSubmissionIsNoLongerUnderWay() throws Exception {
        var unknown = "{\"kind\":\"nonsense\",\"input\":{}}";

        assertThat(keyed("/v1/tasks", unknown, "k").statusCode()).isEqualTo(422);
        assertThat(keyed("/v1/tasks", unknown, "k").statusCode()).isEqualTo(422);
        gateway.submissions.failWith(new IllegalStateException("a bug"));
        assertThat(keyed("/v1/tasks", RESIZE, "k").statusCode()).isEqualTo(500);
        assertThat(keyed("/v1/tasks", RESIZE, "k").statusCode()).isEqualTo(500);
    }

    @Test
    void repeatIsAnsweredThoughItsKindIsNoLongerOffered() throws Exception {
        var first = keyed("/v1/tasks", RESIZE, "k");
        standsInTheLog();
        gateway.kinds.hear(new TaskKindEvent.Retired("resize", "too slow"));

        var again = keyed("/v1/tasks", RESIZE, "k");

        assertThat(again.statusCode()).isEqualTo(202);
        assertThat(gateway.header(again, "Idempotency-Replayed")).isEqualTo("true");
        assertThat(new JsonObject(again.body()).getString("id"))
                .isEqualTo(new JsonObject(first.body()).getString("id"));
        assertThat(new JsonObject(again.body()).getString("position"))
                .isEqualTo("millrace.task-events-1@41");
        assertThat(gateway.submissions.count()).isEqualTo(1);
    }

    @Test
    void repeatIsAnsweredThoughTheDiskIsFull() throws Exception {
        keyed("/v1/tasks", RESIZE, "k");
        standsInTheLog();
        gateway.full = "the site's disk has 1 MiB left: remove files";

        var again = keyed("/v1/tasks", RESIZE, "k");

        assertThat(again.statusCode()).isEqualTo(202);
        assertThat(gateway.header(again, "Idempotency-Replayed")).isEqualTo("true");
    }

    @Test
    void whatIsNoRepeatIsRefusedAsEver() throws Exception {
        keyed("/v1/tasks", RESIZE, "k");
        standsInTheLog();
        gateway.kinds.hear(new TaskKindEvent.Retired("resize", "too slow"));

        var other = RESIZE.replace("1", "2");
        assertThat(keyed("/v1/tasks", other, "k").body()).contains("no longer offered");
        assertThat(gateway.post("/v1/tasks", RESIZE).body()).contains("no longer offered");
        gateway.views.put("task-history");
        assertThat(keyed("/v1/tasks", RESIZE, "k").body()).contains("no longer offered");
        gateway.full = "the site's disk has 1 MiB left: remove files";
        assertThat(keyed("/v1/tasks", RESIZE, "k").statusCode()).isEqualTo(507);
    }

    /// What was submitted last, as the view and the log tell it.
    private void standsInTheLog() {
        var submit = gateway.submissions.lastSubmit();
        var event =
                new TaskEvent.Submitted(
                        submit.task(),
                        1,
                        submit.kind(),
                        submit.input(),
                        submit.inputDigest(),
                        submit.terms(),
                        null,
                        null,
                        submit.after());
        gateway.views.put(
                "task-history",
                new JsonObject()
                        .put("type", event.type())
                        .put("topic", "millrace.task-events")
                        .put("partition", 1)
                        .put("offset", 41)
                        .encode());
        var envelope =
                gateway.submissions
                        .last()
                        .<TaskEvent>following(
                                new UUID(0x8000, 1),
                                RunningGateway.NOON,
                                new Actor("decide", Actor.Proof.WORKER),
                                RunningGateway.SITE,
                                event);
        gateway.log.put(
                new LoggedEvent(
                        envelope.id(),
                        event.type(),
                        RunningGateway.NOON,
                        envelope.actor(),
                        envelope.tenant(),
                        submit.task().toString(),
                        "millrace.task-events",
                        1,
                        41,
                        null,
                        envelope.id(),
                        "{}",
                        envelope));
    }

    @Test
    void keyThatStandsTwiceInABatchIsUnderWayTheSecondTime() throws Exception {
        gateway.submissions.hold();
        var item = "{\"kind\":\"resize\",\"input\":{},\"idempotency_key\":\"k\"}";
        var response =
                clients.submit(() ->
                        gateway.post(
                                "/v1/tasks/batch",
                                "{\"tasks\":[" + item + "," + item + "," + RESIZE + "]}"));
        gateway.submissions.awaitHeld(2);
        gateway.submissions.release();

        var items = new JsonObject(response.get(30, TimeUnit.SECONDS).body()).getJsonArray("items");
        assertThat(items.getJsonObject(0).getInteger("status")).isEqualTo(202);
        assertThat(items.getJsonObject(1).getInteger("status")).isEqualTo(409);
        assertThat(items.getJsonObject(1).getInteger("retry_after")).isEqualTo(1);
        assertThat(items.getJsonObject(2).getInteger("status")).isEqualTo(202);
    }

    @Test
    void sameDocumentTwiceAtOnceNeedsNoKey() throws Exception {
        gateway.submissions.hold();
        var first = clients.submit(() -> gateway.post("/v1/documents", DOCUMENT));
        var second = clients.submit(() -> gateway.post("/v1/documents", DOCUMENT));
        gateway.submissions.awaitHeld(2);
        gateway.submissions.release();

        assertThat(first.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(202);
        assertThat(second.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(202);
    }

    @Test
    void sameKeyAndInputUnderAnotherKindOrLabelIsRefused() throws Exception {
        keyed("/v1/tasks", RESIZE, "k");

        for (var other :
                List.of(
                        RESIZE.replace("resize", "ingest")
                                .replace("{\"a\":1}", "{\"name\":\"a\",\"text\":\"a\"}"),
                        RESIZE.replaceFirst("}$", ",\"subject\":\"patient-7\"}"),
                        RESIZE.replaceFirst("}$", ",\"labels\":{\"sensitivity\":\"public\"}}"))) {
            var response = keyed("/v1/tasks", other, "k");

            assertThat(response.statusCode()).as(other).isEqualTo(422);
            assertThat(new JsonObject(response.body()).getString("error_code"))
                    .isEqualTo("idempotency_conflict");
            assertThat(new JsonObject(response.body()).getString("position"))
                    .as("where the refusal stands")
                    .startsWith("millrace.task-events-");
        }
    }

    @Test
    void taskIsFoundByItsKey() throws Exception {
        for (var key :
                List.of(
                        "import-1",
                        "a/b",
                        "a b",
                        "%zz",
                        "a+b",
                        "{\"a\":1}",
                        "?#",
                        "k".repeat(255))) {
            var task = DerivedId.of("task", "default", key).toString();
            gateway.views.put("tasks", "{\"id\":\"" + task + "\",\"state\":\"queued\"}");

            var response = lookUp(key);

            assertThat(response.statusCode()).as(key).isEqualTo(200);
            assertThat(new JsonObject(response.body()).getString("id")).as(key).isEqualTo(task);
        }
    }

    @Test
    void unknownKeyIsNotFound() throws Exception {
        gateway.views.put("tasks");

        assertThat(lookUp("import-1").statusCode()).isEqualTo(404);
    }

    @Test
    void keyOutOfItsBoundsIsRefused() throws Exception {
        for (var key : List.of("k".repeat(256), "käse", "a\tb")) {
            assertThat(lookUp(key).statusCode()).as(key).isEqualTo(400);
        }
        assertThat(keyed("/v1/tasks", RESIZE, "k".repeat(256)).statusCode()).isEqualTo(400);
        assertThat(keyed("/v1/tasks", RESIZE, "a\tb").statusCode()).isEqualTo(400);
        var item = "{\"kind\":\"resize\",\"input\":{},\"idempotency_key\":\"\"}";
        var batch = gateway.post("/v1/tasks/batch", "{\"tasks\":[" + item + "]}");
        assertThat(batch.statusCode()).isEqualTo(400);
        assertThat(batch.body()).contains("tasks.0.idempotency_key");
        assertThat(gateway.submissions.count()).isZero();
    }

    private HttpResponse<String> keyed(String path, String body, String key) throws Exception {
        return gateway.post(path, body, "Idempotency-Key", key);
    }

    private HttpResponse<String> lookUp(String key) throws Exception {
        var encoded = URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
        return gateway.get("/v1/idempotency-keys/" + encoded);
    }
}
