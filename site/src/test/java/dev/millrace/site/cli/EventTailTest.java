package dev.millrace.site.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.site.cli.FakeGateway.Answer;
import dev.millrace.site.cli.FakeGateway.Asked;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventTailTest {

    private static final Map<String, String> QUERY = Map.of("type", "task.*");
    private static final Answer NOT_NOW =
            new Answer(503, "{\"title\":\"Not available just now\",\"detail\":\"soon\"}");

    @Test
    void streamIsTakenUpBehindTheLastWholeEvent() throws Exception {
        var answers =
                new ArrayList<>(
                        List.of(
                                new Answer(200, "retry: 1\nid: A\n\n" + event("B", 1) + "id: C\n"),
                                NOT_NOW,
                                new Answer(200, "id: D\n\n: keep-alive\n\n"),
                                new Answer(
                                        200,
                                        "id: E\nevent: closing\ndata: {\"reason\":\"a test\"}\n\n"),
                                new Answer(200, event("F", 2) + event("G", 3) + event("H", 4))));
        try (var gateway = new FakeGateway(_ -> answers.removeFirst())) {
            var seen = new ArrayList<Integer>();

            new EventTail(gateway.client(), QUERY)
                    .follow(event -> {
                        seen.add(event.path("n").asInt());
                        return seen.size() < 3;
                    });

            assertThat(seen).containsExactly(1, 2, 3);
            assertThat(gateway.asked())
                    .extracting(Asked::lastId)
                    .containsExactly("null", "B", "B", "D", "E");
            assertThat(gateway.asked())
                    .extracting(Asked::path)
                    .containsOnly("/v1/events?type=task.*");
        }
    }

    @Test
    void historyThatIsGoneIsToldWithTheWayOut() throws Exception {
        var gone =
                new Answer(
                        200,
                        event("A", 1)
                                + "event: gone\ndata: {\"reason\":\"deleted\",\"earliest\":\"X\"}\n\n");
        try (var gateway = new FakeGateway(_ -> gone)) {
            assertThatThrownBy(() -> new EventTail(gateway.client(), QUERY).follow(_ -> true))
                    .isInstanceOf(ApiProblem.class)
                    .hasMessageContaining("deleted; go on with --from X");
        }
    }

    @Test
    void whatIsRefusedAtFirstIsNotTriedAgain() throws Exception {
        try (var gateway = new FakeGateway(_ -> NOT_NOW)) {
            assertThatThrownBy(() -> new EventTail(gateway.client(), QUERY).follow(_ -> true))
                    .isInstanceOf(ApiProblem.class)
                    .hasMessageContaining("soon");
            assertThat(gateway.asked()).hasSize(1);
        }
    }

    @Test
    void rowsBeginAnewWhereTheyCannotGoOn() throws Exception {
        var answers =
                new ArrayList<>(
                        List.of(
                                new Answer(200, "retry: 1\nid: A\nevent: reset\ndata: {}\n\n"),
                                new Answer(410, "{\"title\":\"Gone\",\"detail\":\"deleted\"}"),
                                new Answer(
                                        200,
                                        "id: B\nevent: reset\ndata: {}\n\nid: C\nevent: removed\ndata: {\"key\":\"k\"}\n\n")));
        try (var gateway = new FakeGateway(_ -> answers.removeFirst())) {
            var seen = new ArrayList<String>();

            EventTail.ofRows(gateway.client(), "/v1/views/tasks", Map.of())
                    .follow((name, _) -> {
                        seen.add(name);
                        return seen.size() < 3;
                    });

            assertThat(seen).containsExactly("reset", "reset", "removed");
            assertThat(gateway.asked())
                    .extracting(Asked::lastId)
                    .containsExactly("null", "A", "null");
        }
    }

    private static String event(String id, int number) {
        return "id: %s\nevent: dev.millrace.x\ndata: {\"n\":%d}\n\n".formatted(id, number);
    }
}
