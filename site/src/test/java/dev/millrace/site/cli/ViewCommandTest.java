package dev.millrace.site.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.site.cli.FakeGateway.Answer;
import dev.millrace.site.cli.FakeGateway.Asked;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ViewCommandTest extends CommandTest {

    @Test
    void viewsAreListed() throws Exception {
        var views =
                page(
                        "{\"name\":\"tasks\",\"key\":\"task id\",\"filters\":[\"state\"],\"summary\":\"All.\"}");
        try (var gateway = new FakeGateway(_ -> new Answer(200, views))) {
            assertThat(run(gateway, "list")).isZero();

            assertThat(out.toString().lines())
                    .map(String::strip)
                    .containsExactly(
                            "name    key       filters     summary",
                            "tasks   task id   [\"state\"]   All.");
            assertThat(gateway.asked()).extracting(Asked::path).containsExactly("/v1/views");
        }
    }

    @Test
    void rowsAreAskedForPageAfterPage() throws Exception {
        var pages = new AtomicInteger();
        try (var gateway =
                new FakeGateway(_ ->
                        new Answer(
                                200,
                                pages.incrementAndGet() == 1
                                        ? "{\"items\":[{\"id\":\"a\"}],\"next_token\":\"t\"}"
                                        : page("{\"id\":\"b\"}")))) {
            int code =
                    run(
                            gateway,
                            "query",
                            "tasks",
                            "--filter=state=failed",
                            "--filter=kind=echo",
                            "--reverse",
                            "--after=p@1",
                            "--fields=id",
                            "--stale-ok",
                            "--limit=3",
                            "-o",
                            "json");

            assertThat(code).isZero();
            assertThat(out.toString().lines()).containsExactly("{\"id\":\"a\"}", "{\"id\":\"b\"}");
            var asked = "/v1/views/tasks?after=p%401&fields=id&kind=echo&limit=";
            assertThat(gateway.asked())
                    .extracting(Asked::path)
                    .containsExactly(
                            asked + "3&reverse=true&stale=ok&state=failed",
                            asked + "2&reverse=true&stale=ok&state=failed&token=t");
        }
    }

    @Test
    void theAfterOfNowIsNotOfThePast() throws Exception {
        try (var gateway = new FakeGateway(_ -> new Answer(200, page()))) {
            assertThat(run(gateway, "query", "tasks", "--after=p@1", "--as-of=p@1")).isEqualTo(2);

            assertThat(err.toString()).contains("--after: together with --as-of");
            assertThat(gateway.asked()).isEmpty();
        }
    }

    @Test
    void rowsAreCounted() throws Exception {
        var counted = "{\"items\":[],\"count\":100000,\"count_is_exact\":false}";
        try (var gateway = new FakeGateway(_ -> new Answer(200, counted))) {
            assertThat(run(gateway, "count", "tasks", "--filter=kind=echo", "-o", "json")).isZero();

            assertThat(out.toString().strip()).isEqualTo("{\"count\":100000,\"more\":true}");
            assertThat(gateway.asked())
                    .extracting(Asked::path)
                    .containsExactly("/v1/views/tasks?count=true&kind=echo&limit=1");
        }
    }

    @Test
    void oneRowIsShown() throws Exception {
        try (var gateway = new FakeGateway(_ -> new Answer(200, "{\"key\":\"a/b\",\"n\":7}"))) {
            assertThat(run(gateway, "get", "task-counts", "a/b", "--fields=n", "--after=p@1"))
                    .isZero();

            assertThat(out.toString()).contains("n ").contains("7");
            assertThat(gateway.asked())
                    .extracting(Asked::path)
                    .containsExactly("/v1/views/task-counts/a%2Fb?after=p%401&fields=n");
        }
    }

    @Test
    void aRowThatIsNotThereIsToldOf() throws Exception {
        var absent = "{\"title\":\"Not found\",\"detail\":\"the view tasks has nothing under x\"}";
        try (var gateway = new FakeGateway(_ -> new Answer(404, absent))) {
            assertThat(run(gateway, "get", "tasks", "x")).isOne();

            assertThat(err.toString()).contains("Not found: the view tasks has nothing under x");
        }
    }

    @Test
    void aRowOfThePastIsWaitedForWhereItHasToBeReplayed() throws Exception {
        var looks = new AtomicInteger();
        try (var gateway =
                new FakeGateway(asked -> {
                    boolean isThere = looks.incrementAndGet() > 2;
                    boolean isRow = asked.path().startsWith("/v1/views/");
                    return new Answer(
                            isRow && !isThere ? 202 : 200,
                            isRow && isThere
                                    ? "{\"count\":7}"
                                    : "{\"id\":\"r\",\"view\":\"task-counts\",\"until\":\"p@1\",\"state\":\"%s\"}"
                                            .formatted(isRow ? "running" : "finished"));
                })) {
            assertThat(run(gateway, "get", "task-counts", "k", "--as-of=p@1", "-o", "json"))
                    .isZero();

            assertThat(out.toString().strip()).isEqualTo("{\"count\":7}");
            assertThat(gateway.asked())
                    .extracting(Asked::path)
                    .containsExactly(
                            "/v1/views/task-counts/k?as_of=p%401",
                            "/v1/replays/r", "/v1/views/task-counts/k?as_of=p%401");
        }
    }

    @Test
    void rowsAreExportedFromAnswerToAnswer() throws Exception {
        try (var gateway = exporting()) {
            assertThat(run(gateway, "export", "tasks", "--filter=state=failed", "--reverse"))
                    .isZero();

            assertThat(out.toString()).isEqualTo("{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
            assertThat(err.toString().strip()).isEqualTo("p@1");
            assertThat(gateway.asked())
                    .extracting(Asked::path)
                    .containsExactly(
                            "/v1/views/tasks/export?reverse=true&state=failed",
                            "/v1/views/tasks/export?reverse=true&state=failed&token=2");
        }
    }

    @Test
    void anExportIsWrittenAsAWhole() throws Exception {
        var file = folder.resolve("rows.ndjson");
        try (var gateway = exporting()) {
            assertThat(run(gateway, "export", "tasks", "--out=" + file)).isZero();

            assertThat(file).hasContent("{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
            assertThat(out.toString()).isEmpty();
        }
        try (var gateway =
                new FakeGateway(asked ->
                        asked.path().contains("token")
                                ? new Answer(404, "{\"title\":\"gone\"}")
                                : new Answer(200, "{}\n", Map.of("Millrace-Next", "2"), false))) {
            var other = folder.resolve("other.ndjson");
            assertThat(run(gateway, "export", "tasks", "--out=" + other)).isOne();

            try (var left = Files.list(folder)) {
                assertThat(left).containsExactlyInAnyOrder(folder.resolve("token"), file);
            }
        }
    }

    private static FakeGateway exporting() throws Exception {
        return new FakeGateway(asked ->
                asked.path().contains("token=2")
                        ? new Answer(200, "{\"n\":3}\n", Map.of("Millrace-Position", "p@9"), false)
                        : new Answer(
                                200,
                                "{\"n\":1}\n{\"n\":2}\n",
                                Map.of("Millrace-Position", "p@1", "Millrace-Next", "2"),
                                false));
    }

    private static String page(String... items) {
        return "{\"items\":[%s],\"next_token\":null}".formatted(String.join(",", items));
    }

    private int run(FakeGateway gateway, String... arguments) {
        return run(gateway, List.of("view"), arguments);
    }
}
