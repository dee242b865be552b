package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.replay.Replay.Comparison;
import dev.millrace.domain.replay.Replay.Difference;
import dev.millrace.domain.replay.Replay.State;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.gateway.access.Role;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReplaysTest {

    private static final String ROW =
            "{\"id\":\"8a0c9f7e-1b2d-8f3a-a1b2-c3d4e5f60718\",\"version\":3}";

    private RunningGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = new RunningGateway();
        gateway.views.put("tasks", ROW);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void aReplayIsBegunAndShown() throws Exception {
        var begun =
                gateway.post(
                        "/v1/replays",
                        "{\"view\":\"tasks\",\"until\":\"2026-11-22T11:00:00Z\",\"rate\":5}");

        assertThat(begun.statusCode()).isEqualTo(202);
        var shown = new JsonObject(begun.body());
        var path = "/v1/replays/" + shown.getString("id");
        assertThat(gateway.header(begun, "Location")).isEqualTo(path);
        assertThat(shown.getString("state")).isEqualTo("running");
        assertThat(shown.getString("until")).isEqualTo("2026-11-22T11:00:00Z");
        assertThat(shown.getInteger("rate")).isEqualTo(5);
        assertThat(shown.getDouble("seconds_left")).isEqualTo(1.5);
        assertThat(gateway.get(path).body()).isEqualTo(begun.body());
        assertThat(new JsonObject(gateway.get("/v1/replays").body()).getJsonArray("items"))
                .containsExactly(shown);
    }

    @Test
    void oneTaskIsReplayedAndItsStepsAreShown() throws Exception {
        var task = "8A0C9F7E-1B2D-8F3A-A1B2-C3D4E5F60718";
        var begun =
                gateway.post(
                        "/v1/replays",
                        "{\"entity\":\"%s\",\"until\":\"%s\"}".formatted(task, new UUID(7, 7)));

        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
        var shown = new JsonObject(begun.body());
        assertThat(shown.getString("entity")).isEqualTo(task.toLowerCase(Locale.ROOT));
        assertThat(shown.getString("view")).isEqualTo("tasks");
        assertThat(shown.getString("until")).isEqualTo(new UUID(7, 7).toString());
        var path = "/v1/replays/" + shown.getString("id");
        gateway.replays.end(State.FINISHED, new Comparison(7, 0, null));
        assertThat(new JsonObject(gateway.get(path).body()).getString("caught_up_at"))
                .isEqualTo("2026-11-22T12:00:02Z");
        var steps = gateway.get(path + "/steps?limit=1");
        assertThat(new JsonObject(steps.body()).getJsonArray("items")).hasSize(1);
        assertThat(new JsonObject(steps.body()).getString("next_token")).isEqualTo("1");
        assertThat(gateway.get("/v1/tasks?as_of=" + new UUID(7, 7)).statusCode())
                .as("it has one row of that view, and is not the list")
                .isEqualTo(202);
    }

    @Test
    void aRangeIsReplayedAndTallied() throws Exception {
        var begun =
                gateway.post(
                        "/v1/replays",
                        "{\"range\":{\"from\":\"2026-11-22T10:00:00Z\"},"
                                + "\"until\":\"2026-11-22T11:00:00Z\"}");

        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
        var shown = new JsonObject(begun.body());
        assertThat(shown.getJsonObject("range"))
                .isEqualTo(new JsonObject().put("from", "2026-11-22T10:00:00Z"));
        gateway.replays.end(State.FINISHED, null);
        var ended = new JsonObject(gateway.get("/v1/replays/" + shown.getString("id")).body());
        assertThat(ended.getJsonObject("tally").getJsonObject("types"))
                .isEqualTo(new JsonObject().put("dev.millrace.task.queued", 3));
        assertThat(gateway.get("/v1/tasks?as_of=2026-11-22T11:00:00Z").statusCode())
                .as("its rows are not all that there were")
                .isEqualTo(202);
    }

    @Test
    void oneThingIsReplayedAtATime() throws Exception {
        for (var body :
                List.of(
                        "{}",
                        "{\"view\":\"tasks\",\"entity\":\"8a0c9f7e-1b2d-8f3a-a1b2-c3d4e5f60718\"}",
                        "{\"view\":\"tasks\",\"range\":{\"from\":\"2026-11-22T10:00:00Z\"}}",
                        "{\"entity\":\"none\"}",
                        "{\"range\":{}}",
                        "{\"range\":{\"from\":\"then\"}}")) {
            assertThat(gateway.post("/v1/replays", body).statusCode()).as(body).isEqualTo(400);
        }
    }

    @Test
    void aReplayIsPausedResumedAndCancelled() throws Exception {
        var path = begin("tasks");

        assertThat(state(gateway.post(path + "/pause", "").body())).isEqualTo("paused");
        assertThat(state(gateway.post(path + "/resume", "").body())).isEqualTo("running");
        assertThat(state(gateway.post(path + "/cancel", "").body())).isEqualTo("cancelled");
    }

    @Test
    void itsRowsAreAskedForLikeThoseOfAView() throws Exception {
        var path = begin("tasks");

        var rows = gateway.get(path + "/rows?state=failed&reverse=true&fields=version");
        assertThat(new JsonObject(rows.body()).getJsonArray("items"))
                .containsExactly(new JsonObject().put("version", 3));
        assertThat(gateway.views.last())
                .isEqualTo(
                        new ViewQuery(
                                "tasks",
                                "default",
                                Map.of("state", "failed"),
                                true,
                                false,
                                50,
                                null,
                                Position.START));
        assertThat(gateway.get(path + "/rows/8a0c9f7e-1b2d-8f3a-a1b2-c3d4e5f60718").body())
                .isEqualTo(ROW);
        assertThat(gateway.get(path + "/rows/none").statusCode()).isEqualTo(404);
    }

    @Test
    void theComparisonNamesWhatDiffers() throws Exception {
        var path = begin("tasks");
        gateway.replays.end(State.FINISHED, new Comparison(7, 0, null));
        assertThat(new JsonObject(gateway.get(path).body()).getJsonObject("comparison"))
                .isEqualTo(
                        new JsonObject()
                                .put("equal", true)
                                .put("rows", 7)
                                .put("unsettled", 0)
                                .putNull("difference"));

        var difference = new Difference("k", null, ROW, "millrace.task-events-1@7");
        gateway.replays.end(State.FINISHED, new Comparison(3, 0, difference));
        assertThat(
                        new JsonObject(gateway.get(path).body())
                                .getJsonObject("comparison")
                                .getJsonObject("difference"))
                .isEqualTo(
                        new JsonObject()
                                .put("key", "k")
                                .putNull("live")
                                .put("replayed", new JsonObject(ROW))
                                .put("event", "millrace.task-events-1@7"));
    }

    @Test
    void aListAsItWasIsThatOfAReplay() throws Exception {
        var then = "/v1/tasks?as_of=2026-11-22T11:00:00Z&state=failed";

        var first = gateway.get(then);
        assertThat(first.statusCode()).isEqualTo(202);
        var again = gateway.get(then);
        assertThat(again.statusCode()).isEqualTo(202);
        assertThat(gateway.header(again, "Location")).isEqualTo(gateway.header(first, "Location"));
        gateway.replays.end(State.FINISHED, null);
        var rows = gateway.get(then);

        assertThat(rows.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(rows.body()).getJsonArray("items")).hasSize(1);
        assertThat(gateway.get("/v1/views/tasks?as_of=2026-11-22T11:00:01Z").statusCode())
                .as("another moment is another replay")
                .isEqualTo(202);
    }

    @Test
    void aRowAsItWasIsThatOfAReplayWhereTheViewKeepsNoPast() throws Exception {
        gateway.views.put("task-counts", "{\"key\":\"echo:failed\",\"count\":3}");
        var then = "/v1/views/task-counts/echo:failed?as_of=2026-11-22T11:00:00Z";

        var first = gateway.get(then);
        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(gateway.header(gateway.get(then), "Location"))
                .isEqualTo(gateway.header(first, "Location"));
        gateway.replays.end(State.FINISHED, null);
        var row = gateway.get(then + "&fields=count");

        assertThat(row.statusCode()).as(row.body()).isEqualTo(200);
        assertThat(row.body()).isEqualTo("{\"count\":3}");
        assertThat(gateway.views.lastRow())
                .isEqualTo(new RowQuery("task-counts", "default", "echo:failed"));
        assertThat(gateway.get(then.replace("failed", "none")).statusCode()).isEqualTo(404);
        var reader =
                gateway.request(then)
                        .header("Authorization", "Bearer " + RunningGateway.token(Role.READER));
        assertThat(gateway.send(reader).statusCode()).isEqualTo(403);
        assertThat(gateway.replays.list("default")).hasSize(1);
    }

    @Test
    void whatChangesAllTheTimeIsNotSaidToBeEqual() throws Exception {
        var path = begin("task-counts");
        gateway.replays.end(State.FINISHED, new Comparison(7, 1, null));

        assertThat(new JsonObject(gateway.get(path).body()).getJsonObject("comparison"))
                .isEqualTo(
                        new JsonObject()
                                .put("equal", false)
                                .put("rows", 7)
                                .put("unsettled", 1)
                                .putNull("difference"));
    }

    @Test
    void aListAsItWasIsRefusedBeforeAnythingIsReplayed() throws Exception {
        var then = "?as_of=2026-11-22T11:00:00Z";
        for (var wrong :
                Map.of(
                                "/v1/views/nothing" + then, 404,
                                "/v1/views/tasks" + then + "&colour=red", 400,
                                "/v1/tasks" + then + "&fields=none", 400,
                                "/v1/tasks" + then + "&after=millrace.task-events-0@1", 400)
                        .entrySet()) {
            assertThat(gateway.get(wrong.getKey()).statusCode())
                    .as(wrong.getKey())
                    .isEqualTo(wrong.getValue());
        }
        var reader =
                gateway.request("/v1/tasks" + then)
                        .header("Authorization", "Bearer " + RunningGateway.token(Role.READER));
        assertThat(gateway.send(reader).statusCode()).isEqualTo(403);
        assertThat(gateway.replays.list("default")).isEmpty();
    }

    @Test
    void aListAsItWasTellsOfAReplayThatFailedAndWaitsForNoneThatIsHeldBack() throws Exception {
        var then = "/v1/tasks?as_of=2026-11-22T11:00:00Z";
        var first = gateway.header(gateway.get(then), "Location");
        gateway.post(first + "/pause", "");

        var second = gateway.get(then);
        assertThat(second.statusCode()).isEqualTo(202);
        assertThat(gateway.header(second, "Location")).isNotEqualTo(first);
        gateway.replays.end(State.FAILED, null);
        assertThat(gateway.get(then).statusCode()).isEqualTo(503);
    }

    @Test
    void whatIsNoReplayIsRefused() throws Exception {
        assertThat(gateway.post("/v1/replays", "{\"view\":\"throughput\"}").statusCode())
                .isEqualTo(400);
        assertThat(gateway.post("/v1/replays", "{\"view\":\"tasks\",\"rate\":0}").statusCode())
                .isEqualTo(400);
        assertThat(
                        gateway.post("/v1/replays", "{\"view\":\"tasks\",\"until\":\"then\"}")
                                .statusCode())
                .isEqualTo(400);
        var unknown = gateway.get("/v1/replays/" + new UUID(0x7000, 1));
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(new JsonObject(unknown.body()).getString("error_code"))
                .isEqualTo("unknown_replay");
        begin("tasks");
        begin("documents");
        var busy = gateway.post("/v1/replays", "{\"view\":\"tasks\"}");
        assertThat(busy.statusCode()).isEqualTo(503);
        assertThat(gateway.header(busy, "Retry-After")).isEqualTo("10");
    }

    @Test
    void onlyThoseMayReplayWhoMayJudge() throws Exception {
        for (var role : Role.values()) {
            var request =
                    gateway.request("/v1/replays")
                            .header("Authorization", "Bearer " + RunningGateway.token(role));
            boolean may = role == Role.ADMIN || role == Role.OPERATOR || role == Role.AUDITOR;

            assertThat(gateway.send(request).statusCode())
                    .as("%s", role)
                    .isEqualTo(may ? 200 : 403);
        }
    }

    private String begin(String view) throws Exception {
        var begun = gateway.post("/v1/replays", "{\"view\":\"%s\"}".formatted(view));
        assertThat(begun.statusCode()).isEqualTo(202);
        return "/v1/replays/" + new JsonObject(begun.body()).getString("id");
    }

    private static String state(String body) {
        return new JsonObject(body).getString("state");
    }
}
