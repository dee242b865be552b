package dev.millrace.site.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.site.cli.FakeGateway.Answer;
import dev.millrace.site.cli.FakeGateway.Asked;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ViewRebuildCommandTest extends CommandTest {

    private static final String PATH = "/v1/views/rebuild";

    @Test
    void whoWaitsIsToldHowFarItIs() throws Exception {
        assertThat(waited("switched")).isZero();
        assertThat(out.toString().lines().map(String::strip))
                .contains(
                        "generation 2: is being built",
                        "generation 2: 1,000 of 4,000 (25 %), 6 s left");
        assertThat(waited("cancelled")).isOne();
    }

    @Test
    void whoDoesNotWaitIsToldThatItHasBegun() throws Exception {
        try (var gateway = new FakeGateway(_ -> new Answer(202, building("null")))) {
            assertThat(run(gateway)).isZero();
            assertThat(run(gateway, "--status")).isZero();
            assertThat(run(gateway, "--cancel")).isZero();

            assertThat(gateway.asked())
                    .extracting(Asked::method, Asked::path)
                    .containsExactly(
                            tuple("POST", PATH), tuple("GET", PATH), tuple("DELETE", PATH));
            assertThat(out.toString()).contains("building");
        }
    }

    @Test
    void whatIsRefusedIsNotOk() throws Exception {
        try (var gateway =
                new FakeGateway(_ ->
                        new Answer(409, "{\"title\":\"no\",\"detail\":\"one is under way\"}"))) {
            assertThat(run(gateway)).isNotZero();
            assertThat(gateway.asked()).hasSize(1);
        }
    }

    @Test
    void statusAndCancelExcludeEachOther() throws Exception {
        try (var gateway = new FakeGateway(_ -> new Answer(200, building("null")))) {
            assertThat(run(gateway, "--status", "--cancel")).isNotZero();
            assertThat(gateway.asked()).isEmpty();
        }
    }

    private int waited(String end) throws Exception {
        var progress =
                """
                {"folded":1000,"total":4000,"fraction":0.25,"seconds_left":6.4,"partitions":[]}\
                """;
        var answers = List.of(building("null"), building(progress), ended(end));
        var looks = new AtomicInteger();
        try (var gateway =
                new FakeGateway(_ -> new Answer(200, answers.get(looks.getAndIncrement())))) {
            return run(gateway, "--wait");
        }
    }

    private static String ended(String state) {
        return """
        {"state":"%s","serving":2,"building":null,"since":"2026-11-27T12:00:00Z",\
        "progress":null}\
        """
                .formatted(state);
    }

    private static String building(String progress) {
        return """
        {"state":"building","serving":1,"building":2,"since":"2026-11-27T12:00:00Z",\
        "progress":%s}\
        """
                .formatted(progress);
    }

    private int run(FakeGateway gateway, String... arguments) {
        return run(gateway, List.of("view", "rebuild"), arguments);
    }
}
