package dev.millrace.site.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.site.cli.FakeGateway.Answer;
import dev.millrace.site.cli.FakeGateway.Asked;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeadLetterCommandTest extends CommandTest {

    private static final Answer DONE =
            new Answer(202, "{\"position\":\"millrace.task-requests-0@9\"}");

    @Test
    void lettersAreListedUnderTheNamesByWhichTheyAreRedriven() throws Exception {
        try (var gateway = new FakeGateway(_ -> page(null, 7, 6))) {
            assertThat(run(gateway, "dead-letter", "list")).isZero();

            assertThat(gateway.asked())
                    .extracting(Asked::path)
                    .containsExactly("/v1/dead-letters?limit=50&order=newest");
            assertThat(out.toString()).contains("2@7", "2@6", "millrace.task-requests-0@5");
        }
    }

    @Test
    void longListsAreAskedForInPages() throws Exception {
        try (var gateway =
                new FakeGateway(
                        asked -> asked.path().contains("token") ? page(null, 6) : page("t", 7))) {
            assertThat(
                            run(
                                    gateway,
                                    "dead-letter",
                                    "list",
                                    "--order=oldest",
                                    "--limit=1000",
                                    "-o",
                                    "json"))
                    .isZero();

            assertThat(gateway.asked())
                    .extracting(Asked::path)
                    .containsExactly(
                            "/v1/dead-letters?limit=200&order=oldest",
                            "/v1/dead-letters?limit=200&order=oldest&token=t");
            assertThat(out.toString().lines()).hasSize(2);
        }
    }

    @Test
    void aLetterIsRedrivenByEitherCommandAndEitherName() throws Exception {
        for (var command : List.of("dead-letter", "task")) {
            for (var name : List.of("2@7", "millrace.dead-letters-2@7")) {
                try (var gateway = new FakeGateway(_ -> DONE)) {
                    assertThat(run(gateway, command, "redrive", name)).isZero();

                    var asked = gateway.asked().getFirst();
                    assertThat(asked.method()).isEqualTo("POST");
                    assertThat(asked.path()).isEqualTo("/v1/dead-letters/2/7/redrive");
                    assertThat(out.toString()).contains("millrace.task-requests-0@9");
                }
            }
        }
    }

    @Test
    void whatNamesNoLetterIsNotAskedFor() throws Exception {
        try (var gateway = new FakeGateway(_ -> DONE)) {
            for (var name : List.of("7", "2@", "@7", "2@7/..", "millrace.task-requests-0@5")) {
                assertThat(run(gateway, "dead-letter", "redrive", name)).as(name).isEqualTo(2);
                assertThat(err.toString()).contains("expected: PARTITION@OFFSET");
            }
            assertThat(gateway.asked()).isEmpty();
        }
    }

    private static Answer page(@Nullable String token, int... offsets) {
        var items = new ArrayList<String>();
        for (int offset : offsets) {
            items.add(
                    """
                    {"partition":2,"offset":%d,"origin":"millrace.task-requests-0@5",\
                    "consumer":"millrace-admission","code":"unreadable"}\
                    """
                            .formatted(offset));
        }
        return new Answer(
                200,
                "{\"items\":[%s],\"next_token\":%s}"
                        .formatted(
                                String.join(",", items),
                                token == null ? "null" : "\"" + token + "\""));
    }

    private int run(FakeGateway gateway, String... arguments) {
        return run(gateway, List.of(), arguments);
    }
}
