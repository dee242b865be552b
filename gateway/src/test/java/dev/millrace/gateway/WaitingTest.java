package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState.Stage;
import dev.millrace.domain.view.Position;
import dev.millrace.gateway.commands.TaskEnd;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WaitingTest {

    private static final String RESIZE = "{\"kind\":\"resize\",\"input\":{}}";
    private static final TaskId TASK = new TaskId(DerivedId.of("task", "default", "k"));
    private static final Position THERE = Position.at("millrace.task-events", 1, 44);
    private static final String OUTPUT = "{\"width\":1.50,\"deep\":[{\"a\":null}]}";

    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private RunningGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = new RunningGateway();
        gateway.views.put("tasks");
    }

    @AfterEach
    void stop() {
        clients.close();
        gateway.close();
    }

    @Test
    void answerWaitsForTheEnd() throws Exception {
        var response = later(() -> submit("wait=20"));
        assertThat(gateway.submissions.awaitWaiting()).isEqualTo(Duration.ofSeconds(20));
        gateway.submissions.end(succeeded(new Content.Inline(OUTPUT)));

        var answer = response.get(30, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo(
                        ("{\"id\":\"%s\",\"state\":\"succeeded\",\"attempt\":2,\"output\":%s,"
                                        + "\"position\":\"millrace.task-events-1@44\"}")
                                .formatted(TASK, OUTPUT));
        assertThat(gateway.header(answer, "Preference-Applied")).isEqualTo("wait=20");
        assertThat(gateway.header(answer, "Location")).isEqualTo("/v1/tasks/" + TASK);
        assertThat(gateway.header(answer, "Idempotency-Replayed")).isNull();
    }

    @Test
    void endBeforeTheOutcomeIsNotMissed() throws Exception {
        gateway.submissions.endEarly(
                new TaskEnd(TASK, Stage.FAILED, 1, null, new Failure("not_text", "byte 2"), THERE));

        var answer = submit("wait=20");

        assertThat(answer.statusCode()).isEqualTo(200);
        var body = new JsonObject(answer.body());
        assertThat(body.getString("state")).isEqualTo("failed");
        assertThat(body.getJsonObject("failure"))
                .isEqualTo(new JsonObject().put("code", "not_text").put("detail", "byte 2"));
        assertThat(body.containsKey("output")).isFalse();
    }

    @Test
    void outputThatIsNoJsonIsAText() throws Exception {
        gateway.submissions.endEarly(succeeded(new Content.Inline("no json")));

        assertThat(new JsonObject(submit("wait=9").body()).getString("output"))
                .isEqualTo("no json");
    }

    @Test
    void outputThatIsStoredIsToldByItsAddress() throws Exception {
        gateway.submissions.endEarly(succeeded(new Content.Stored(Digest.of("x"), 1)));

        assertThat(new JsonObject(submit("wait=9").body()).getJsonObject("output"))
                .isEqualTo(
                        new JsonObject()
                                .put(
                                        "blob",
                                        new JsonObject()
                                                .put("digest", Digest.of("x").hex())
                                                .put("size", 1)));
    }

    @Test
    void timeThatIsUpIsAnsweredAsUsual() throws Exception {
        var response = later(() -> submit("wait=99"));
        assertThat(gateway.submissions.awaitWaiting()).isEqualTo(Duration.ofSeconds(60));
        gateway.submissions.timeOut();

        var answer = response.get(30, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(new JsonObject(answer.body()))
                .isEqualTo(
                        new JsonObject()
                                .put("id", TASK.toString())
                                .put("position", "millrace.task-events-1@1"));
        assertThat(gateway.header(answer, "Preference-Applied")).isEqualTo("wait=60");
    }

    @Test
    void closingAnswersThoseWhoWaitAsIfTheTimeWasUp() throws Exception {
        var response = later(() -> submit("wait=60"));
        assertThat(gateway.submissions.awaitWaiting()).isEqualTo(Duration.ofSeconds(60));

        gateway.stopServing();

        assertThat(response.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(202);
        assertThat(gateway.submissions.nobodyWaits()).isTrue();
    }

    @Test
    void documentThatIsTakenInAgainIsWaitedForUnderItsNewTask() throws Exception {
        var body = "{\"kind\":\"ingest\",\"input\":{\"name\":\"a.txt\",\"text\":\"a\"}}";
        var first = new JsonObject(gateway.post("/v1/tasks", body).body()).getString("id");
        gateway.post("/v1/tasks/" + first + "/cancel", "{}");
        var again = new TaskId(DerivedId.of("again", first));
        gateway.views.put(
                "tasks",
                "{\"id\":\"%s\",\"state\":\"succeeded\",\"attempt\":1,\"output\":%s}"
                        .formatted(again, OUTPUT));

        var answer = gateway.post("/v1/tasks", body, "Prefer", "wait=20");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(answer.body()).getString("id")).isEqualTo(again.toString());
        assertThat(gateway.submissions.nobodyWaits()).isTrue();
    }

    @Test
    void refusalIsNotWaitedFor() throws Exception {
        var answer =
                gateway.post("/v1/tasks", "{\"kind\":\"none\",\"input\":{}}", "Prefer", "wait=20");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(gateway.submissions.nobodyWaits()).isTrue();
    }

    @Test
    void whoMayNotWaitIsAnsweredAtOnce() throws Exception {
        gateway.submissions.fill();

        var answer = submit("wait=20");

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(gateway.header(answer, "Preference-Applied")).isNull();
        assertThat(gateway.get("/v1/tasks/" + TASK).statusCode()).isEqualTo(404);
    }

    @Test
    void repeatOfATaskThatEndedLongAgoIsAnsweredFromItsRow() throws Exception {
        submit("");
        gateway.views.put(
                "tasks",
                "{\"id\":\"%s\",\"state\":\"succeeded\",\"attempt\":2,\"error\":null,\"output\":%s}"
                        .formatted(TASK, OUTPUT));

        var answer = submit("wait=20");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo(
                        ("{\"id\":\"%s\",\"state\":\"succeeded\",\"attempt\":2,\"output\":%s,"
                                        + "\"position\":\"millrace.task-events-0@7\"}")
                                .formatted(TASK, OUTPUT));
        assertThat(gateway.header(answer, "Idempotency-Replayed")).isEqualTo("true");
        assertThat(gateway.submissions.nobodyWaits()).isTrue();
    }

    @Test
    void repeatIsAnsweredThoughTheViewLagsBehind() throws Exception {
        submit("");
        gateway.views.put("tasks", row("running"));
        var response = later(() -> submit("wait=20"));
        gateway.views.awaitReads(2);
        gateway.views.put("tasks", row("cancelled"));

        var answer = response.get(30, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(answer.body()).getString("state")).isEqualTo("cancelled");
    }

    @Test
    void repeatOfATaskThatStillRunsWaitsForItsEnd() throws Exception {
        submit("");
        gateway.views.put("tasks", row("running"));
        var response = later(() -> submit("wait=20"));
        gateway.views.awaitReads(1);
        var end = succeeded(new Content.Inline("{}"));
        gateway.submissions.end(end);

        var answer = response.get(30, TimeUnit.SECONDS);
        assertThat(new JsonObject(answer.body()).getString("position"))
                .isEqualTo("millrace.task-events-1@44");
        assertThat(gateway.views.wasReadAfter(end.position()))
                .as("the end is in hand: no need to wait for the view")
                .isFalse();
        assertThat(gateway.header(answer, "Idempotency-Replayed")).isEqualTo("true");
    }

    @Test
    void rowIsShownOnceTheTaskHasEndedAndTheViewKnows() throws Exception {
        gateway.views.put("tasks", row("running"));
        var response = later(() -> get("wait=20"));
        gateway.views.awaitReads(1);
        gateway.submissions.end(succeeded(new Content.Inline("{}")));
        gateway.views.awaitReads(3);
        gateway.views.put("tasks", row("succeeded"));

        var answer = response.get(30, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(row("succeeded"));
        assertThat(gateway.header(answer, "Preference-Applied")).isEqualTo("wait=20");
        assertThat(gateway.header(answer, "Millrace-Position")).isNotNull();
    }

    @Test
    void rowIsReadOnceTheViewHasComeToTheEnd() throws Exception {
        gateway.views.put("tasks", row("running"));
        var response = later(() -> get("wait=20"));
        gateway.views.awaitReads(1);
        var end = succeeded(new Content.Inline("{}"));
        gateway.submissions.end(end);
        gateway.views.awaitReadAfter(end.position());
        gateway.views.put("tasks", row("succeeded"));

        assertThat(response.get(30, TimeUnit.SECONDS).body()).isEqualTo(row("succeeded"));
    }

    @Test
    void rowOfATaskThatHasEndedIsShownAtOnce() throws Exception {
        gateway.views.put("tasks", row("expired"));

        assertThat(get("wait=20").body()).isEqualTo(row("expired"));
        assertThat(gateway.submissions.nobodyWaits()).isTrue();
    }

    @Test
    void rowIsShownAsItIsWhenTheTimeIsUp() throws Exception {
        gateway.views.put("tasks", row("waiting"));
        var response = later(() -> get("wait=1"));
        gateway.submissions.awaitWaiting();
        gateway.submissions.timeOut();

        assertThat(response.get(30, TimeUnit.SECONDS).body()).isEqualTo(row("waiting"));
    }

    @Test
    void taskThatIsNotThereIsNotWaitedForToTheEnd() throws Exception {
        assertThat(get("wait=20").statusCode()).isEqualTo(404);
        assertThat(gateway.submissions.nobodyWaits()).isTrue();
    }

    private HttpResponse<String> submit(String prefer) throws Exception {
        return gateway.post("/v1/tasks", RESIZE, "Idempotency-Key", "k", "Prefer", prefer);
    }

    private HttpResponse<String> get(String prefer) throws Exception {
        return gateway.send(gateway.asAdmin("/v1/tasks/" + TASK).header("Prefer", prefer));
    }

    private Future<HttpResponse<String>> later(Callable<HttpResponse<String>> request) {
        return clients.submit(request);
    }

    private static TaskEnd succeeded(Content output) {
        return new TaskEnd(TASK, Stage.SUCCEEDED, 2, output, null, THERE);
    }

    private static String row(String state) {
        return "{\"id\":\"%s\",\"state\":\"%s\",\"attempt\":1,\"output\":null}"
                .formatted(TASK, state);
    }
}
