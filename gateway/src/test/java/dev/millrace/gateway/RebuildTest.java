package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.view.generation.RebuildProgress;
import dev.millrace.domain.view.generation.ViewEvent;
import dev.millrace.gateway.access.Role;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RebuildTest {

    private static final String PATH = "/v1/views/rebuild";

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
    void nothingWasEverRebuiltAtFirst() throws Exception {
        var shown = gateway.get(PATH);

        assertThat(shown.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(shown.body()))
                .isEqualTo(
                        new JsonObject()
                                .put("state", "none")
                                .put("serving", 1)
                                .putNull("building")
                                .putNull("since")
                                .putNull("progress"));
    }

    @Test
    void aRebuildIsBegunShownAndEnds() throws Exception {
        gateway.rebuilds.progress =
                new RebuildProgress(
                        List.of(
                                new RebuildProgress.Part("millrace.task-events", 0, 10, 10),
                                new RebuildProgress.Part("millrace.task-events", 1, 0, 30)));

        var begun = begin();

        assertThat(begun.statusCode()).isEqualTo(202);
        assertThat(gateway.header(begun, "Location")).isEqualTo(PATH);
        var shown = new JsonObject(begun.body());
        assertThat(shown.getString("state")).isEqualTo("building");
        assertThat(shown.getInteger("serving")).isEqualTo(1);
        assertThat(shown.getInteger("building")).isEqualTo(2);
        var progress = shown.getJsonObject("progress");
        assertThat(progress.getLong("folded")).isEqualTo(10);
        assertThat(progress.getLong("total")).isEqualTo(40);
        assertThat(progress.getDouble("fraction")).isEqualTo(0.25);
        assertThat(progress.getDouble("seconds_left")).isEqualTo(12); // 4 s for a quarter
        assertThat(progress.getJsonArray("partitions"))
                .containsExactly(
                        new JsonObject()
                                .put("topic", "millrace.task-events")
                                .put("partition", 1)
                                .put("folded", 0)
                                .put("total", 30));
        assertThat(gateway.get(PATH).body()).isEqualTo(begun.body());

        gateway.rebuilds.happens(new ViewEvent.Switched(2));
        var ended = new JsonObject(gateway.get(PATH).body());
        assertThat(ended.getString("state")).isEqualTo("switched");
        assertThat(ended.getInteger("serving")).isEqualTo(2);
        assertThat(ended.getInteger("building")).isNull();
        assertThat(ended.getString("since")).isEqualTo("2026-11-22T11:59:56Z");
    }

    @Test
    void ofTwoAtOnceTheSecondIsRefused() throws Exception {
        begin();

        var second = begin();

        assertThat(second.statusCode()).isEqualTo(409);
        assertThat(new JsonObject(second.body()).getString("error_code"))
                .isEqualTo("rebuild_refused");
        assertThat(gateway.rebuilds.actors).hasSize(1);
    }

    @Test
    void whatIsUnderWayCanBeGivenUp() throws Exception {
        assertThat(cancel().statusCode()).isEqualTo(409);
        begin();

        var cancelled = cancel();

        assertThat(cancelled.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(cancelled.body()).getString("state")).isEqualTo("cancelled");
        assertThat(cancel().statusCode()).isEqualTo(409);
        assertThat(begin().statusCode()).isEqualTo(202);
    }

    @Test
    void aFullDiskBeginsNoneAndEndsOne() throws Exception {
        begin();
        gateway.full = "12 MiB are free";
        assertThat(begin().statusCode()).isEqualTo(507);
        assertThat(cancel().statusCode()).isEqualTo(200);
    }

    @Test
    void beforeTheLogIsReadNothingIsKnown() throws Exception {
        gateway.rebuilds.isAway = true;
        assertThat(gateway.get(PATH).statusCode()).isEqualTo(503);
    }

    @Test
    void onlyAdministratorsRebuild() throws Exception {
        for (var role : Role.values()) {
            var token = "Bearer " + RunningGateway.token(role);
            var asked =
                    gateway.send(
                            gateway.request(PATH)
                                    .header("Authorization", token)
                                    .POST(BodyPublishers.noBody()));
            assertThat(asked.statusCode()).isEqualTo(role == Role.ADMIN ? 202 : 403);
            gateway.rebuilds.happens(new ViewEvent.RebuildCancelled(2));
        }
    }

    private HttpResponse<String> begin() throws Exception {
        return gateway.send(gateway.asAdmin(PATH).POST(BodyPublishers.noBody()));
    }

    private HttpResponse<String> cancel() throws Exception {
        return gateway.send(gateway.asAdmin(PATH).DELETE());
    }
}
