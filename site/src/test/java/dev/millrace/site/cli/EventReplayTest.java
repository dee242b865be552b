package dev.millrace.site.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.site.cli.FakeGateway.Answer;
import dev.millrace.site.cli.FakeGateway.Asked;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventReplayTest extends CommandTest {

    @Test
    void aTasksEventsAreShownInTheOrderOfTheirTimeHoweverItIsNamed() throws Exception {
        for (var named : List.of("T", "--task=T")) {
            out.getBuffer().setLength(0);
            try (var gateway = new FakeGateway(EventReplayTest::answered)) {
                assertThat(run(gateway, named, "-o", "json")).as(err.toString()).isZero();

                assertThat(out.toString().lines())
                        .containsExactly(
                                event("millrace.task-commands", 1),
                                event("millrace.task-events", 2),
                                event("millrace.documents", 3),
                                event("millrace.index-reports", 4));
                assertThat(gateway.asked())
                        .extracting(Asked::path)
                        .contains(
                                "/v1/events?key=T&limit=1000&topic=millrace.task-events",
                                "/v1/events?key=D&limit=1000&topic=millrace.documents");
            }
        }
    }

    @Test
    void aTaskIsNamedOnce() throws Exception {
        try (var gateway = new FakeGateway(EventReplayTest::answered)) {
            assertThat(run(gateway)).isEqualTo(2);
            assertThat(run(gateway, "T", "--task=T")).isEqualTo(2);

            assertThat(err.toString()).contains("TASK").contains("--task");
            assertThat(gateway.asked()).isEmpty();
        }
    }

    private static Answer answered(Asked asked) {
        if (asked.path().startsWith("/v1/tasks/")) {
            return new Answer(200, "{\"output\":{\"document\":\"D\"}}");
        }
        var topic = asked.path().substring(asked.path().indexOf("topic=") + "topic=".length());
        int second =
                List.of(
                                "millrace.task-commands",
                                "millrace.task-events",
                                "millrace.documents",
                                "millrace.index-reports")
                        .indexOf(topic);
        var items = second < 0 ? "" : event(topic, second + 1);
        return new Answer(
                200, "{\"items\":[%s],\"position\":\"\",\"at_end\":true}".formatted(items));
    }

    private static String event(String topic, int second) {
        return "{\"time\":\"2026-11-22T12:00:0%dZ\",\"topic\":\"%s\"}".formatted(second, topic);
    }

    private int run(FakeGateway gateway, String... arguments) {
        return run(gateway, List.of("event", "replay"), arguments);
    }
}
