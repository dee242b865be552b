package dev.millrace.site.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.site.cli.FakeGateway.Answer;
import dev.millrace.site.cli.FakeGateway.Asked;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class TaskCancelCommandTest extends CommandTest {

    private static final String CANCEL = "/v1/tasks/batch/cancel";
    private static final String DONE = "{\"status\":200,\"position\":\"p\"}";
    private static final String ENDED = "{\"status\":409,\"problem\":{\"title\":\"It has ended\"}}";
    private static final String BROKEN =
            "{\"status\":500,\"problem\":{\"title\":\"Broken\",\"detail\":\"see the log\"}}";
    private static final String BUSY = "{\"status\":503,\"retry_after\":0,\"problem\":{}}";

    @Test
    void aTaskIsCancelled() throws Exception {
        try (var gateway = new FakeGateway(_ -> new Answer(200, DONE))) {
            assertThat(run(gateway, "t", "--why=not wanted")).isZero();

            var asked = gateway.asked().getFirst();
            assertThat(asked.path()).isEqualTo("/v1/tasks/t/cancel");
            assertThat(asked.json().path("why").asText()).isEqualTo("not wanted");
            assertThat(out.toString()).contains("position");
        }
    }

    @Test
    void allOpenTasksAreCancelledPageByPage() throws Exception {
        var pages =
                new ArrayList<>(
                        List.of(
                                page("t", 1, 2), // waiting
                                page(null, 3),
                                page(null), // queued
                                page(null, 4), // running
                                page(null),
                                page(null),
                                page(null),
                                page(null), // a task may have moved while they were read
                                page(null),
                                page(null)));
        try (var gateway = gateway(pages, List.of(DONE, DONE, DONE, DONE))) {
            assertThat(run(gateway, "--all", "--kind=echo", "--parent=p", "--why=w", "--yes"))
                    .isZero();

            assertThat(gateway.asked())
                    .extracting(Asked::path)
                    .startsWith(
                            "/v1/tasks?kind=echo&limit=1000&parent=p&state=waiting",
                            CANCEL,
                            "/v1/tasks?kind=echo&limit=1000&parent=p&state=waiting&token=t",
                            CANCEL,
                            "/v1/tasks?kind=echo&limit=1000&parent=p&state=queued",
                            "/v1/tasks?kind=echo&limit=1000&parent=p&state=running",
                            CANCEL)
                    .hasSize(13);
            assertThat(gateway.asked().get(1).json().toString())
                    .isEqualTo("{\"why\":\"w\",\"tasks\":[\"%s\",\"%s\"]}".formatted(id(1), id(2)));
            assertThat(out.toString()).containsPattern("cancelled +4").containsPattern("failed +0");
        }
    }

    /// The view still shows what has ended, and does not show yet what was submitted last.
    @Test
    void itGoesOnUntilTheViewHasCaughtUp() throws Exception {
        var pages =
                new ArrayList<>(
                        List.of(
                                page(null, 1, 2),
                                page(null, 1, 2),
                                page(null, 3, 1),
                                page(null, 3),
                                page(null),
                                page(null)));
        try (var gateway = gateway(pages, List.of(DONE, ENDED, DONE))) {
            assertThat(run(gateway, "--all", "--state=queued", "--yes", "-o", "json")).isZero();

            assertThat(pages).isEmpty();
            assertThat(out.toString().strip())
                    .isEqualTo("{\"cancelled\":2,\"ended_before\":1,\"failed\":0}");
        }
    }

    @Test
    void whatCannotBeCancelledIsNamedOnce() throws Exception {
        var pages = new ArrayList<>(List.of(page(null, 1, 2), page(null, 1), page(null, 1)));
        try (var gateway = gateway(pages, List.of(BROKEN, BUSY, DONE))) {
            assertThat(run(gateway, "--all", "--state=waiting", "--yes")).isEqualTo(1);

            assertThat(out.toString()).containsPattern("cancelled +1").containsPattern("failed +1");
            assertThat(err.toString().strip()).isEqualTo(id(1) + ": Broken: see the log");
        }
    }

    @Test
    void withoutATerminalItWantsToBeSure() throws Exception {
        try (var gateway = gateway(new ArrayList<>(), List.of())) {
            assertThat(run(gateway, "--all")).isEqualTo(2);

            assertThat(err.toString()).contains("add --yes");
            assertThat(gateway.asked()).isEmpty();
        }
    }

    @Test
    void atATerminalItAsks() throws Exception {
        var questions = new ArrayList<String>();
        try (var gateway = gateway(new ArrayList<>(List.of(page(null), page(null))), List.of())) {
            int no =
                    answered(
                            gateway,
                            question -> {
                                questions.add(question);
                                return "";
                            });
            assertThat(no).isEqualTo(1);
            assertThat(err.toString()).contains("nothing was cancelled");
            assertThat(gateway.asked()).isEmpty();

            assertThat(answered(gateway, _ -> "Y")).isZero();
            assertThat(gateway.asked()).hasSize(2);
        }
        assertThat(questions)
                .containsExactly(
                        "Cancel every task that has not ended, kind echo, state queued? [y/N] ");
    }

    @Test
    void whatMakesNoSenseIsMisuse() throws Exception {
        try (var gateway = gateway(new ArrayList<>(), List.of())) {
            for (var arguments :
                    List.of(
                            new String[] {},
                            new String[] {"t", "--all", "--yes"},
                            new String[] {"t", "--kind=echo"},
                            new String[] {"--kind=echo", "--yes"},
                            new String[] {"--all", "--state=failed", "--yes"})) {
                assertThat(run(gateway, arguments)).as("%s", List.of(arguments)).isEqualTo(2);
            }
            assertThat(gateway.asked()).isEmpty();
        }
    }

    /// A gateway with some pages, one after the other, and some answers to items.
    private static FakeGateway gateway(List<Answer> pages, List<String> items) throws Exception {
        var left = new ArrayList<>(items);
        return new FakeGateway(asked -> {
            if (!asked.path().equals(CANCEL)) {
                return pages.removeFirst();
            }
            int count = asked.json().path("tasks").size();
            var some = List.copyOf(left.subList(0, count));
            left.subList(0, count).clear();
            return new Answer(200, "{\"items\":[" + String.join(",", some) + "]}");
        });
    }

    private static Answer page(@Nullable String token, int... tasks) {
        var rows =
                IntStream.of(tasks)
                        .mapToObj(task -> "{\"id\":\"%s\"}".formatted(id(task)))
                        .collect(Collectors.joining(","));
        return new Answer(
                200,
                "{\"items\":[%s],\"next_token\":%s}"
                        .formatted(rows, token == null ? "null" : "\"" + token + "\""));
    }

    private static String id(int task) {
        return new UUID(0x8000, task).toString();
    }

    private int answered(FakeGateway gateway, UnaryOperator<String> terminal) {
        var line = new CommandLine(new TaskCancelCommand(terminal));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        return execute(line, gateway, List.of("--all", "--state=queued", "--kind=echo"));
    }

    private int run(FakeGateway gateway, String... arguments) {
        return run(gateway, List.of("task", "cancel"), arguments);
    }
}
