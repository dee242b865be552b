package dev.millrace.site.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.site.cli.FakeGateway.Answer;
import dev.millrace.site.cli.FakeGateway.Asked;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReplayCommandTest extends CommandTest {

    @Test
    void theExitCodeSaysWhetherTheViewIsRight() throws Exception {
        assertThat(waited("finished", "{\"equal\":true}")).isZero();
        assertThat(waited("finished", "null")).isZero();
        assertThat(waited("finished", "{\"equal\":false}")).isOne();
        assertThat(waited("failed", "null")).isOne();
        assertThat(waited("cancelled", "null")).isOne();
    }

    @Test
    void whoDoesNotWaitIsToldThatItHasBegun() throws Exception {
        try (var gateway = new FakeGateway(_ -> new Answer(202, replay("running", "null")))) {
            assertThat(run(gateway, "replay", "start", "tasks", "--until=p@1", "--rate=7"))
                    .isZero();

            assertThat(gateway.asked())
                    .extracting(Asked::path, Asked::body)
                    .containsExactly(
                            tuple(
                                    "/v1/replays",
                                    "{\"view\":\"tasks\",\"until\":\"p@1\",\"rate\":7}"));
            assertThat(out.toString()).contains("running");
        }
    }

    @Test
    void aListOfThePastIsThatOfAReplay() throws Exception {
        var looks = new AtomicInteger();
        try (var gateway =
                new FakeGateway(asked -> {
                    if (asked.path().contains("/rows")) {
                        return new Answer(
                                200,
                                "{\"items\":[{\"id\":\"a\"}],\"next_token\":null,\"position\":\"\"}");
                    }
                    boolean isThere = looks.incrementAndGet() > 2;
                    return new Answer(200, replay(isThere ? "finished" : "running", "null"));
                })) {
            assertThat(
                            run(
                                    gateway,
                                    "view",
                                    "query",
                                    "tasks",
                                    "--as-of=2026-11-22T10:00:00Z",
                                    "--filter=state=failed"))
                    .isZero();

            assertThat(gateway.asked())
                    .extracting(Asked::path)
                    .containsExactly(
                            "/v1/replays",
                            "/v1/replays/r",
                            "/v1/replays/r",
                            "/v1/replays/r/rows?limit=50&state=failed");
            assertThat(out.toString()).contains("a");
        }
    }

    @Test
    void oneTaskAndARangeAreReplayedToo() throws Exception {
        try (var gateway = new FakeGateway(_ -> new Answer(202, replay("running", "null")))) {
            assertThat(run(gateway, "replay", "start", "--entity=t")).isZero();
            assertThat(run(gateway, "replay", "start", "documents", "--from=p@1", "--until=p@2"))
                    .isZero();

            assertThat(gateway.asked())
                    .extracting(Asked::body)
                    .containsExactly(
                            "{\"entity\":\"t\"}",
                            "{\"range\":{\"from\":\"p@1\",\"view\":\"documents\"},\"until\":\"p@2\"}");
        }
    }

    @Test
    void aDifferenceWaitsForTheReplaysThatItNeeds() throws Exception {
        var diffs = new AtomicInteger();
        try (var gateway =
                new FakeGateway(asked -> {
                    if (!asked.path().contains("/diff")) {
                        return new Answer(200, replay("finished", "null"));
                    }
                    return switch (diffs.incrementAndGet()) {
                        case 1 ->
                                new Answer(
                                        202,
                                        "{\"replays\":[%s]}".formatted(replay("running", "null")));
                        case 2 -> changes("a", "\"b.x\"");
                        default -> changes("b", "null");
                    };
                })) {
            assertThat(run(gateway, "view", "diff", "tasks", "--from=p@1", "--filter=state=failed"))
                    .isZero();

            assertThat(gateway.asked())
                    .extracting(Asked::path)
                    .containsExactly(
                            "/v1/views/tasks/diff?from=p%401&limit=50&state=failed",
                            "/v1/replays/r",
                            "/v1/views/tasks/diff?from=p%401&limit=50&state=failed",
                            "/v1/views/tasks/diff?from=p%401&limit=49&state=failed&token=b.x");
            assertThat(out.toString()).contains("a", "b", "changed", "state");
        }
    }

    @Test
    void aDifferenceOfOneRowIsShown() throws Exception {
        try (var gateway =
                new FakeGateway(_ -> new Answer(200, "{\"key\":\"k\",\"change\":\"none\"}"))) {
            assertThat(run(gateway, "view", "diff", "tasks", "k", "--from=p@1", "--to=p@2"))
                    .isZero();

            assertThat(gateway.asked())
                    .extracting(Asked::path)
                    .containsExactly("/v1/views/tasks/k/diff?from=p%401&to=p%402");
            assertThat(out.toString()).contains("none");
        }
    }

    private static Answer changes(String key, String next) {
        return new Answer(
                200,
                ("{\"items\":[{\"key\":\"%s\",\"change\":\"changed\",\"fields\":[\"state\"]}],"
                                + "\"next_token\":%s,\"position\":\"\"}")
                        .formatted(key, next));
    }

    @Test
    void aPastThatCannotBeReachedIsSaid() throws Exception {
        try (var gateway = new FakeGateway(_ -> new Answer(202, replay("failed", "null")))) {
            assertThat(run(gateway, "view", "query", "tasks", "--as-of=2026-11-22T10:00:00Z"))
                    .isOne();
            assertThat(err.toString()).contains("the replay r failed: why");
        }
    }

    @Test
    void whateverIsTypedIsOneSegmentOfThePath() throws Exception {
        try (var gateway = new FakeGateway(_ -> new Answer(400, "{\"detail\":\"no id\"}"))) {
            assertThat(run(gateway, "task", "describe", "bad id?")).isOne();
            assertThat(run(gateway, "view", "get", "tasks", "a/b c")).isOne();
            assertThat(run(gateway, "replay", "show", "../x")).isOne();

            assertThat(gateway.asked())
                    .extracting(Asked::path)
                    .containsExactly(
                            "/v1/tasks/bad%20id%3F",
                            "/v1/views/tasks/a%2Fb%20c", "/v1/replays/..%2Fx");
            assertThat(err.toString()).contains("no id");
        }
    }

    private int waited(String state, String comparison) throws Exception {
        var looks = new AtomicInteger();
        try (var gateway =
                new FakeGateway(_ ->
                        new Answer(
                                200,
                                looks.incrementAndGet() == 1
                                        ? replay("comparing", "null")
                                        : replay(state, comparison)))) {
            return run(gateway, "replay", "start", "tasks", "--wait");
        }
    }

    private static String replay(String state, String comparison) {
        return "{\"id\":\"r\",\"state\":\"%s\",\"comparison\":%s,\"problem\":\"why\"}"
                .formatted(state, comparison);
    }

    private int run(FakeGateway gateway, String... arguments) {
        return run(gateway, List.of(), arguments);
    }
}
