package dev.millrace.site.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.site.cli.FakeGateway.Answer;
import dev.millrace.site.cli.FakeGateway.Asked;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class TaskFollowerTest {

    private static final String END = "],\"next_token\":null}";
    private static final String SUBMITTED =
            item(1, "submitted", "\"kind\":\"resize\",\"max_attempts\":3");
    private static final String STARTED =
            item(2, "started", "\"attempt\":1,\"worker\":\"w\",\"lease_ends\":\"L\"");
    private static final String BROKE =
            item(
                    3,
                    "attempt_failed",
                    "\"attempt\":1,\"error\":{\"code\":\"busy\",\"detail\":\"come\\nagain\"},"
                            + "\"retry_at\":\"R\"");
    private static final String SUCCEEDED = item(4, "succeeded", "\"attempt\":2,\"output\":{}");

    private final Queue<String> histories = new ArrayDeque<>();
    private final List<String> told = new ArrayList<>();

    @Test
    void everyEventIsToldOnceUntilTheTaskEnds() throws Exception {
        histories.add("{\"items\":[" + SUBMITTED + "," + STARTED + END);
        histories.add("{\"items\":[" + SUBMITTED + "," + STARTED + END);
        histories.add(
                "{\"items\":["
                        + SUBMITTED
                        + ","
                        + STARTED
                        + ","
                        + BROKE
                        + "],\"next_token\":\"2\"}");
        histories.add("{\"items\":[" + SUCCEEDED + "," + item(5, "refused", "") + END);
        try (var gateway = new FakeGateway(this::answer)) {
            assertThat(watch(gateway)).isTrue();

            assertThat(told)
                    .containsExactly(
                            "T1  submitted       resize, attempts: 3",
                            "T2  started         attempt 1 by w, lease until L",
                            "T3  attempt_failed  attempt 1, busy: come again; the next from R",
                            "T4  succeeded       attempt 2");
            assertThat(gateway.asked())
                    .extracting(asked -> asked.path() + " " + asked.prefer())
                    .containsExactly(
                            "/v1/tasks/t/history?limit=1000 null",
                            "/v1/tasks/t wait=1",
                            "/v1/tasks/t/history?limit=1000 null",
                            "/v1/tasks/t wait=1",
                            "/v1/tasks/t/history?limit=1000 null",
                            "/v1/tasks/t/history?limit=1000&token=2 null");
        }
    }

    @Test
    void anyOtherEndIsNoSuccess() throws Exception {
        for (var end :
                List.of(
                        item(2, "failed", "\"attempt\":1,\"error\":{\"code\":\"c\"}"),
                        item(2, "cancelled", "\"attempt\":1,\"why\":\"\""),
                        item(2, "expired", "\"attempt\":1,\"deadline\":\"D\""))) {
            histories.add("{\"items\":[" + SUBMITTED + "," + end + END);
            try (var gateway = new FakeGateway(this::answer)) {
                assertThat(watch(gateway)).as(end).isFalse();
            }
        }
        assertThat(told)
                .contains(
                        "T2  failed          attempt 1, c",
                        "T2  cancelled       attempt 1",
                        "T2  expired         attempt 1, deadline D");
    }

    @Test
    void taskThatIsNotThereIsAProblem() throws Exception {
        try (var gateway = new FakeGateway(_ -> new Answer(404, "{\"title\":\"No\"}"))) {
            assertThatExceptionOfType(ApiProblem.class)
                    .isThrownBy(() -> watch(gateway))
                    .withMessage("No");
            assertThat(gateway.asked().getLast().prefer()).isEqualTo("wait=1");
        }
    }

    @Test
    void waitIsMadeOfWaitsOfAMinute() throws Exception {
        var rows = new ArrayDeque<>(List.of("queued", "running", "succeeded"));
        try (var gateway = new FakeGateway(_ -> row(rows.remove()))) {
            var api = gateway.client();
            var task =
                    new TaskFollower(api, Duration.ZERO)
                            .untilEnded(
                                    seconds ->
                                            api.post("/v1/tasks", ApiClient.object(), "k", seconds),
                                    Duration.ofHours(1));

            assertThat(TaskFollower.hasSucceeded(task)).isTrue();
            assertThat(gateway.asked())
                    .extracting(Asked::method, Asked::path, Asked::prefer)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("POST", "/v1/tasks", "wait=60"),
                            org.assertj.core.groups.Tuple.tuple("GET", "/v1/tasks/t", "wait=60"),
                            org.assertj.core.groups.Tuple.tuple("GET", "/v1/tasks/t", "wait=60"));
        }
    }

    @Test
    void waitEndsWhenItsTimeIsUp() throws Exception {
        try (var gateway = new FakeGateway(_ -> row("running"))) {
            var api = gateway.client();

            var task =
                    new TaskFollower(api, Duration.ZERO)
                            .untilEnded(seconds -> api.awaitTask("t", seconds), Duration.ZERO);

            assertThat(TaskFollower.hasEnded(task)).isFalse();
            assertThat(gateway.asked()).hasSize(1);
        }
    }

    private boolean watch(FakeGateway gateway) throws Exception {
        return new TaskFollower(gateway.client(), Duration.ZERO)
                .watch("t", event -> told.add(EventLine.of(event)));
    }

    private Answer answer(Asked asked) {
        Function<String, Answer> ok = json -> new Answer(200, json);
        return asked.path().contains("/history") ? ok.apply(histories.remove()) : row("running");
    }

    private static Answer row(String state) {
        return new Answer(200, "{\"id\":\"t\",\"state\":\"%s\"}".formatted(state));
    }

    private static String item(int version, String type, String detail) {
        return "{\"version\":%d,\"type\":\"dev.millrace.task.%s\",\"time\":\"T%d\",\"detail\":{%s}}"
                .formatted(version, type, version, detail);
    }
}
