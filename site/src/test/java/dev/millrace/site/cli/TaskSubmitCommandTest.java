package dev.millrace.site.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.site.cli.FakeGateway.Answer;
import dev.millrace.site.cli.FakeGateway.Asked;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskSubmitCommandTest extends CommandTest {

    private static final String ACCEPTED = "{\"id\":\"t\",\"position\":\"p\"}";

    @Test
    void taskIsSubmittedOnItsTerms() throws Exception {
        try (var gateway = new FakeGateway(_ -> new Answer(202, ACCEPTED))) {
            int code =
                    run(
                            gateway,
                            "--kind=resize",
                            "--input={\"a\":1}",
                            "--priority=high",
                            "--max-attempts=7",
                            "--idempotency-key=k");

            assertThat(code).isZero();
            var asked = gateway.asked().getFirst();
            assertThat(asked.json().toString())
                    .isEqualTo(
                            "{\"kind\":\"resize\",\"priority\":\"high\","
                                    + "\"retries\":{\"max_attempts\":7},\"input\":{\"a\":1}}");
            assertThat(asked.key()).isEqualTo("k");
            assertThat(asked.prefer()).isEqualTo("null");
        }
    }

    @Test
    void exitCodeOfAWaitSaysWhetherTheTaskSucceeded() throws Exception {
        for (var state : List.of("succeeded", "failed")) {
            var ended = "{\"id\":\"t\",\"state\":\"%s\"}".formatted(state);
            try (var gateway = new FakeGateway(_ -> new Answer(200, ended))) {
                int code = run(gateway, "--kind=resize", "--input={}", "--wait", "-o", "json");

                assertThat(code).as(state).isEqualTo(state.equals("succeeded") ? 0 : 1);
                assertThat(out.toString()).contains(ended);
                assertThat(gateway.asked().getFirst().prefer()).isEqualTo("wait=60");
            }
        }
    }

    @Test
    void waitThatIsOverBeforeTheEndSaysSo() throws Exception {
        try (var gateway = new FakeGateway(asked -> accepted(asked))) {
            int code = run(gateway, "--kind=resize", "--input={}", "--wait=1");

            assertThat(code).isEqualTo(1);
            assertThat(err.toString()).contains("has not ended yet");
            assertThat(gateway.asked().getFirst().prefer()).isEqualTo("wait=1");
        }
    }

    @Test
    void linesAreSubmittedTogetherAndThoseAtFaultAreNamed() throws Exception {
        try (var gateway =
                new FakeGateway(_ ->
                        items(
                                "{\"status\":202,\"id\":\"a\",\"position\":\"p\"}",
                                "{\"status\":422,\"problem\":{\"title\":\"No\",\"detail\":\"why\"}}"))) {
            int code =
                    run(
                            gateway,
                            "--file",
                            file(
                                    "{\"kind\":\"resize\",\"input\":{\"w\":1.5},\"idempotency_key\":\"k\"}",
                                    "",
                                    "not json",
                                    "[1]",
                                    "{} {}",
                                    "{\"input\":{},\"priority\":\"low\"}"),
                            "--kind=rotate",
                            "--priority=high");

            assertThat(code).isEqualTo(1);
            assertThat(gateway.asked()).hasSize(1);
            var tasks = gateway.asked().getFirst().json().path("tasks");
            assertThat(tasks).hasSize(2);
            assertThat(tasks.path(0).toString())
                    .isEqualTo(
                            "{\"kind\":\"resize\",\"input\":{\"w\":1.5},"
                                    + "\"idempotency_key\":\"k\",\"priority\":\"high\"}");
            assertThat(tasks.path(1).path("kind").asText()).isEqualTo("rotate");
            assertThat(tasks.path(1).path("priority").asText()).isEqualTo("low");
            assertThat(tasks.path(1).path("idempotency_key").asText()).hasSize(36);
            assertThat(err.toString())
                    .contains("line 3: not JSON")
                    .contains("line 4: not a JSON object")
                    .contains("line 5: not JSON")
                    .contains("line 6: No: why")
                    .contains("1 submitted, 4 refused");
        }
    }

    @Test
    void whatPassesIsSentAgainUnderTheSameKey() throws Exception {
        var busy = "{\"status\":503,\"retry_after\":0,\"problem\":{}}";
        var done = "{\"status\":202,\"id\":\"a\",\"position\":\"p\"}";
        var answers = new ArrayList<>(List.of(items(done, busy), items(busy), items(done)));
        try (var gateway = new FakeGateway(_ -> answers.removeFirst())) {
            int code = run(gateway, "--kind=a", "--file", file("{\"input\":{}}", "{\"input\":{}}"));

            assertThat(code).isZero();
            assertThat(gateway.asked()).hasSize(3);
            assertThat(gateway.asked().get(2).json().path("tasks").path(0))
                    .isEqualTo(gateway.asked().get(0).json().path("tasks").path(1));
            assertThat(err.toString()).contains("2 submitted, 0 refused");
        }
    }

    @Test
    void batchThatIsRefusedForTheSakeOfALineIsSentLineByLine() throws Exception {
        try (var gateway =
                new FakeGateway(asked ->
                        asked.body().contains("colour")
                                ? new Answer(400, "{\"title\":\"tasks.0.colour\"}")
                                : items("{\"status\":202,\"id\":\"a\",\"position\":\"p\"}"))) {
            int code =
                    run(
                            gateway,
                            "-o",
                            "json",
                            "--kind=a",
                            "--file",
                            file("{\"input\":{}}", "{\"colour\":1}", "{\"input\":{}}"));

            assertThat(code).isEqualTo(1);
            assertThat(out.toString().lines())
                    .containsExactly(
                            "{\"line\":1,\"status\":202,\"id\":\"a\",\"replayed\":false}",
                            "{\"line\":2,\"status\":400,\"problem\":\"tasks.0.colour\"}",
                            "{\"line\":3,\"status\":202,\"id\":\"a\",\"replayed\":false}");
        }
    }

    @Test
    void aBatchHoldsAThousandLines() throws Exception {
        var lines = new String[2001];
        java.util.Arrays.fill(lines, "{\"input\":{}}");
        try (var gateway =
                new FakeGateway(asked -> {
                    var done = new String[asked.json().path("tasks").size()];
                    java.util.Arrays.fill(done, "{\"status\":202,\"id\":\"a\"}");
                    return items(done);
                })) {
            assertThat(run(gateway, "--kind=a", "--file", file(lines))).isZero();

            assertThat(gateway.asked())
                    .extracting(asked -> asked.json().path("tasks").size())
                    .containsExactly(1000, 1000, 1);
        }
    }

    @Test
    void whatMakesNoSenseIsMisuse() throws Exception {
        try (var gateway = new FakeGateway(_ -> new Answer(202, ACCEPTED))) {
            for (var arguments :
                    List.of(
                            new String[] {"--kind=a"},
                            new String[] {"--input={}"},
                            new String[] {"--kind=a", "--input={"},
                            new String[] {"--kind=a", "--input={}", "--wait=-1"},
                            new String[] {"--file=nowhere.jsonl"},
                            new String[] {"--file=a", "--input={}"},
                            new String[] {"--file=a", "--wait"})) {
                assertThat(run(gateway, arguments)).as("%s", List.of(arguments)).isEqualTo(2);
            }
            assertThat(gateway.asked()).isEmpty();
        }
    }

    private static Answer accepted(Asked asked) {
        return asked.method().equals("POST")
                ? new Answer(202, ACCEPTED)
                : new Answer(200, "{\"id\":\"t\",\"state\":\"running\"}");
    }

    private static Answer items(String... items) {
        return new Answer(200, "{\"items\":[" + String.join(",", items) + "]}");
    }

    private String file(String... lines) throws Exception {
        var file = folder.resolve("many.jsonl");
        Files.writeString(file, String.join("\n", lines));
        return file.toString();
    }

    private int run(FakeGateway gateway, String... arguments) {
        return run(gateway, List.of("task", "submit"), arguments);
    }
}
