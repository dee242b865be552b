package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.replay.Replay.State;
import dev.millrace.domain.view.Moment;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.gateway.access.Role;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DiffTest {

    private static final String FROM = "from=2026-11-22T11:00:00Z";
    private static final String FAILED = "{\"id\":\"a\",\"state\":\"failed\"}";

    private final FakeViews past = new FakeViews();
    private RunningGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = new RunningGateway();
        gateway.views.put("tasks", FAILED, "{\"id\":\"b\",\"state\":\"queued\"}");
        gateway.views.put("documents", "{\"id\":\"d\",\"state\":\"searchable\"}");
        past.put(
                "tasks",
                "{\"id\":\"a\",\"state\":\"running\"}",
                "{\"id\":\"c\",\"state\":\"queued\"}");
        past.put("documents", "{\"id\":\"d\",\"state\":\"accepted\"}");
        gateway.replays.show(past);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void aListIsReplayedForAndThenHeldAgainstTheLiveView() throws Exception {
        var begun = gateway.get("/v1/views/tasks/diff?" + FROM);
        assertThat(begun.statusCode()).isEqualTo(202);
        assertThat(gateway.header(begun, "Retry-After")).isEqualTo("1");
        assertThat(new JsonObject(begun.body()).getJsonArray("replays")).hasSize(1);
        assertThat(gateway.get("/v1/views/tasks/diff?" + FROM).body()).isEqualTo(begun.body());
        gateway.replays.end(State.FINISHED, null);

        var page = gateway.get("/v1/views/tasks/diff?" + FROM);

        assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
        var items = new JsonObject(page.body()).getJsonArray("items");
        assertThat(items)
                .extracting(item -> ((JsonObject) item).getString("key"))
                .containsExactly("a", "b", "c");
        assertThat(items)
                .extracting(item -> ((JsonObject) item).getString("change"))
                .containsExactly("changed", "added", "removed");
        assertThat(items.getJsonObject(0))
                .isEqualTo(
                        new JsonObject(
                                "{\"key\":\"a\",\"change\":\"changed\",\"fields\":[\"state\"],"
                                        + "\"before\":{\"id\":\"a\",\"state\":\"running\"},\"after\":"
                                        + FAILED
                                        + "}"));
        assertThat(gateway.header(page, "Millrace-Position"))
                .isEqualTo(FakeViews.POSITION.toString());
    }

    @Test
    void twoMomentsNeedTwoReplays() throws Exception {
        var between = "/v1/views/tasks/diff?" + FROM + "&to=2026-11-22T11:30:00Z";
        var begun = gateway.get(between);

        assertThat(begun.statusCode()).isEqualTo(202);
        assertThat(new JsonObject(begun.body()).getJsonArray("replays"))
                .extracting(replay -> ((JsonObject) replay).getString("until"))
                .containsExactly("2026-11-22T11:00:00Z", "2026-11-22T11:30:00Z");
    }

    @Test
    void aTaskIsAnsweredForFromItsHistory() throws Exception {
        var answer =
                gateway.get("/v1/views/tasks/a/diff?fields=state&to=2026-11-22T11:30:00Z&" + FROM);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(new JsonObject(answer.body()).getString("change")).isEqualTo("none");
        assertThat(new JsonObject(answer.body()).getJsonObject("after"))
                .isEqualTo(new JsonObject("{\"state\":\"failed\"}"));
        assertThat(gateway.views.lastRow())
                .isEqualTo(
                        new RowQuery(
                                "tasks",
                                "default",
                                "a",
                                Position.START,
                                new Moment.Time(Instant.parse("2026-11-22T11:30:00Z"))));
        assertThat(gateway.replays.list("default")).isEmpty();
        assertThat(gateway.get("/v1/views/tasks/nobody/diff?" + FROM).statusCode()).isEqualTo(404);
    }

    @Test
    void aRowOfAnotherViewIsReplayedFor() throws Exception {
        var path = "/v1/views/documents/d/diff?" + FROM;
        assertThat(gateway.get(path).statusCode()).isEqualTo(202);
        gateway.replays.end(State.FINISHED, null);

        var change = new JsonObject(gateway.get(path).body());

        assertThat(change.getString("change")).isEqualTo("changed");
        assertThat(change.getJsonObject("before").getString("state")).isEqualTo("accepted");
        assertThat(change.getJsonObject("after").getString("state")).isEqualTo("searchable");
    }

    @Test
    void whatIsWrongIsRefusedBeforeAnythingIsReplayed() throws Exception {
        for (var wrong :
                Map.of(
                                "/v1/views/tasks/diff",
                                400,
                                "/v1/views/tasks/diff?from=then",
                                400,
                                "/v1/views/nothing/diff?" + FROM,
                                404,
                                "/v1/views/tasks/diff?colour=red&" + FROM,
                                400,
                                "/v1/views/tasks/diff?fields=none&" + FROM,
                                400,
                                "/v1/views/tasks/diff?to=2026-11-22T10:00:00Z&" + FROM,
                                400)
                        .entrySet()) {
            assertThat(gateway.get(wrong.getKey()).statusCode())
                    .as(wrong.getKey())
                    .isEqualTo(wrong.getValue());
        }
        var reader =
                gateway.request("/v1/views/documents/d/diff?" + FROM)
                        .header("Authorization", "Bearer " + RunningGateway.token(Role.READER));
        assertThat(gateway.send(reader).statusCode()).isEqualTo(403);
        assertThat(gateway.replays.list("default")).isEmpty();
    }
}
