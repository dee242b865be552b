package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.gateway.access.Role;
import dev.millrace.gateway.commands.SubmissionsUnavailable;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BatchCancelTest {

    private static final String PATH = "/v1/tasks/batch/cancel";
    private static final String UNKNOWN = "00000000-0000-8000-8000-000000000007";

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
    void everyTaskHasTheAnswerThatItWouldHaveHadAlone() throws Exception {
        var ended = submitted("ended");
        var open = submitted("open");
        gateway.post("/v1/tasks/" + ended + "/cancel", "{}");

        var response =
                cancel(List.of(ended, open, UNKNOWN, open.toUpperCase(Locale.ROOT)), "not wanted");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(statuses(response)).containsExactly(409, 200, 404, 409);
        assertThat(item(response, 1))
                .isEqualTo(
                        new JsonObject()
                                .put("status", 200)
                                .put("id", open)
                                .put("position", "millrace.task-events-1@5"));
        assertThat(item(response, 2).getString("id")).isEqualTo(UNKNOWN);
        var problem = item(response, 3).getJsonObject("problem");
        assertThat(item(response, 3).getString("id")).isEqualTo(open);
        assertThat(problem.getString("error_code")).isEqualTo("already_ended");
        assertThat(problem.getString("instance")).isEqualTo(PATH);
    }

    @Test
    void reasonIsPassedOnAndMayBeMissing() throws Exception {
        cancel(List.of(submitted("a")), "not wanted");
        assertThat(gateway.submissions.last().messageOrNull())
                .isInstanceOfSatisfying(
                        TaskCommand.Cancel.class,
                        cancel -> assertThat(cancel.why()).isEqualTo("not wanted"));

        gateway.post(PATH, "{\"tasks\":[\"%s\"]}".formatted(submitted("b")));
        assertThat(gateway.submissions.last().messageOrNull())
                .isInstanceOfSatisfying(
                        TaskCommand.Cancel.class, cancel -> assertThat(cancel.why()).isEmpty());
    }

    @Test
    void allCommandsAreSentBeforeAnyOutcomeIsKnown() throws Exception {
        var tasks = List.of(submitted("a"), submitted("b"));
        gateway.submissions.hold();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var response = CompletableFuture.supplyAsync(() -> unchecked(tasks), clients);
            gateway.submissions.awaitHeld(2);
            assertThat(response).isNotDone();
            gateway.submissions.release();

            assertThat(statuses(response.get(30, TimeUnit.SECONDS))).containsExactly(200, 200);
        }
    }

    @Test
    void taskThatMayBeCancelledAgainSaysWhen() throws Exception {
        var task = submitted("a");
        gateway.submissions.failWith(new SubmissionsUnavailable("nothing was decided"));

        var response = cancel(List.of(task), "");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(statuses(response)).containsExactly(503);
        assertThat(item(response, 0).getInteger("retry_after")).isEqualTo(2);
        assertThat(item(response, 0).getString("id")).isEqualTo(task);
    }

    @Test
    void batchThatDoesNotFitIsRefusedWholeAndNamesTheItem() throws Exception {
        var task = submitted("a");

        var response = cancel(List.of(task, "a"), "");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("tasks.1");
        assertThat(cancel(List.of(task), "x".repeat(1025)).statusCode()).isEqualTo(400);
        assertThat(gateway.submissions.count()).as("the submission alone").isEqualTo(1);
    }

    @Test
    void batchHoldsOneToAThousand() throws Exception {
        assertThat(cancel(List.of(), "").statusCode()).isEqualTo(400);
        assertThat(statuses(cancel(unknown(1000), ""))).hasSize(1000).containsOnly(404);
        assertThat(cancel(unknown(1001), "").statusCode()).isEqualTo(400);
        assertThat(gateway.submissions.count()).isEqualTo(1000);
    }

    @Test
    void whoMayNotCancelOneMayNotCancelMany() throws Exception {
        for (var role : List.of(Role.READER, Role.AUDITOR, Role.WORKER)) {
            var response =
                    gateway.send(
                            gateway.request(PATH)
                                    .header("Authorization", "Bearer " + RunningGateway.token(role))
                                    .header("Content-Type", "application/json")
                                    .POST(BodyPublishers.ofString(body(List.of(UNKNOWN), ""))));
            assertThat(response.statusCode()).as("%s", role).isEqualTo(403);
        }
        assertThat(gateway.submissions.count()).isZero();
    }

    private String submitted(String key) throws Exception {
        gateway.post("/v1/tasks", "{\"kind\":\"resize\",\"input\":{}}", "Idempotency-Key", key);
        return DerivedId.of("task", "default", key).toString();
    }

    private static List<String> unknown(int count) {
        return IntStream.range(0, count).mapToObj(i -> new UUID(0x8000, i).toString()).toList();
    }

    private HttpResponse<String> unchecked(List<String> tasks) {
        try {
            return cancel(tasks, "");
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    private HttpResponse<String> cancel(List<String> tasks, String why) throws Exception {
        return gateway.post(PATH, body(tasks, why));
    }

    private static String body(List<String> tasks, String why) {
        return new JsonObject().put("tasks", new JsonArray(tasks)).put("why", why).encode();
    }

    private static List<Integer> statuses(HttpResponse<String> response) {
        return items(response).stream()
                .map(item -> ((JsonObject) item).getInteger("status"))
                .toList();
    }

    private static JsonObject item(HttpResponse<String> response, int index) {
        return items(response).getJsonObject(index);
    }

    private static JsonArray items(HttpResponse<String> response) {
        return new JsonObject(response.body()).getJsonArray("items");
    }
}
